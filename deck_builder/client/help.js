import { Deck } from "./deck.js";
import { KEYS } from "./keys.js";

const CAPS = /** @type {Record<string, string>} */ ({
  "ArrowRight": "→",
  "ArrowLeft": "←",
  "ArrowDown": "↓",
  "ArrowUp": "↑",
  "Enter": "↵",
  "PageDown": "PgDn",
  "PageUp": "PgUp",
  "shift": "⇧",
});

/** The keys and what they do, over the slide. @param {Deck} deck */
export function help(deck) {
  const sheet = /** @type {HTMLDialogElement} */ (document.querySelector("body > dialog.help"));
  for (const { keys, says } of KEYS) sheet.querySelector(`[data-key=${says}]`)?.append(...keys.map((key) => cap(key, String(sheet.dataset.space))));
  deck.root.querySelector("[data-go=help]")?.addEventListener("click", () => sheet.showModal());
  sheet.addEventListener("keydown", (event) => {
    if (event.key !== "?") return;
    event.stopPropagation(); // the deck's key would open it again
    sheet.close();
  });
  sheet.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target === sheet || target.closest("button")) sheet.close();
  });
}

/** @param {string} key @param {string} space what the space bar is called */
function cap(key, space) {
  const element = document.createElement("kbd");
  element.textContent = key.split("+").map((part) => (part === " " ? space : CAPS[part] ?? part)).join(" ");
  return element;
}
