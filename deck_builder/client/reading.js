import { Deck } from "./deck.js";

/** Between one slide on a stage and all of them on a page, as on a sheet of paper: better on a small screen. @param {Deck} deck */
export function reading(deck) {
  const button = /** @type {HTMLElement} */ (document.querySelector("[data-go=read]"));
  button.addEventListener("click", () => {
    const live = deck.root.classList.toggle("live");
    button.setAttribute("aria-pressed", String(!live));
    for (const slide of deck.slides) slide.inert = live && slide !== deck.slide;
    if (!live) deck.slide.scrollIntoView();
  });
}
