import { present } from "./clicks.js";
import { Deck, elements } from "./deck.js";
import { curve, hand, KINDS } from "./strokes.js";

const DRAWING_MS = 700;
const SVG = "http://www.w3.org/2000/svg";
const BARE = "img, video, table, thead, tbody, tr"; // what can't hold a drawing

/** v-mark: draws the marks that have come by a click, as with a pen. @param {Deck} deck */
export function marks(deck) {
  /** @type {WeakMap<HTMLElement, SVGElement>} */
  const drawings = new WeakMap();
  deck.onShow(({ slide, click, before }) => {
    for (const mark of elements(slide, ".mark")) {
      drawings.get(mark)?.remove();
      const from = Number(mark.dataset.markFrom ?? 0); // it may come later than the text that it is about
      if (!present(mark, click) || click < from) continue;
      const drawing = draw(mark);
      drawings.set(mark, drawing);
      if (before !== null && before < from) animate(drawing);
    }
  });
  // A drawing moves along with its text, but must be made anew where the lines may break elsewhere.
  document.fonts.addEventListener("loadingdone", () => deck.refresh());
  addEventListener("resize", () => deck.live || deck.showAll());
}

/** @param {HTMLElement} mark @returns {SVGElement} */
function draw(mark) {
  const kind = Object.keys(KINDS).find((name) => mark.classList.contains(`mark-${name}`)) ?? "underline";
  const drawing = /** @type {SVGElement} */ (document.createElementNS(SVG, "svg"));
  drawing.setAttribute("class", `drawing drawing-${kind}`);
  drawing.setAttribute("aria-hidden", "true");
  (mark.matches(BARE) ? mark.closest(".slide") ?? mark : mark).append(drawing);
  const shake = hand(kind + mark.textContent);
  for (const box of boxes(mark, kind, drawing)) {
    for (const points of KINDS[kind](box, shake)) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", curve(points));
      if (kind === "highlight") path.style.strokeWidth = `${box.height * 0.92}px`;
      drawing.append(path);
    }
  }
  return drawing;
}

/** One box for each line of text, or one for all; in the slide's own pixels, from the drawing's corner.
 * @param {HTMLElement} mark @param {string} kind @param {SVGElement} drawing @returns {import("./strokes.js").Box[]} */
function boxes(mark, kind, drawing) {
  const whole = mark.getBoundingClientRect();
  const origin = drawing.getBoundingClientRect();
  const unit = whole.width / mark.offsetWidth || 1;
  const block = getComputedStyle(mark).display !== "inline";
  const range = document.createRange();
  range.selectNodeContents(mark);
  if (drawing.parentElement === mark) range.setEndBefore(drawing);
  const around = ["box", "circle", "bracket", "crossed-off"].includes(kind);
  const found = block ? [...range.getClientRects()] : [...mark.getClientRects()];
  return (block && (around || !found.length) ? [whole] : lines(found)).map(({ left, top, right, bottom }) => ({
    x: (left - origin.x) / unit,
    y: (top - origin.y) / unit,
    width: (right - left) / unit,
    height: (bottom - top) / unit,
  }));
}

/** Boxes that stand side by side, as one. @param {{ left: number, top: number, right: number, bottom: number }[]} found */
function lines(found) {
  /** @type {typeof found} */
  const rows = [];
  for (const { left, top, right, bottom } of found.filter((box) => box.right > box.left)) {
    const row = rows.find((other) => Math.min(bottom, other.bottom) - Math.max(top, other.top) > (bottom - top) / 2);
    if (!row) rows.push({ left, top, right, bottom });
    else Object.assign(row, { left: Math.min(left, row.left), top: Math.min(top, row.top), right: Math.max(right, row.right), bottom: Math.max(bottom, row.bottom) });
  }
  return rows;
}

/** Draws the strokes one after the other, in no more time the more there are. @param {SVGElement} drawing */
function animate(drawing) {
  const paths = [...drawing.querySelectorAll("path")];
  const total = paths.reduce((sum, path) => sum + path.getTotalLength(), 0);
  const delay = parseFloat(getComputedStyle(drawing).getPropertyValue("--mark-delay")) || 0;
  let drawn = 0;
  for (const path of paths) {
    const length = path.getTotalLength();
    const frames = [length, 0].map((left) => ({ strokeDasharray: `${length} ${length + 99}`, strokeDashoffset: left }));
    path.animate(frames, { delay: delay + (drawn / total) * DRAWING_MS, duration: (length / total) * DRAWING_MS, fill: "backwards", easing: "ease-in-out" });
    drawn += length;
  }
}
