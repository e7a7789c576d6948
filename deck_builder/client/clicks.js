import { Deck, elements } from "./deck.js";

/** Shows what has come by a click, and hides what has not. Slidev's own class names are there for an author's CSS. @param {Deck} deck */
export function clicks(deck) {
  deck.onMount((slide) => {
    for (const element of elements(slide, ".click")) element.classList.add("slidev-vclick-target");
  });
  deck.onShow(({ slide, click }) => {
    for (const element of elements(slide, ".click")) {
      const shown = present(element, click) !== "hide" in element.dataset;
      const current = shown && click === Number(element.dataset.from);
      const prior = shown && !current;
      const states = { shown, current, prior, "slidev-vclick-hidden": !shown, "slidev-vclick-current": current, "slidev-vclick-prior": prior };
      for (const [name, on] of Object.entries(states)) element.classList.toggle(name, on);
      element.inert = !shown;
    }
  });
}

/** Whether a click lies in an element's range. @param {HTMLElement} element @param {number} click */
export function present(element, click) {
  const { from = "0", until = "Infinity" } = element.dataset;
  return Number(from) <= click && click < Number(until);
}
