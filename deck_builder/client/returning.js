import { Deck, elements } from "./deck.js";

const SLIDERS = ".sweep input, .passes > input, .scrub input"; // in this order: a loop pulls its films

/** Who comes back finds the deck as it was left: at the slide last seen, and after a reload of the page with its scrubbers, sweeps, scheme
 * and reading mode. @param {Deck} deck */
export function returning(deck) {
  const name = `deck ${location.pathname}`;
  const written = deck.root.dataset.scheme; // by the deck
  if (location.hash.length < 2) history.replaceState(null, "", readFrom(localStorage, name)?.hash ?? "");
  let noted = "";
  const note = () => {
    if (location.hash !== noted) writeTo(localStorage, name, { hash: (noted = location.hash) }); // it is slow, for other windows are told
  };
  deck.addEventListener("move", note);
  deck.addEventListener("replace", note);
  addEventListener("pagehide", () => {
    const { scheme } = deck.root.dataset;
    const pulled = (deck.live ? deck.slides : []).flatMap((slide, at) => moved(slide).map(({ no, value }) => [at, no, value]));
    const withNotes = deck.root.classList.contains("noted");
    writeTo(sessionStorage, name, { scheme: scheme === written ? null : scheme, written, reading: !deck.live, noted: withNotes, scroll: scrollY, pulled });
  });
  queueMicrotask(() => restore(deck, readFrom(sessionStorage, name), written));
}

/** @param {Deck} deck @param {any} left @param {string | undefined} written */
function restore(deck, left, written) {
  if (!left) return;
  if (left.scheme && left.written === written) deck.root.dataset.scheme = left.scheme;
  for (const [at, no, value] of left.pulled) {
    const slider = deck.slides[at] && sliders(deck.slides[at])[no];
    if (!slider || Number(slider.max) < value) continue;
    slider.value = String(value);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const press = (/** @type {string} */ name) => /** @type {HTMLElement | null} */ (document.querySelector(`body > .controls [data-go=${name}]`))?.click();
  if (left.noted) press("notes");
  if (left.reading) {
    press("read");
    scrollTo({ top: left.scroll, behavior: "instant" });
  }
}

/** @param {HTMLElement} slide */
function sliders(slide) {
  return /** @type {HTMLInputElement[]} */ (SLIDERS.split(", ").flatMap((kind) => elements(slide, kind)));
}

/** The sliders of a slide that are not where they were. @param {HTMLElement} slide */
function moved(slide) {
  const first = (/** @type {HTMLInputElement} */ slider) => Number(slider.closest(".sweep") ? slider.defaultValue : slider.closest(".scrub") ? slider.max : 0);
  return sliders(slide).flatMap((slider, no) => (Number(slider.value) === first(slider) ? [] : [{ no, value: Number(slider.value) }]));
}

/** @param {Storage} storage @param {string} name @returns {any} */
function readFrom(storage, name) {
  try {
    return JSON.parse(storage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/** @param {Storage} storage @param {string} name @param {unknown} value */
function writeTo(storage, name, value) {
  try {
    storage.setItem(name, JSON.stringify(value));
  } catch {} // a full or forbidden storage is no reason to stop
}
