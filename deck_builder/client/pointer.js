import { Deck } from "./deck.js";

const SWIPE = 50;

/** A click goes on, one in the left fifth goes back; a swipe does what a page would. @param {Deck} deck */
export function pointer(deck) {
  const stage = /** @type {HTMLElement} */ (document.querySelector(".stage"));
  let swiped = false;

  stage.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const selecting = String(getSelection() ?? "") !== "";
    if (!deck.root.classList.contains("live")) return;
    if (swiped || selecting || target.closest("a, button, summary, input, .scrub, .sweep, video, audio")) return;
    const { left, width } = deck.root.classList.contains("presenting") ? stage.getBoundingClientRect() : { left: 0, width: innerWidth };
    if (event.clientX < left + width / 5) deck.previous();
    else deck.next();
  });

  /** @type {Touch | null} */
  let start = null;
  stage.addEventListener("touchstart", (event) => {
    const slides = !(/** @type {HTMLElement} */ (event.target).closest("input")); // a finger on a slider pulls that
    start = event.touches.length === 1 && slides ? event.touches[0] : null;
    swiped = false;
  }, { passive: true });
  stage.addEventListener("touchend", (event) => {
    if (!start || !deck.root.classList.contains("live")) return;
    const across = event.changedTouches[0].clientX - start.clientX;
    const down = event.changedTouches[0].clientY - start.clientY;
    start = null;
    if (Math.max(Math.abs(across), Math.abs(down)) < SWIPE) return;
    swiped = true;
    if (Math.abs(across) > Math.abs(down)) across < 0 ? deck.next() : deck.previous();
    else if (!scrolls(/** @type {HTMLElement} */ (event.target))) down < 0 ? deck.nextSlide() : deck.previousSlide();
  }, { passive: true });
}

/** Whether something under the finger scrolls by itself. @param {HTMLElement} target */
function scrolls(target) {
  for (let element = /** @type {HTMLElement | null} */ (target); element; element = element.parentElement) {
    if (element.scrollHeight > element.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY)) return true;
  }
  return false;
}
