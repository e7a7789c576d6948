import { fill } from "./controls.js";
import { Deck, elements } from "./deck.js";
import { preview } from "./preview.js";
import { timer } from "./timer.js";

/** The presenter's view, where the address asks for it: the slide and what comes next, the notes, the time. It comes before all other
 * features: see preview.js. @param {Deck} deck */
export function presenter(deck) {
  const ways = (/** @type {string[]} */ names) => elements(deck.root, names.map((name) => `[data-go=${name}], [data-key=${name}], [data-key=${name}] + dd`).join());
  if (!new URLSearchParams(location.search).has("presenter")) {
    for (const unused of ways(["timer", "reset"])) unused.remove();
    return;
  }
  const template = /** @type {HTMLTemplateElement} */ (document.querySelector("body > template"));
  const view = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  const stage = /** @type {HTMLElement} */ (document.querySelector(".stage"));
  const notes = /** @type {HTMLElement} */ (document.querySelector("body > .notes"));
  const [now, next, room, slideNo, step] = [".now", ".next", ".room", ".slide-no", ".step"].map((name) => /** @type {HTMLElement} */ (view.querySelector(name)));
  deck.root.classList.add("presenting", "noted"); // notes.js fills them
  stage.ariaLabel = String(now.ariaLabel);
  next.before(notes);
  stage.after(view);
  preview(deck, next);
  timer(deck, view);
  if (!deck.root.querySelector(".slide > .note")) notes.textContent = String(notes.dataset.none);

  view.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (button?.dataset.go === "next") deck.next();
    if (button?.dataset.go === "previous") deck.previous();
  });
  deck.onMount((slide) => {
    for (const player of elements(slide, "video, audio")) /** @type {HTMLMediaElement} */ (player).muted = true; // those of the other window are heard
  });
  const tell = () => {
    slideNo.textContent = `${deck.no} / ${deck.slides.length}`;
    const clicks = deck.clicks(deck.no);
    step.textContent = clicks ? fill(String(stage.dataset.step), { click: deck.click, clicks }) : "";
  };
  deck.addEventListener("move", tell);
  deck.addEventListener("replace", tell);
  // What the other features have found, and this view has in its own way.
  deck.addEventListener("move", () => ways(["notes", "read", "presenter"]).forEach((way) => way.remove()), { once: true });

  const lay = () => {
    for (const [name, { left, top, width, height }] of /** @type {const} */ ([["now", now.getBoundingClientRect()], ["next", room.getBoundingClientRect()]])) {
      const scale = Math.min(width / stage.offsetWidth, height / stage.offsetHeight);
      deck.root.style.setProperty(`--${name}-scale`, String(scale));
      deck.root.style.setProperty(`--${name}-x`, `${left + width / 2}px`);
      deck.root.style.setProperty(`--${name}-y`, `${top + height / 2}px`);
    }
  };
  const sizes = new ResizeObserver(lay);
  for (const box of [now, room]) sizes.observe(box);
  addEventListener("resize", lay);
  lay();
  stayAwake();
}

/** Keeps the screen on while the view can be seen, where a browser can. */
function stayAwake() {
  const ask = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", ask);
  ask();
}
