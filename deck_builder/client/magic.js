import { Deck, elements } from "./deck.js";

/** Magic move: of the versions of a piece of code the one that its click has come to shows. @param {Deck} deck */
export function magic(deck) {
  deck.onMount((slide) => {
    for (const block of elements(slide, ".magic[data-frames]")) block.firstElementChild?.classList.add("shown");
  });
  deck.onShow(({ slide, click, before }) => {
    for (const block of elements(slide, ".magic[data-frames]")) {
      const frames = String(block.dataset.frames).split(",");
      const at = Math.min(Math.max(click - Number(block.dataset.click) + 1, 0), frames.length - 1);
      const stepped = before !== null && 0 <= before && before < Infinity;
      turn(block, frames[at], stepped ? Number(block.dataset.duration ?? 800) : 0);
    }
  });
}

/** Puts a version in the place of the one that shows. All stand in the same place, so what moves is measured, wherever an earlier
 * turn has left it: a turn may be cut short by the next. @param {HTMLElement} block @param {string} version @param {number} duration */
function turn(block, version, duration) {
  const [old] = elements(block, ":scope > .shown");
  const [next] = elements(block, `:scope > [data-version="${version}"]`);
  if (!old || !next || old === next) return;
  const [was, fresh] = [old, next].map((run) => new Map(elements(run, ".line").map((line) => [line.dataset.key, seen(line)])));
  const tall = panel(old).offsetHeight;
  for (const animation of block.getAnimations({ subtree: true })) animation.cancel();
  old.classList.remove("shown");
  next.classList.add("shown");
  if (!duration) return;

  const run = (/** @type {Element} */ element, /** @type {Keyframe[]} */ frames, begin = 0, end = 1) =>
    element.animate(frames, { delay: duration * begin, duration: duration * (end - begin), easing: "ease-in-out", fill: "backwards" });
  const fade = (/** @type {Element} */ element, opacity = 1, end = 0.5) =>
    run(element, [{ visibility: "visible", opacity }, { visibility: "visible", opacity: 0 }], 0, end);
  const unit = block.getBoundingClientRect().width / block.offsetWidth;
  for (const line of elements(next, ".line")) {
    const before = was.get(line.dataset.key);
    const { x, y } = line.getBoundingClientRect();
    if (before) run(line, [{ translate: `${(before.x - x) / unit}px ${(before.y - y) / unit}px`, opacity: before.opacity, offset: 0 }]);
    else run(line, [{ opacity: fresh.get(line.dataset.key)?.opacity, offset: 0 }], 0.3);
  }
  for (const line of elements(old, ".line")) if (!fresh.has(line.dataset.key)) fade(line, was.get(line.dataset.key)?.opacity);
  for (const results of elements(old, ".results")) fade(results, 1, 0.6);
  for (const results of elements(next, ".results")) run(results, [{ opacity: 0, offset: 0 }], 0, 0.6);
  const room = `${block.offsetHeight}px`; // that of the tallest: what stands below stays where it is
  run(block, [{ minHeight: room }, { minHeight: room }]);
  run(old, [{ zIndex: 1 }, { zIndex: 1 }]);
  run(panel(next), [{ height: `${tall}px` }, { height: `${panel(next).offsetHeight}px` }]);
  for (const code of elements(next, ".block pre")) run(code, [{ overflow: "clip" }, { overflow: "clip" }]);
}

/** Where a line is on the screen, and how much of it can be seen. @param {HTMLElement} line */
function seen(line) {
  const { opacity, visibility } = getComputedStyle(line);
  const { x, y } = line.getBoundingClientRect();
  return { x, y, opacity: visibility === "visible" ? Number(opacity) : 0 };
}

/** @param {HTMLElement} version */
function panel(version) {
  return /** @type {HTMLElement} */ (version.querySelector(".block"));
}
