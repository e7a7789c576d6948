import { Deck } from "./deck.js";

/** Where an address points: `#/13?clicks=2`, `#/intro`, `#slide-13`; the first slide where it points nowhere.
 * @param {Deck} deck @param {string} hash @returns {[number, number | undefined]} */
export function place(deck, hash) {
  const [, name = "", clicks] = /^#(?:\/|slide-)?(.*?)(?:\?clicks=(\d+))?$/.exec(hash) ?? [];
  const no = /^\d+$/.test(name) ? Number(name) : deck.slides.findIndex((slide) => slide.dataset.alias && path(slide) === name) + 1;
  return [no || 1, clicks === undefined ? undefined : Number(clicks)];
}

/** Keeps the address and the deck in step. @param {Deck} deck */
export function address(deck) {
  const write = () => {
    const hash = `#/${path(deck.slide)}${deck.click === deck.start(deck.no) ? "" : `?clicks=${deck.click}`}`;
    if (location.hash !== hash) history.replaceState(null, "", hash);
  };
  deck.addEventListener("move", write);
  deck.addEventListener("replace", write);
  addEventListener("hashchange", () => {
    deck.go(...place(deck, location.hash), true);
    if (!deck.live) deck.slide.scrollIntoView();
  });
}

/** A slide's name in an address, as the browser writes it. @param {HTMLElement} slide */
function path({ dataset }) {
  return dataset.alias ? new URL(`#${dataset.alias}`, location.href).hash.slice(1) : dataset.no;
}
