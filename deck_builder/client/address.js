import { Deck } from "./deck.js";

/** Where an address points: `#/13?clicks=2`. @param {string} hash @returns {[number, number]} */
export function place(hash) {
  const found = /^#\/?(\d+)(?:\?clicks=(\d+))?/.exec(hash);
  return found ? [Number(found[1]), Number(found[2] ?? 0)] : [1, 0];
}

/** Keeps the address and the deck in step. @param {Deck} deck */
export function address(deck) {
  deck.addEventListener("move", () => {
    const hash = `#/${deck.no}${deck.click ? `?clicks=${deck.click}` : ""}`;
    if (location.hash !== hash) history.replaceState(null, "", hash);
  });
  addEventListener("hashchange", () => deck.go(...place(location.hash)));
}
