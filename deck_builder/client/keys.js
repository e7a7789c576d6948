import { Deck } from "./deck.js";

/** What each key does. @type {Record<string, (deck: Deck) => void>} */
export const KEYS = {
  "ArrowRight": (deck) => deck.next(),
  "ArrowLeft": (deck) => deck.previous(),
  " ": (deck) => deck.next(),
  "shift+ ": (deck) => deck.previous(),
  "PageDown": (deck) => deck.next(),
  "PageUp": (deck) => deck.previous(),
  "Enter": (deck) => deck.next(),
  "ArrowDown": (deck) => deck.nextSlide(),
  "ArrowUp": (deck) => deck.previousSlide(),
  "shift+ArrowRight": (deck) => deck.nextSlide(),
  "shift+ArrowLeft": (deck) => deck.previousSlide(),
  "Home": (deck) => deck.go(1),
  "End": (deck) => deck.go(deck.slides.length),
  "d": (deck) => toggleScheme(deck),
  "f": () => toggleFullscreen(),
};

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

/** @param {Deck} deck */
export function keys(deck) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const pressing = event.key === " " || event.key === "Enter";
    if (target.closest("input, textarea, select, [contenteditable]")) return;
    // A button that a mouse left focused must not eat the key that goes on.
    if (pressing && target.closest("button, a, summary") && target.matches(":focus-visible")) return;
    const letter = /^[a-z]$/i.test(event.key);
    const act = KEYS[letter ? event.key.toLowerCase() : (event.shiftKey ? "shift+" : "") + event.key];
    if (!act) return;
    event.preventDefault();
    act(deck);
  });
}
