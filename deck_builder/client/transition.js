import { Deck } from "./deck.js";

const REVERSED = /** @type {Record<string, string>} */ ({
  "slide-left": "slide-right",
  "slide-right": "slide-left",
  "slide-up": "slide-down",
  "slide-down": "slide-up",
});

/** The way from one slide to the next, by Vue's class names, so that an author's CSS can make one. It holds nothing up: the deck
 * is on its new slide at once, and a press cuts short what still moves. @param {Deck} deck */
export function transition(deck) {
  let shown = /** @type {HTMLElement | undefined} */ (undefined);
  let finish = () => {};
  deck.onShow(({ slide, before }) => {
    if (slide !== deck.slide || slide === shown) return;
    finish();
    const old = shown;
    shown = slide;
    const name = old && before !== null ? chosen(deck, old, before > 0) : "none";
    deck.root.classList.toggle("slidev-nav-go-forward", before === -1);
    deck.root.classList.toggle("slidev-nav-go-backward", before === Infinity);
    if (!old || name === "none") old?.classList.remove("leaving");
    else if (name === "view-transition" && "startViewTransition" in document) finish = morph(old, slide);
    else finish = pass(old, slide, name === "view-transition" ? "fade" : name);
  });
}

/** The transition between two slides is that of the first of them. @param {Deck} deck @param {HTMLElement} old @param {boolean} back */
function chosen(deck, old, back) {
  const said = (back ? deck.slide : old).dataset.transition ?? deck.root.dataset.transition ?? "none";
  const [forward, backward] = said.split("|").map((name) => name.trim());
  const name = back ? backward ?? REVERSED[forward] ?? forward : forward;
  return /^[\w-]+$/.test(name) ? name : "none";
}

/** @param {HTMLElement} old @param {HTMLElement} slide @param {string} name @returns {() => void} ends it at once */
function pass(old, slide, name) {
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    old.classList.remove("leaving");
    for (const [element, way] of /** @type {const} */ ([[old, "leave"], [slide, "enter"]])) {
      element.classList.remove(...["from", "active", "to"].map((part) => `${name}-${way}-${part}`));
    }
  };
  old.classList.add(`${name}-leave-from`);
  slide.classList.add(`${name}-enter-from`);
  slide.getBoundingClientRect(); // so that they start from there
  old.classList.replace(`${name}-leave-from`, `${name}-leave-to`);
  slide.classList.replace(`${name}-enter-from`, `${name}-enter-to`);
  old.classList.add(`${name}-leave-active`);
  slide.classList.add(`${name}-enter-active`);
  Promise.allSettled([old, slide].flatMap((element) => element.getAnimations()).map(({ finished }) => finished)).then(end);
  return end;
}

/** The browser's own transition: it takes its pictures of the old slide later, so the new one waits unseen.
 * @param {HTMLElement} old @param {HTMLElement} slide @returns {() => void} ends it at once */
function morph(old, slide) {
  let over = false;
  const swap = () => {
    if (over) return;
    over = true;
    old.classList.remove("leaving");
    slide.classList.remove("waiting");
  };
  slide.classList.add("waiting");
  const running = document.startViewTransition(swap);
  running.ready.catch(() => {}); // cut short
  return () => {
    running.skipTransition();
    swap();
  };
}
