import { Deck } from "./deck.js";
import { toggleScheme } from "./keys.js";
import { openPresenter } from "./sync.js";

/** The buttons, and the voice for those who don't see the slide. @param {Deck} deck */
export function controls(deck) {
  const bar = /** @type {HTMLElement} */ (document.querySelector("body > .controls"));
  const position = /** @type {HTMLElement} */ (bar.querySelector(".position"));
  const announcer = /** @type {HTMLElement} */ (document.querySelector("body > .announcer"));
  const said = /** @type {HTMLElement} */ (document.querySelector(".stage")).dataset;
  bar.hidden = false;

  bar.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (button?.dataset.go === "next") deck.next();
    if (button?.dataset.go === "previous") deck.previous();
    if (button?.dataset.go === "scheme") toggleScheme(deck);
    if (button?.dataset.go === "presenter") openPresenter();
  });

  const count = () => (position.textContent = `${deck.no} / ${deck.slides.length}`);
  deck.addEventListener("replace", count);
  deck.addEventListener("move", (event) => {
    count();
    const clicks = deck.clicks(deck.no);
    const where = fill(String(said.slide), { no: deck.no, total: deck.slides.length });
    const step = clicks ? fill(String(said.step), { click: deck.click, clicks }) : "";
    const title = /** @type {CustomEvent} */ (event).detail.from === deck.no ? "" : deck.slide.getAttribute("aria-label") ?? "";
    announcer.textContent = [where, title, step].filter(Boolean).join(", ");
  });

  let hide = 0;
  addEventListener("pointermove", () => {
    bar.classList.add("awake");
    clearTimeout(hide);
    hide = setTimeout(() => bar.classList.remove("awake"), 2000);
  });
}

/** @param {string} text @param {Record<string, number>} values */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}
