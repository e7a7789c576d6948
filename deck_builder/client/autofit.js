import { elements } from "./deck.js";

/** Sets each `<AutoFitText>` of a slide as large as its box allows: on one line, or, at its smallest, on as many as it takes.
 * The size is kept in parts of the box, so that it holds wherever the box is wider or narrower. @param {HTMLElement} slide */
export function fitTexts(slide) {
  for (const box of elements(slide, ".autofit:has(> *)")) {
    const text = /** @type {HTMLElement} */ (box.firstElementChild);
    const style = getComputedStyle(box);
    const [least, most] = ["--min", "--max"].map((name) => Number(style.getPropertyValue(name)));
    const room = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const tall = () => box.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    box.classList.add("fits");
    text.style.fontSize = `${most}px`;
    let size = Math.min(most, (most * room) / text.offsetWidth);
    if (!(size >= least)) {
      box.classList.remove("fits");
      size = least;
    }
    text.style.fontSize = `${size}px`;
    while (size > least && text.offsetHeight > tall() + 1) {
      size = Math.max(least, size - 1);
      text.style.fontSize = `${size}px`;
    }
    text.style.fontSize = "";
    if (room > 0) text.style.setProperty("--size", String((100 * size) / room));
  }
}
