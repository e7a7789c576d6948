/** @type {(() => void)[]} */
const waiting = [];

/** Has something done that asks for a layout: once, before the next frame is drawn, after all that was to be done so before it. Until then
 * others may change more at no cost. @param {() => void} act */
export function beforeDrawn(act) {
  if (waiting.push(act) === 1) requestAnimationFrame(doneNow);
}

/** Does at once what waits: a page that is hidden draws no frames. */
export function doneNow() {
  for (const act of waiting.splice(0)) act();
}
