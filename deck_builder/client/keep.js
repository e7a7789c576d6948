import { Deck, elements } from "./deck.js";
import { beforeDrawn } from "./soon.js";

const SCROLLS = "pre, .content, .results, .pane, .rows, .card, .graph, .data-table, .formula, .output p, .output dd";

/** Notes where a reader is in sections that are about to go: what is scrolled, focused, selected and opened.
 * @param {Deck} deck @param {Map<HTMLElement, HTMLElement | undefined>} origins each new section with the one whose place it takes
 * @returns {() => void} has the new ones stand so */
export function keep(deck, origins) {
  const seen = [...origins].filter(([, was]) => was && (!deck.live || was === deck.slide));
  const puts = seen.flatMap(([slide, was]) => (was ? [keepScroll(slide, was), keepOpen(slide, was), keepSelection(slide, was), keepFocus(slide, was)] : []));
  const top = deck.live ? undefined : deck.slides.find((slide) => slide.getBoundingClientRect().bottom > 0);
  const next = [...origins].find(([, was]) => was === top)?.[0] ?? top;
  const at = top?.getBoundingClientRect().top ?? 0;
  return () => {
    for (const put of puts) put();
    if (!deck.live) beforeDrawn(() => next?.isConnected && scrollBy({ top: next.getBoundingClientRect().top - at, behavior: "instant" }));
  };
}

/** What stands for an element of one section in another: the one that has as many of its kind before it.
 * @param {Element} element @param {HTMLElement} was @param {HTMLElement} slide */
export function counterpart(element, was, slide) {
  const kind = element.tagName.toLowerCase() + (element.classList[0] ? `.${CSS.escape(element.classList[0])}` : "");
  const all = elements(slide, kind);
  return all[elements(was, kind).indexOf(/** @type {HTMLElement} */ (element))] ?? null;
}

/** @param {HTMLElement} slide @param {HTMLElement} was */
function keepScroll(slide, was) {
  const scrolled = elements(was, SCROLLS).filter((panel) => panel.scrollTop || panel.scrollLeft);
  const places = scrolled.map((panel) => /** @type {const} */ ([panel, panel.scrollLeft, panel.scrollTop]));
  const put = () => places.forEach(([panel, left, top]) => counterpart(panel, was, slide)?.scrollTo({ left, top, behavior: "instant" }));
  return () => beforeDrawn(put);
}

/** @param {HTMLElement} slide @param {HTMLElement} was */
function keepOpen(slide, was) {
  return () => {
    for (const details of /** @type {HTMLDetailsElement[]} */ (elements(was, "details:not(.fold)"))) {
      const other = /** @type {HTMLDetailsElement | null} */ (counterpart(details, was, slide));
      if (other) other.open = details.open;
    }
  };
}

/** @param {HTMLElement} slide @param {HTMLElement} was */
function keepFocus(slide, was) {
  const focused = document.activeElement;
  return () => {
    if (focused && was.contains(focused)) counterpart(focused, was, slide)?.focus({ preventScroll: true });
  };
}

/** The same words stay selected, where they still are. @param {HTMLElement} slide @param {HTMLElement} was */
function keepSelection(slide, was) {
  const selection = getSelection();
  const { anchorNode, focusNode } = selection ?? {};
  if (!selection || selection.isCollapsed || !anchorNode || !focusNode || !was.contains(anchorNode) || !was.contains(focusNode)) return () => {};
  const ends = [textBefore(was, anchorNode, selection.anchorOffset), textBefore(was, focusNode, selection.focusOffset)];
  const first = Math.min(...ends);
  const words = (was.textContent ?? "").slice(first, Math.max(...ends));
  return () => {
    const text = slide.textContent ?? "";
    const begin = text.startsWith(words, first) ? first : text.indexOf(words);
    if (begin < 0) return;
    const [[anchor, from], [focus, to]] = ends.map((end) => textPlace(slide, end - first + begin));
    selection.setBaseAndExtent(anchor, from, focus, to);
  };
}

/** How much text stands before a place. @param {Node} root @param {Node} node @param {number} at */
function textBefore(root, node, at) {
  const range = document.createRange();
  range.setStart(root, 0);
  range.setEnd(node, at);
  return range.toString().length;
}

/** The place that has so much text before it. @param {Node} root @param {number} at @returns {[Node, number]} */
function textPlace(root, at) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let left = at;
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const { length } = /** @type {Text} */ (text);
    if (left <= length) return [text, left];
    left -= length;
  }
  return [root, root.childNodes.length];
}
