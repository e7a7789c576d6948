import { Deck } from "./deck.js";

/** How long the talk takes: it begins with the first move; a press pauses it or lets it go on, another begins anew. Where the deck says how
 * long it may take, the rest is told, too. What has passed is kept when the page is loaded again. @param {Deck} deck @param {HTMLElement} view */
export function timer(deck, view) {
  const [button, big, small, reset, clock] = [".timer", ".big", ".small", "[data-go=reset]", ".clock"].map((name) => /** @type {HTMLElement} */ (view.querySelector(name)));
  const seconds = Number(deck.root.dataset.duration ?? 0);
  const down = seconds > 0 && deck.root.dataset.timer === "countdown";
  const key = `timer of ${location.pathname}`;
  /** What had passed, in milliseconds, when it was last set going or paused, and when it was set going. */
  let { passed, since } = keptTime(key);

  const now = () => passed + (since === null ? 0 : Date.now() - since);
  const tick = () => {
    const elapsed = Math.floor(now() / 1000);
    const rest = seconds - elapsed;
    big.textContent = spell(down ? rest : elapsed);
    small.textContent = seconds ? spell(down ? elapsed : rest) : "";
    view.style.setProperty("--passed", `${Math.min((100 * elapsed) / (seconds || Infinity), 100)}%`);
    view.classList.toggle("late", seconds > 0 && rest < 0);
    view.classList.toggle("soon", seconds > 0 && rest >= 0 && rest < seconds / 10);
    view.classList.toggle("paused", since === null && passed > 0);
    button.setAttribute("aria-pressed", String(since === null && passed > 0));
    clock.textContent = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  };
  const set = (/** @type {number} */ already, /** @type {boolean} */ going) => {
    passed = already;
    since = going ? Date.now() : null;
    keepTime(key, { passed, since });
    tick();
  };
  deck.addEventListener("move", (event) => {
    if (/** @type {CustomEvent} */ (event).detail.from && since === null && passed === 0) set(0, true);
  });
  button.addEventListener("click", () => set(now(), since === null));
  reset.addEventListener("click", () => set(0, false));
  view.classList.toggle("timed", seconds > 0);
  setInterval(tick, 250);
  tick();
}

/** Minutes and seconds, with hours where there are any. @param {number} seconds */
function spell(seconds) {
  const [all, two] = [Math.abs(seconds), (/** @type {number} */ part) => String(Math.trunc(part) % 60).padStart(2, "0")];
  return `${seconds < 0 ? "−" : ""}${all < 3600 ? Math.trunc(all / 60) : `${Math.trunc(all / 3600)}:${two(all / 60)}`}:${two(all)}`;
}

/** @typedef {{ passed: number, since: number | null }} Timed */

/** @param {string} key @returns {Timed} */
function keptTime(key) {
  try {
    const { passed, since } = JSON.parse(sessionStorage.getItem(key) ?? "{}");
    return { passed: Number(passed) || 0, since: Number(since) || null };
  } catch {
    return { passed: 0, since: null };
  }
}

/** @param {string} key @param {Timed} timed */
function keepTime(key, timed) {
  try {
    sessionStorage.setItem(key, JSON.stringify(timed));
  } catch {} // a page without a place of its own to keep things
}
