import { Deck } from "./deck.js";

/** Shows one slide, scaled to the window. @param {Deck} deck */
export function stage(deck) {
  const style = getComputedStyle(deck.root);
  const width = Number(style.getPropertyValue("--deck-width"));
  const height = Number(style.getPropertyValue("--deck-height"));

  const scale = () => {
    // Not innerWidth: on a phone that grows with what lies on the page.
    const window = document.documentElement;
    const tall = window.clientHeight * (deck.root.classList.contains("noted") ? 0.7 : 1);
    const factor = Math.min(window.clientWidth / width, tall / height);
    deck.root.style.setProperty("--deck-scale", String(factor));
  };
  addEventListener("resize", scale);
  scale();

  deck.addEventListener("move", (event) => {
    const left = deck.slides[/** @type {CustomEvent} */ (event).detail.from - 1];
    for (const slide of deck.slides) slide.classList.toggle("leaving", slide === left && slide !== deck.slide); // until its transition is over, if it has one
    raise(deck);
  });
  deck.addEventListener("replace", () => raise(deck));
}

/** The slide that shows is the one that can be reached. @param {Deck} deck */
function raise(deck) {
  for (const slide of deck.slides) {
    const current = slide === deck.slide;
    slide.classList.toggle("current", current);
    const inert = !current && deck.live;
    if (slide.inert !== inert) slide.inert = inert; // the style of all of it is looked at anew
  }
}
