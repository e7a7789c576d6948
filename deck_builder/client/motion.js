import { Deck, elements } from "./deck.js";

/** Where an element stands: pixels, factors, degrees. @typedef {Record<string, number>} Variant */

const MOVING = "[data-motion]";

/** v-motion: an element comes from `initial` to `enter`, moves with the clicks, and goes to `leave`. @param {Deck} deck */
export function motion(deck) {
  deck.addEventListener("move", (event) => {
    const { from } = /** @type {CustomEvent} */ (event).detail;
    const left = deck.slides[from - 1];
    if (!left || left === deck.slide) return;
    for (const element of elements(left, MOVING)) stand(element, variant(element, deck.no > from ? Infinity : -1));
  });
  deck.onShow(({ slide, click, before }) => {
    for (const element of elements(slide, MOVING)) {
      if (before === null || before < 0 || before === Infinity) {
        element.style.transition = "none";
        stand(element, variant(element, before ?? click));
        element.getBoundingClientRect(); // so that what follows starts from here
        element.style.transition = "";
      }
      stand(element, variant(element, click));
    }
  });
}

/** Later variants win over earlier ones: Slidev's priorities. An element that a click has yet to show waits at `initial`, one that
 * a click has taken away has left. @param {HTMLElement} element @param {number} click @returns {Variant} */
function variant(element, click) {
  const read = (/** @type {string | undefined} */ text) => JSON.parse(text || "{}");
  const { initial, enter, leave, motionClicks } = element.dataset;
  const { from = "0", until = "Infinity" } = element.matches(".click") ? element.dataset : {};
  if (click < Number(from)) return read(initial);
  if (click >= Number(until)) return { ...read(initial), ...read(enter), ...read(leave) };
  const moves = Object.entries(/** @type {Record<string, Variant>} */ (read(motionClicks)))
    .map(([range, move]) => ({ range: range.split("-").map(Number), move }))
    .filter(({ range: [first, end = Infinity] }) => first <= click && click < end)
    .sort((one, other) => one.range[0] - other.range[0]);
  return Object.assign(read(initial), read(enter), ...moves.map(({ move }) => move));
}

/** @param {HTMLElement} element @param {Variant} variant */
function stand(element, { x, y, z, scale, scaleX, scaleY, rotate, rotateX, rotateY, rotateZ, skewX, skewY, opacity, delay, duration }) {
  const given = (/** @type {number | undefined} */ value, /** @type {string} */ text) => (value === undefined ? "" : text);
  const { style } = element;
  style.translate = given(x ?? y ?? z, `${x ?? 0}px ${y ?? 0}px ${z ?? 0}px`);
  style.scale = given(scale ?? scaleX ?? scaleY, `${scaleX ?? scale ?? 1} ${scaleY ?? scale ?? 1}`);
  style.rotate = given(rotate ?? rotateZ, `${rotate ?? rotateZ}deg`);
  style.transform = given(rotateX ?? rotateY ?? skewX ?? skewY, `rotateX(${rotateX ?? 0}deg) rotateY(${rotateY ?? 0}deg) skew(${skewX ?? 0}deg, ${skewY ?? 0}deg)`);
  style.opacity = String(opacity ?? "");
  style.transitionDelay = given(delay, `${delay}ms`);
  style.transitionDuration = given(duration, `${duration}ms`);
}
