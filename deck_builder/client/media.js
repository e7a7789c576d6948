import { Deck, elements } from "./deck.js";

/** Plays a slide's videos and sounds when it comes, those that are to play by themselves, and stops them when it goes.
 * @param {Deck} deck */
export function media(deck) {
  deck.addEventListener("move", () => {
    for (const player of players(deck.root)) {
      const here = deck.live && deck.slide.contains(player);
      if (!here) player.pause();
      else if ("autoplay" in player.dataset && player.paused && !player.ended) player.play().catch(() => (player.controls = true));
    }
  });
  deck.onMount((slide, was) => {
    const before = was ? players(was) : [];
    players(slide).forEach((player, at) => {
      const old = before[at];
      if (!old || old.currentSrc !== player.src) return;
      const plays = !old.paused;
      player.replaceWith(old); // the same film goes on where it was
      if (plays) old.play().catch(() => {});
    });
  });
}

/** @param {HTMLElement} root */
function players(root) {
  return /** @type {HTMLMediaElement[]} */ (elements(root, ":is(video, audio)"));
}
