import { Deck, elements } from "./deck.js";
import { keep } from "./keep.js";
import { beforeDrawn, doneNow } from "./soon.js";

/** What is not as the page has it: whole sections by their number, the number that each slide had (0: it is new; null: all have theirs
 * still), the text of the first stylesheet, the deck's layers. And the blocks whose results are of an earlier run, all of them.
 * @typedef {{ title: string, total: number, css: string | null, layers: string | null, changed: Record<string, string>, stale: string[], order: number[] | null }} Patch */

const PICTURES_MS = 300;

/** Brings a page up to date, in place and without motion. Pictures that come to the slide that shows are had before, so that nothing
 * flashes. Says whether that could be done. @param {Deck} deck @param {Patch} news */
export async function patch(deck, { title, total, css, layers, changed, stale, order }) {
  const fresh = new Map(Object.entries(changed).map(([no, html]) => [Number(no), /** @type {HTMLElement} */ (parsed(html).firstElementChild)]));
  const slides = Array.from({ length: total }, (_, at) => fresh.get(at + 1) ?? deck.slides[at]);
  if (!total || slides.some((slide) => !slide)) return false;
  const origins = new Map([...fresh].map(([no, slide]) => [slide, deck.slides[(order ? order[no - 1] : no) - 1]]));
  const [next] = [...origins].find(([, was]) => was === deck.slide) ?? [];
  const pictures = next ? arriving(next, deck.slide) : [];
  if (pictures.length) await Promise.race([Promise.allSettled(pictures.map((image) => image.decode())), later(PICTURES_MS)]);

  doneNow();
  const put = keep(deck, origins);
  for (const [no, slide] of fresh) {
    if (deck.slides[no - 1]) deck.slides[no - 1].replaceWith(slide);
    else slides[no - 2].after(slide);
  }
  for (const slide of deck.slides.slice(total)) slide.remove();
  if (layers !== null) setLayers(layers);
  document.title = title;
  deck.root.dataset.stale = stale.join(" ");
  if (css !== null) {
    /** @type {HTMLElement} */ (document.querySelector("#deck-css")).textContent = css;
    deck.dispatchEvent(new Event("restyle"));
  }
  deck.replace(slides, origins);
  if (css !== null && deck.live && !origins.has(deck.slide)) deck.refresh();
  put();
  beforeDrawn(() => [...fresh.values()].forEach(still));
  return true;
}

/** @param {string} html @returns {DocumentFragment} of this document, so that its pictures load at once */
function parsed(html) {
  return document.createRange().createContextualFragment(html);
}

/** Pictures that a slide did not have. @param {HTMLElement} slide @param {HTMLElement} was */
function arriving(slide, was) {
  const known = new Set(elements(was, "img").map((image) => image.getAttribute("src")));
  const images = /** @type {HTMLImageElement[]} */ (elements(slide, "img[src]"));
  return images.filter((image) => !known.has(image.getAttribute("src")));
}

/** What has begun to move in a slide, for it was asked how it looks before all of it was as it is to be, is there at once.
 * @param {HTMLElement} slide */
function still(slide) {
  for (const motion of slide.getAnimations({ subtree: true })) if (motion instanceof CSSTransition) motion.finish();
}

/** @param {string} html */
function setLayers(html) {
  const stage = /** @type {HTMLElement} */ (document.querySelector(".stage"));
  for (const layer of elements(stage, ":scope > .layer")) layer.remove();
  stage.prepend(parsed(html));
}

/** @param {number} milliseconds */
function later(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
