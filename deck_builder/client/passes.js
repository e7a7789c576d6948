import { elements } from "./deck.js";

/** A loop: the passes that were kept, what its variable held in each, and the pass of the loop around it (`up`) in each.
 * @typedef {{ key: string, name: string, passes: number[], labels: string[], up: number, ups: number[] }} Track */

/** All that moves in a run. A row is its track, its passes where they are not all of that, and its texts; a print is its track, pass,
 * line and text; a curve has points of pass, x and y; a film is the number of its image, its track and the pass of each frame.
 * @typedef {{ tracks: Track[], rows: [number, number[] | null, string[]][], prints: [number, number, number, string][],
 *   curves: { track: number, lines: [number, number, number | null][][] }[], films: [number, number, number[]][] }} Passes */

/** At which pass each track stands. @typedef {Map<number, number>} Standing */

/** The tracks that stand when one is at a pass: it, those around it, and those within at their last. @param {Track[]} tracks
 * @param {number} lead @param {number} pass @returns {Standing} */
export function standing(tracks, lead, pass) {
  const found = new Map([[lead, pass]]);
  for (let at = lead; tracks[at].up >= 0; at = tracks[at].up) {
    found.set(tracks[at].up, tracks[at].ups[tracks[at].passes.indexOf(Number(found.get(at)))]);
  }
  for (let round = 0; round < tracks.length; round++) {
    tracks.forEach((track, at) => {
      if (found.has(at) || !found.has(track.up)) return;
      const within = track.passes.filter((_, no) => track.ups[no] === found.get(track.up));
      if (within.length) found.set(at, within[within.length - 1]);
    });
  }
  return found;
}

/** Which pass that is, in words, with the loops around it: "epoch 3 · i 1". @param {Track[]} tracks @param {number} lead @param {Standing} at
 * @returns {string} */
export function passName(tracks, lead, at) {
  const names = [];
  for (let no = lead; no >= 0; no = tracks[no].up) {
    const { name, passes, labels } = tracks[no];
    const pass = Number(at.get(no));
    if (no === lead || !name.endsWith("()")) names.unshift(`${name} ${labels[passes.indexOf(pass)] ?? pass + 1}`.trim());
  }
  return names.join(" · ");
}

/** Has everything of a pane stand where its tracks do. @param {HTMLElement} moving @param {HTMLElement} results @param {Passes} passes @param {Standing} at */
export function placeAll(moving, results, passes, at) {
  for (const cell of elements(moving, "[data-row]")) placeRow(cell, passes, at);
  for (const curve of elements(moving, ".curve")) placeDots(curve, passes, at);
  for (const place of elements(moving, ".drawn")) placeFigure(place, results, at);
  for (const strip of elements(moving, ".wrote")) placePrints(strip, passes, at);
}

/** @param {HTMLElement} cell @param {Passes} passes @param {Standing} at */
function placeRow(cell, passes, at) {
  const [track, own, texts] = passes.rows[Number(cell.dataset.row)];
  const stands = at.get(track);
  const of = own ?? passes.tracks[track]?.passes ?? [];
  const text = stands === undefined ? texts[texts.length - 1] : texts[of.indexOf(stands)];
  cell.textContent = cell.title = text ?? "–";
  cell.classList.toggle("none", text === undefined);
}

/** Of a pass between two steps of a training the one before stands. @param {HTMLElement} curve @param {Passes} passes @param {Standing} at */
function placeDots(curve, passes, at) {
  const { track, lines } = passes.curves[Number(curve.dataset.curve)];
  const stands = at.get(track) ?? Infinity;
  const dots = elements(curve, ".dot");
  let left = 0;
  lines.forEach((points, no) => {
    const [, x, y] = points.filter(([pass]) => pass <= stands).at(-1) ?? points[0];
    left = Math.max(left, x);
    dots[no].hidden = y === null;
    dots[no].style.left = `${x / 10}%`;
    dots[no].style.top = `${(y ?? 0) / 10}%`;
  });
  /** @type {HTMLElement} */ (curve.querySelector(".at")).style.left = `${left / 10}%`;
}

/** Shows the figure of the pass, or the one before; the results hold them all. @param {HTMLElement} place @param {HTMLElement} results @param {Standing} at */
function placeFigure(place, results, at) {
  const image = /** @type {HTMLImageElement} */ (place.querySelector("img"));
  const stands = at.get(Number(place.dataset.track)) ?? Infinity;
  /** @type {[number, number, number][]} */
  const figures = JSON.parse(String(place.dataset.figures));
  const [no, , frame] = figures.filter(([, pass]) => pass <= stands).at(-1) ?? figures[0];
  const from = drawnBy(results)[no];
  if (!from) return;
  const frames = (from.dataset.frames ?? "").split(" ");
  const still = frame < 0 || frame >= frames.length;
  image.src = still ? from.dataset.last ?? from.src : `data:image/svg+xml;base64,${frames[frame]}`;
  image.hidden = false;
}

/** The figures among results. @param {HTMLElement} results */
export function drawnBy(results) {
  return /** @type {HTMLImageElement[]} */ (elements(results, ".output.figure img"));
}

/** @param {HTMLElement} strip @param {Passes} passes @param {Standing} at */
function placePrints(strip, passes, at) {
  if (!strip.dataset.lines) return;
  const lines = new Set(String(strip.dataset.lines).split(",").map(Number));
  const rows = passes.prints.filter(([, , line]) => lines.has(line));
  const ends = new Map(rows.map(([track, pass]) => [track, pass]));
  const now = rows.filter(([track, pass]) => track < 0 || pass === (at.get(track) ?? ends.get(track)));
  const slots = elements(strip, "p");
  const shown = now.slice(-slots.length);
  slots.forEach((slot, no) => {
    const [number, text] = elements(slot, "*");
    number.textContent = shown[no] ? String(shown[no][2]) : "";
    text.textContent = text.title = shown[no]?.[3] ?? "";
  });
}
