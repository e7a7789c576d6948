/** @typedef {{ x: number, y: number, width: number, height: number }} Box
 * @typedef {[number, number][]} Points of one stroke
 * @typedef {(most: number) => number} Shake a number between -most and most */

/** Each kind of mark: the strokes around, through or below a box. @type {Record<string, (box: Box, shake: Shake) => Points[]>} */
export const KINDS = {
  "underline": ({ x, y, width, height }, shake) => [across(x - 2, x + width + 2, y + height + 1, shake)],
  "strike-through": ({ x, y, width, height }, shake) => [across(x - 4, x + width + 4, y + height * 0.55, shake)],
  "highlight": ({ x, y, width, height }, shake) => [across(x - 3, x + width + 3, y + height / 2, shake)],
  "crossed-off": ({ x, y, width, height }, shake) => [
    between([x, y], [x + width, y + height], shake),
    between([x + width, y], [x, y + height], shake),
  ],
  "box": ({ x, y, width, height }, shake) => {
    const corners = /** @type {Points} */ ([[x - 4, y - 2], [x + width + 4, y - 2], [x + width + 4, y + height + 2], [x - 4, y + height + 2]]);
    return corners.map((corner, at) => between(corner, corners[(at + 1) % 4], shake));
  },
  "bracket": ({ x, y, width, height }, shake) => [
    bracket(x, -1, y, height, shake),
    bracket(x + width, 1, y, height, shake),
  ],
  "circle": ({ x, y, width, height }, shake) => {
    const begin = shake(0.5) - 2;
    const points = Array.from({ length: 17 }, (_, at) => {
      const angle = begin + at * 0.42; // a little more than once around
      const reach = 1 + at * 0.006 + shake(0.02);
      const point = [x + width / 2 + (width / 2 + 6) * reach * Math.cos(angle), y + height / 2 + (height / 2 + 5) * reach * Math.sin(angle)];
      return /** @type {[number, number]} */ (point);
    });
    return [points];
  },
};

/** @param {number} left @param {number} right @param {number} y @param {Shake} shake */
function across(left, right, y, shake) {
  return between([left, y], [right, y], shake);
}

/** @param {number} x @param {number} side -1 opens to the right @param {number} y @param {number} height @param {Shake} shake @returns {Points} */
function bracket(x, side, y, height, shake) {
  const [inner, outer] = [x - side * 2, x + side * 4];
  return [[inner, y - 3 + shake(1)], [outer, y - 2], [outer + shake(1), y + height / 2], [outer, y + height + 2], [inner, y + height + 3 + shake(1)]];
}

/** A line that is not quite straight. @param {[number, number]} start @param {[number, number]} end @param {Shake} shake @returns {Points} */
function between([x1, y1], [x2, y2], shake) {
  return [0, 0.35, 0.7, 1].map((part) => [x1 + (x2 - x1) * part + shake(1.5), y1 + (y2 - y1) * part + shake(1.2)]);
}

/** A smooth curve through points: Catmull and Rom's, as Bézier's. @param {Points} points */
export function curve(points) {
  const at = (/** @type {number} */ no) => points[Math.min(Math.max(no, 0), points.length - 1)];
  const parts = points.slice(1).map((end, no) => {
    const [before, start, after] = [at(no - 1), at(no), at(no + 2)];
    const one = [start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6];
    const two = [end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6];
    return `C${[...one, ...two, ...end].map((value) => value.toFixed(1)).join(" ")}`;
  });
  return `M${points[0].map((value) => value.toFixed(1)).join(" ")}${parts.join("")}`;
}

/** A hand that shakes in the same way each time it marks the same words. @param {string} words @returns {Shake} */
export function hand(words) {
  let state = 7;
  for (const letter of words) state = (Math.imul(state, 31) + letter.charCodeAt(0)) | 0;
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state / 2 ** 31) * most;
  };
}
