import { Deck, elements } from "./deck.js";

/** Plays a slide's videos and sounds when it comes, those that are to play by themselves, and stops them when it goes.
 * @param {Deck} deck */
export function media(deck) {
  const players = /** @type {HTMLMediaElement[]} */ (elements(deck.root, ".slide :is(video, audio)"));
  deck.addEventListener("move", () => {
    for (const player of players) {
      const here = deck.live && deck.slide.contains(player);
      if (!here) player.pause();
      else if ("autoplay" in player.dataset && player.paused && !player.ended) player.play().catch(() => (player.controls = true));
    }
  });
}
