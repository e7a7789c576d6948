import { Deck } from "./deck.js";
import { KEYS } from "./keys.js";

/** @typedef {{ severity: string, code: string, message: string, place: string, where: string, slide: number, frame: string, hint: string, origin: string }} Item
 * @typedef {{ broken: boolean, errors: number, warnings: number, items: Item[] }} News */

/** What is wrong with the deck: a badge in the corner, and a panel that it opens, by itself where the deck can't be read. What shows
 * is the last that could. @param {Deck} deck */
export function problems(deck) {
  const badge = /** @type {HTMLElement} */ (document.querySelector("body > .corner > .badge"));
  const panel = /** @type {HTMLElement} */ (document.querySelector("body > .problems"));
  const list = /** @type {HTMLElement} */ (panel.querySelector("ol"));
  const close = /** @type {HTMLElement} */ (panel.querySelector("button"));
  const announcer = /** @type {HTMLElement} */ (document.querySelector("body > .announcer"));
  let broken = false;

  const show = (/** @type {boolean} */ on) => {
    if (!on && panel.contains(document.activeElement)) badge.focus();
    panel.hidden = !on;
    badge.ariaExpanded = String(on);
  };
  const toggle = () => {
    if (badge.hidden) return;
    show(panel.hidden);
    if (!panel.hidden) panel.focus();
  };
  badge.addEventListener("click", toggle);
  close.addEventListener("click", () => show(false));
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden || event.defaultPrevented) return;
    const target = /** @type {Element} */ (event.target);
    if (target.closest(".editor")) return;
    if (!panel.contains(target) && (deck.root.classList.contains("noted") || document.querySelector("dialog[open]"))) return; // it is theirs
    event.preventDefault();
    event.stopImmediatePropagation();
    show(false);
  }, { capture: true });
  list.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target).closest("[data-slide]");
    if (!target) return;
    deck.go(Number(target.getAttribute("data-slide")));
    if (!deck.live) deck.slide.scrollIntoView();
  });
  KEYS.push({ keys: ["w"], says: "problems", act: toggle });

  deck.addEventListener("problems", (event) => {
    if (deck.root.dataset.role === "audience") return; // it came for the lecture
    const news = /** @type {CustomEvent<News>} */ (event).detail;
    const told = [[news.errors, "error"], [news.warnings, "warning"]].filter(([count]) => count).map(([count, kind]) => counted(badge, Number(count), String(kind)));
    badge.textContent = told.join(", ");
    badge.hidden = !told.length;
    badge.classList.toggle("errors", news.errors > 0);
    panel.classList.toggle("broken", news.broken);
    list.replaceChildren(...news.items.map((item) => entry(item, String(list.dataset.go))));
    if (!told.length) show(false);
    else if (news.broken && !broken) show(true);
    else if (!news.broken && broken) show(false);
    if (news.broken && !broken) announcer.textContent = `${badge.textContent}: ${news.items[0]?.message ?? ""}`;
    broken = news.broken;
  });
}

/** "2 errors", in the page's words. @param {HTMLElement} badge @param {number} count @param {string} kind */
function counted(badge, count, kind) {
  return String(badge.dataset[count === 1 ? kind : `${kind}s`]).replace("{n}", String(count));
}

/** One problem; one of a slide leads to it. All of it is text. @param {Item} item @param {string} go */
function entry({ severity, code, message, place, where, slide, frame, hint, origin }, go) {
  const row = document.createElement("li");
  row.className = severity;
  const line = (/** @type {string} */ tag, /** @type {string} */ name, /** @type {string} */ text) => {
    const element = document.createElement(tag);
    element.className = name;
    element.textContent = text;
    if (text) row.append(element);
    return element;
  };
  line("b", "message", message);
  const at = line("p", "at", [place, where, code].filter(Boolean).join(" · "));
  if (slide) {
    const way = document.createElement("button");
    way.type = "button";
    way.dataset.slide = String(slide);
    way.textContent = go.replace("{no}", String(slide));
    at.append(" ", way);
    row.dataset.slide = String(slide);
  }
  line("pre", "frame", frame);
  line("p", "hint", hint);
  line("p", "origin", origin);
  return row;
}
