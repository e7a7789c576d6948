import { Deck } from "./deck.js";
import { openPresenter } from "./sync.js";

/** What each key does, and the word for it in the help. A letter or sign is the same with shift.
 * @type {{ keys: string[], says?: string, act: (deck: Deck) => void }[]} */
export const KEYS = [
  { keys: ["ArrowRight", " ", "PageDown", "Enter"], says: "next", act: (deck) => deck.next() },
  { keys: ["ArrowLeft", "shift+ ", "PageUp"], says: "previous", act: (deck) => deck.previous() },
  { keys: ["ArrowDown", "shift+ArrowRight"], says: "next_slide", act: (deck) => deck.nextSlide() },
  { keys: ["ArrowUp", "shift+ArrowLeft"], says: "previous_slide", act: (deck) => deck.previousSlide() },
  { keys: ["Home"], says: "first", act: (deck) => deck.go(1) },
  { keys: ["End"], says: "last", act: (deck) => deck.go(deck.slides.length) },
  { keys: ["n"], says: "notes", act: () => press("notes") },
  { keys: ["p"], says: "presenter", act: (deck) => deck.root.classList.contains("presenting") || openPresenter() },
  { keys: ["t"], says: "timer", act: () => press("timer") },
  { keys: ["r"], says: "reset", act: () => press("reset") },
  { keys: ["d"], says: "dark", act: (deck) => toggleScheme(deck) },
  { keys: ["f"], says: "fullscreen", act: () => toggleFullscreen() },
  { keys: ["?"], says: "keys", act: () => press("help") },
  { keys: ["Escape"], act: (deck) => deck.root.classList.contains("noted") && press("notes") },
];

/** Dark where it is light, light where it is dark. @param {Deck} deck */
export function toggleScheme(deck) {
  const scheme = deck.root.dataset.scheme;
  const dark = scheme === "dark" || (scheme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  deck.root.dataset.scheme = dark ? "light" : "dark";
}

function toggleFullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
}

/** @param {string} button */
function press(button) {
  const found = /** @type {HTMLElement | null} */ (document.querySelector(`body > :is(.controls, .presenter) [data-go=${button}]`));
  found?.click();
}

/** @param {Deck} deck */
export function keys(deck) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const pressing = event.key === " " || event.key === "Enter";
    if (target.closest("input, textarea, select, [contenteditable]")) return;
    // A button that a mouse left focused must not eat the key that goes on.
    if (pressing && target.closest("button, a, summary") && target.matches(":focus-visible")) return;
    const sign = event.key.length === 1 && event.key !== " ";
    if (!sign && !deck.live) return; // a page scrolls
    const key = sign ? event.key.toLowerCase() : (event.shiftKey ? "shift+" : "") + event.key;
    const row = KEYS.find(({ keys }) => keys.includes(key));
    if (!row) return;
    event.preventDefault();
    row.act(deck);
  });
}
