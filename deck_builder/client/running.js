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
  /** Results that are grey, or may still say that their block is at work. @type {Set<HTMLElement>} */
  const old = new Set();
  let seen = false; // whether the block at work is on the slide that shows

  const count = () => {
    const seconds = Math.floor((performance.now() - since) / 1000);
    for (const results of old) {
      if (seconds && results.classList.contains("working")) results.dataset.seconds = String(corner.dataset.seconds).replace("{n}", String(seconds));
    }
  };
  let stale = new Set(deck.root.dataset.stale?.split(" "));
  const age = () => {
    const before = stale;
    stale = new Set(deck.root.dataset.stale?.split(" "));
    for (const id of new Set([...before, ...stale])) {
      if (id && before.has(id) !== stale.has(id)) for (const block of elements(deck.root, `.slide .run > .block[data-block="${CSS.escape(id)}"]`)) grey(block, stale.has(id), old);
    }
  };
  deck.onMount((slide) => {
    const these = new Set(deck.root.dataset.stale?.split(" "));
    for (const block of elements(slide, ".run > .block")) if (these.has(String(block.dataset.block))) grey(block, true, old);
  });
  const mark = () => {
    age();
    for (const results of old) {
      if (!results.isConnected || !results.matches(".working, [data-stale]")) {
        old.delete(results);
        continue;
      }
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

/** Has the results of a block look as if they were of an earlier run, or no more. Where there are none, something stands in their place.
 * @param {HTMLElement} block @param {boolean} isOld @param {Set<HTMLElement>} old */
function grey(block, isOld, old) {
  const run = /** @type {HTMLElement} */ (block.parentElement);
  if (isOld && !run.querySelector(":scope > .results")) block.insertAdjacentHTML("afterend", '<div class="results" data-awaited></div>');
  for (const results of elements(run, ":scope > .results")) {
    results.toggleAttribute("data-stale", isOld);
    if (isOld) old.add(results);
    if (isOld) results.setAttribute("aria-busy", "true");
    else results.removeAttribute("aria-busy");
    if (!isOld && "awaited" in results.dataset) results.remove();
  }
}
