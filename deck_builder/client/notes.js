import { Deck, elements } from "./deck.js";

/** The speaker's notes, in a strip below the slide: the part for the click stands out. @param {Deck} deck */
export function notes(deck) {
  const strip = /** @type {HTMLElement} */ (document.querySelector("body > .notes, .presenter > .notes"));
  const button = /** @type {HTMLElement} */ (document.querySelector("body > .controls [data-go=notes]"));
  const ways = elements(deck.root, "[data-go=notes], [data-key=notes], [data-key=notes] + dd").map((way) => ({ way, hole: document.createComment("") }));
  const offer = () => {
    const any = deck.root.querySelector(".slide > .note") !== null || deck.root.classList.contains("noted");
    for (const { way, hole } of ways) {
      if (any && hole.isConnected) hole.replaceWith(way);
      if (!any && way.isConnected) way.replaceWith(hole);
    }
  };
  offer();
  deck.addEventListener("replace", offer);
  const fill = () => {
    if (!deck.root.classList.contains("noted")) return;
    const note = /** @type {HTMLElement | null} */ (deck.slide.querySelector(":scope > .note")?.cloneNode(true));
    strip.textContent = note ? "" : String(strip.dataset.none);
    strip.append(...(note?.childNodes ?? []));
    const parts = elements(strip, ".part");
    const current = parts.filter((part) => Number(part.dataset.from) <= deck.click).at(-1);
    if (parts.length > 1) for (const part of parts) part.classList.toggle("dim", part !== current);
    strip.scrollTop = current ? current.offsetTop - 16 : 0;
  };
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", String(deck.root.classList.toggle("noted")));
    fill();
    dispatchEvent(new Event("resize")); // the slide makes room
  });
  deck.onShow(fill);
}
