import { Deck, elements } from "./deck.js";

const FRAME_MS = 160;

/** Animations: a scrubber and a button to play them. One that comes into sight by going on plays once; whoever asks for less motion
 * plays it by hand. All handlers are the document's, so that a copy of an animation in the sheet works as well. @param {Deck} deck */
export function film(deck) {
  /** @type {Map<HTMLElement, number>} */
  const playing = new Map();
  /** @type {Set<HTMLElement>} */
  let seen = new Set();

  const stop = (/** @type {HTMLElement} */ scrub) => {
    clearInterval(playing.get(scrub));
    playing.delete(scrub);
    naming(scrub, false);
  };
  const play = (/** @type {HTMLElement} */ scrub) => {
    const { slider, last } = within(scrub);
    if (Number(slider.value) === last) seek(scrub, 1);
    const tick = () => {
      seek(scrub, Number(slider.value) + 1);
      if (Number(slider.value) === last) stop(scrub);
    };
    playing.set(scrub, setInterval(tick, FRAME_MS));
    naming(scrub, true);
  };

  deck.onMount((slide, was) => {
    const before = was ? elements(was, ".scrub") : [];
    elements(slide, ".scrub").forEach((scrub, at) => {
      scrub.hidden = false;
      const { last } = within(scrub);
      const stood = before[at] && !playing.has(before[at]) ? within(before[at]) : null;
      seek(scrub, stood?.last === last ? Number(stood.slider.value) : last);
    });
  });
  deck.addEventListener("unmount", (event) => {
    for (const scrub of elements(/** @type {CustomEvent} */ (event).detail, ".scrub")) {
      stop(scrub);
      seen.delete(scrub);
    }
  });
  const around = (/** @type {Event} */ event) => /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest(".scrub"));
  document.addEventListener("input", (event) => {
    const scrub = around(event);
    if (!scrub) return;
    stop(scrub);
    seek(scrub, Number(within(scrub).slider.value));
  });
  document.addEventListener("click", (event) => {
    const scrub = around(event);
    if (!scrub || !(/** @type {Element} */ (event.target).closest("button"))) return;
    if (playing.has(scrub)) stop(scrub);
    else play(scrub);
  });
  // A slider that a mouse has left focused must not eat the keys that go on.
  document.addEventListener("pointerup", (event) => around(event) && /** @type {HTMLElement} */ (event.target).blur());

  deck.addEventListener("move", (event) => {
    if (/** @type {CustomEvent} */ (event).detail.from === deck.no) return;
    for (const scrub of playing.keys()) stop(scrub);
    for (const scrub of seen) seek(scrub, within(scrub).last);
    seen = new Set();
  });
  deck.onShow(({ slide, click, before }) => {
    const onwards = before !== null && before < click;
    for (const scrub of elements(slide, ".scrub")) {
      const visible = scrub.checkVisibility({ visibilityProperty: true });
      if (visible && !seen.has(scrub) && onwards) play(scrub);
      if (visible) seen.add(scrub);
      else seen.delete(scrub);
    }
  });
  addEventListener("beforeprint", () => elements(deck.root, ".scrub").forEach((scrub) => seek(scrub, within(scrub).last)));
}

/** @param {HTMLElement} scrub */
function within(scrub) {
  const slider = /** @type {HTMLInputElement} */ (scrub.querySelector("input"));
  const image = /** @type {HTMLImageElement} */ (scrub.previousElementSibling);
  const label = /** @type {HTMLElement} */ (scrub.lastElementChild);
  return { slider, last: Number(slider.max), image, label };
}

/** Shows a frame, from 1. The last is what the image shows from the start. @param {HTMLElement} scrub @param {number} no */
function seek(scrub, no) {
  const { slider, last, image, label } = within(scrub);
  image.dataset.last ??= image.src;
  image.src = no === last ? image.dataset.last : `data:image/svg+xml;base64,${String(image.dataset.frames).split(" ")[no - 1]}`;
  const numbers = String(scrub.dataset.numbers).split(",");
  slider.value = String(no);
  slider.ariaValueText = String(scrub.dataset.said).replace("{no}", numbers[no - 1]).replace("{total}", numbers[last - 1]);
  label.textContent = `${numbers[no - 1]} / ${numbers[last - 1]}`;
}

/** The button says what it will do. @param {HTMLElement} scrub @param {boolean} playing */
function naming(scrub, playing) {
  const button = /** @type {HTMLElement} */ (scrub.querySelector("button"));
  button.ariaLabel = String(playing ? scrub.dataset.pause : scrub.dataset.play);
  button.classList.toggle("playing", playing);
}
