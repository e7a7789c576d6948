import { Deck } from "./deck.js";

/** Shows one slide, scaled to the window. @param {Deck} deck */
export function stage(deck) {
  const style = getComputedStyle(deck.root);
  const width = Number(style.getPropertyValue("--deck-width"));
  const height = Number(style.getPropertyValue("--deck-height"));

  const scale = () => {
    // Not innerWidth: on a phone that grows with what lies on the page.
    const window = document.documentElement;
    const factor = Math.min(window.clientWidth / width, window.clientHeight / height);
    deck.root.style.setProperty("--deck-scale", String(factor));
  };
  addEventListener("resize", scale);
  scale();

  deck.addEventListener("move", () => {
    for (const slide of deck.slides) {
      const current = slide === deck.slide;
      slide.classList.toggle("current", current);
      slide.inert = !current && deck.root.classList.contains("live");
    }
  });
}
