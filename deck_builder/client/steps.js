import { Deck, elements } from "./deck.js";
import { brief } from "./output.js";
import { beforeDrawn } from "./soon.js";

/** Lights the lines of each block's and formula's step, and what those lines did. Results that have their own turn take it. @param {Deck} deck */
export function steps(deck) {
  deck.onShow(({ slide, click, before }) => {
    const blocks = elements(slide, ":is(.block, .formula)[data-steps]");
    for (const block of blocks) light(block, ...step(block, click));
    if (before === null) beforeDrawn(() => blocks.forEach(reveal));
    else blocks.forEach(reveal);
    for (const run of elements(slide, ".run[data-turn]")) run.classList.toggle("turned", click >= Number(run.dataset.turn));
  });
}

/** The step that a block stands at, and whether there is none to come: its last one for good, or what it is to show in the end.
 * @param {HTMLElement} block @param {number} click @returns {[string, boolean]} */
function step(block, click) {
  const all = String(block.dataset.steps).split("|");
  const at = Math.max(click - Number(block.dataset.click) + 1, 0);
  return [all[at] ?? block.dataset.finally ?? all[all.length - 1], at >= all.length - 1];
}

/** @param {HTMLElement} block @param {string} step `all`, `none` or line numbers with commas; after a `!` the block is not there yet
 * @param {boolean} ended */
function light(block, step, ended) {
  const away = step.startsWith("!");
  (block.closest(".run") ?? block).classList.toggle("away", away);
  step = step.slice(Number(away));
  const lines = new Set(step.split(","));
  block.classList.toggle("stepped", step !== "all");
  for (const line of elements(block, ".line")) {
    const lit = step === "all" || lines.has(String(line.dataset.line));
    line.classList.toggle("lit", lit);
    line.classList.toggle("dim", !lit);
  }
  const all = block.parentElement ? elements(block.parentElement, ":scope > .results") : []; // those of every value of a sweep
  for (const results of all) lightResults(results, step, lines, ended);
  let paned = false;
  const over = ended && all.some((results) => results.dataset.output === "end"); // it is their turn
  for (const pane of block.parentElement ? elements(block.parentElement, ":scope > .pane") : []) {
    const stands = pane.dataset.step === step && !over;
    pane.classList.toggle("away", !stands);
    paned ||= stands;
  }
  block.parentElement?.classList.toggle("paned", paned); // its results make room for it
}

/** Outputs of the lit lines stand out, where there are any; in a one-line strip the last of them is the one that shows.
 * @param {HTMLElement} results @param {string} step @param {Set<string>} lines @param {boolean} ended */
function lightResults(results, step, lines, ended) {
  const outputs = elements(results, ".output");
  const lit = step === "all" ? [] : outputs.filter((output) => String(output.dataset.lines).split(",").some((line) => lines.has(line)));
  for (const output of outputs) {
    output.classList.toggle("lit", lit.includes(output));
    output.classList.toggle("dim", lit.length > 0 && !lit.includes(output));
  }
  if (results.dataset.output === "end") results.classList.toggle("away", !ended);
  if (results.dataset.output === "step") {
    // What no line is known to have made comes in the end; a failure is never out of sight.
    const shows = (/** @type {HTMLElement} */ output) => step === "all" || lit.includes(output) || output.matches(".error, .skipped") || (ended && !output.dataset.lines);
    for (const output of outputs) output.classList.toggle("away", !shows(output));
    for (const around of [results, ...elements(results, ".console, .fold")]) around.classList.toggle("away", !outputs.some((output) => around.contains(output) && shows(output)));
  }
  for (const shell of results.querySelectorAll(".console")) {
    const inside = outputs.filter((output) => shell.contains(output));
    const last = inside.filter((output) => lit.includes(output)).at(-1) ?? inside.at(-1);
    if (last) brief(shell, last);
  }
}

/** Scrolls a panel that is too small for its code to the lit lines. @param {HTMLElement} block */
export function reveal(block) {
  const panel = block.querySelector("pre");
  if (!panel || panel.scrollHeight <= panel.clientHeight + 1) return;
  const lit = block.classList.contains("stepped") ? elements(block, ".line.lit") : [];
  if (!lit.length) {
    panel.scrollTop = 0;
    return;
  }
  const first = lit[0].offsetTop;
  const last = lit[lit.length - 1];
  const end = last.offsetTop + last.offsetHeight;
  const room = panel.clientHeight;
  panel.scrollTop = end - first > room ? first : (first + end - room) / 2;
}
