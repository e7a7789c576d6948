import { Deck, elements } from "./deck.js";
import { reveal } from "./steps.js";

/** Replays of how a tensor came about: click by click its values, then its gradients, and the line of code that is at work. @param {Deck} deck */
export function replay(deck) {
  /** @type {WeakMap<HTMLElement, string[]>} */
  const untouched = new WeakMap();
  deck.onShow(({ slide, click }) => {
    const all = elements(slide, ".replay");
    const turn = all.filter((one) => click >= Number(one.dataset.click)).at(-1) ?? all[0];
    for (const one of all) {
      const step = Math.min(Math.max(click - Number(one.dataset.click) + 1, 0), stepLines(one).length);
      drawStep(one, step);
      one.classList.toggle("waiting", one !== turn && Boolean(one.closest(".run")));
      if (one === turn) lightLine(slide, one, step, untouched);
    }
  });
}

/** The lines that its steps light, one for each. @param {HTMLElement} one */
function stepLines(one) {
  return String(one.dataset.lit).split(",");
}

/** @param {HTMLElement} one @param {number} step */
function drawStep(one, step) {
  for (const piece of elements(one, "[data-from]")) {
    const from = Number(piece.dataset.from);
    const back = Number(piece.dataset.back ?? Infinity);
    piece.classList.toggle("pending", step < from);
    piece.classList.toggle("now", step > 0 && step === from);
    piece.classList.toggle("back", step === back);
    piece.classList.toggle("flowed", step >= back);
  }
  for (const section of elements(one, ".card > section")) section.classList.toggle("now", Number(section.dataset.step) === step);
  const graph = /** @type {HTMLElement} */ (one.querySelector(".graph"));
  const current = graph.querySelector(".node:is(.now, .back)");
  if (graph.scrollWidth <= graph.clientWidth + 1 || !current) return;
  const [room, box] = [graph.getBoundingClientRect(), current.getBoundingClientRect()];
  const scale = room.width / graph.offsetWidth || 1;
  graph.scrollLeft += ((box.left + box.right) / 2 - (room.left + room.right) / 2) / scale;
}

/** Lights the line of a step; before the first, the code is as its own steps have it.
 * @param {HTMLElement} slide @param {HTMLElement} one @param {number} step @param {WeakMap<HTMLElement, string[]>} untouched */
function lightLine(slide, one, step, untouched) {
  const block = elements(slide, "figure.block").find((found) => found.dataset.block === one.dataset.for);
  if (!block) return;
  const rows = elements(block, ".line");
  if (!block.dataset.steps) {
    const before = untouched.get(block) ?? [block.className, ...rows.map((row) => row.className)];
    untouched.set(block, before);
    [block, ...rows].forEach((element, at) => (element.className = before[at]));
  }
  const line = step > 0 ? stepLines(one)[step - 1] : "";
  if (!line) return;
  block.classList.add("stepped");
  for (const row of rows) {
    row.classList.toggle("lit", row.dataset.line === line);
    row.classList.toggle("dim", row.dataset.line !== line);
  }
  reveal(block);
}
