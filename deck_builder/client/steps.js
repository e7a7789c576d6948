import { Deck } from "./deck.js";
import { brief } from "./output.js";

/** Lights the lines of each block's step, and what those lines did. @param {Deck} deck */
export function steps(deck) {
  deck.addEventListener("move", () => lightSlide(deck.slide, deck.click));
}

/** Shows a slide as it stands at a click. @param {HTMLElement} slide @param {number} click */
export function lightSlide(slide, click) {
  for (const found of slide.querySelectorAll("figure.block[data-steps]")) {
    const block = /** @type {HTMLElement} */ (found);
    const all = String(block.dataset.steps).split("|");
    const at = Math.min(Math.max(click - Number(block.dataset.click) + 1, 0), all.length - 1);
    light(block, all[at]);
  }
}

/** @param {HTMLElement} block @param {string} step `all`, `none` or line numbers with commas */
function light(block, step) {
  const lines = new Set(step.split(","));
  block.classList.toggle("stepped", step !== "all");
  for (const found of block.querySelectorAll(".line")) {
    const line = /** @type {HTMLElement} */ (found);
    const lit = step === "all" || lines.has(String(line.dataset.line));
    line.classList.toggle("lit", lit);
    line.classList.toggle("dim", !lit);
  }
  const results = block.parentElement?.querySelector(".results");
  if (results) lightResults(/** @type {HTMLElement} */ (results), step, lines);
  reveal(block);
}

/** Outputs of the lit lines stand out, where there are any; in a one-line strip the last of them is the one that shows.
 * @param {HTMLElement} results @param {string} step @param {Set<string>} lines */
function lightResults(results, step, lines) {
  const outputs = [...results.querySelectorAll(".output")];
  const made = (/** @type {Element} */ output) => String(/** @type {HTMLElement} */ (output).dataset.lines).split(",");
  const lit = step === "all" ? [] : outputs.filter((output) => made(output).some((line) => lines.has(line)));
  for (const output of outputs) {
    output.classList.toggle("lit", lit.includes(output));
    output.classList.toggle("dim", lit.length > 0 && !lit.includes(output));
  }
  for (const shell of results.querySelectorAll(".console")) {
    const inside = outputs.filter((output) => shell.contains(output));
    const last = inside.filter((output) => lit.includes(output)).at(-1) ?? inside.at(-1);
    if (last) brief(shell, last);
  }
}

/** Scrolls a panel that is too small for its code to the lit lines. @param {HTMLElement} block */
export function reveal(block) {
  const panel = /** @type {HTMLElement | null} */ (block.querySelector("pre"));
  if (!panel || panel.scrollHeight <= panel.clientHeight + 1) return;
  const lit = block.classList.contains("stepped") ? [...block.querySelectorAll(".line.lit")] : [];
  if (!lit.length) {
    panel.scrollTop = 0;
    return;
  }
  const first = /** @type {HTMLElement} */ (lit[0]).offsetTop;
  const last = /** @type {HTMLElement} */ (lit[lit.length - 1]);
  const end = last.offsetTop + last.offsetHeight;
  const room = panel.clientHeight;
  panel.scrollTop = end - first > room ? first : (first + end - room) / 2;
}
