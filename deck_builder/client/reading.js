import { Deck } from "./deck.js";

/** Between one slide on a stage and all of them on a page: better on a small screen. There, as on paper, all is there to be seen. @param {Deck} deck */
export function reading(deck) {
  const button = /** @type {HTMLElement} */ (document.querySelector("body > .controls [data-go=read]"));
  button.addEventListener("click", () => {
    const live = deck.root.classList.toggle("live");
    button.setAttribute("aria-pressed", String(!live));
    for (const slide of deck.slides) slide.inert = live && slide !== deck.slide;
    if (live) return deck.refresh();
    deck.showAll();
    deck.slide.scrollIntoView();
  });
  addEventListener("beforeprint", () => deck.showAll());
  addEventListener("afterprint", () => deck.live && deck.refresh());
}
