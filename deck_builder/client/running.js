import { Deck, elements } from "./deck.js";

const SLOW_MS = 1000;

/** Results that are not those of the code beside them yet are grey; those of the block that is at work have a mark that moves, and after
 * a second say how long. @param {Deck} deck */
export function running(deck) {
  const announcer = /** @type {HTMLElement} */ (document.querySelector("body > .announcer"));
  const corner = /** @type {HTMLElement} */ (document.querySelector("body > .corner"));
  let now = "";
  let since = 0;
  let clock = 0;
  let seen = false; // whether the block at work is on the slide that shows

  const count = () => {
    const seconds = Math.floor((performance.now() - since) / 1000);
    for (const results of elements(deck.root, ".slide .results.working")) {
      if (seconds) results.dataset.seconds = String(corner.dataset.seconds).replace("{n}", String(seconds));
    }
  };
  const mark = () => {
    for (const results of elements(deck.root, ".slide .results:is(.working, [data-stale])")) {
      const working = now !== "" && results.parentElement?.querySelector(":scope > .block")?.getAttribute("data-block") === now && "stale" in results.dataset;
      results.classList.toggle("working", working);
      if (working) seen ||= deck.slide.contains(results);
      else delete results.dataset.seconds;
    }
    if (now) count();
  };
  deck.addEventListener("running", (event) => {
    const { block } = /** @type {CustomEvent<{ block: string }>} */ (event).detail;
    if (block === now) return;
    if (!block && seen) announcer.textContent = String(corner.dataset.done);
    if (!block) seen = false;
    now = block;
    since = performance.now();
    clearInterval(clock);
    if (now) clock = setInterval(count, SLOW_MS);
    mark();
  });
  deck.addEventListener("lost", () => deck.dispatchEvent(new CustomEvent("running", { detail: { block: "" } })));
  deck.addEventListener("replace", mark);
}
