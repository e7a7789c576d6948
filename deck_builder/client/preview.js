import { Deck, elements } from "./deck.js";
import { fitSlide } from "./fit.js";

/** What the next press will show: a copy of its slide on a stage of its own, small, still, and out of reach. It comes before any feature,
 * so that it has the slides as they are before those dress them. @param {Deck} deck @param {HTMLElement} next where it has its place */
export function preview(deck, next) {
  const said = /** @type {HTMLElement} */ (document.querySelector(".stage")).dataset;
  const caption = /** @type {HTMLElement} */ (next.querySelector(".what"));
  const shelf = document.implementation.createHTMLDocument(""); // there no picture is loaded
  /** @type {WeakMap<HTMLElement, HTMLElement>} */
  const untouched = new WeakMap();
  deck.onMount((slide) => untouched.set(slide, shelf.importNode(slide, true)));

  const stage = document.createElement("div");
  stage.className = "preview";
  stage.inert = true;
  stage.ariaHidden = "true";
  document.querySelector(".stage")?.after(stage);
  /** @type {HTMLElement | null} */
  let of = null;
  /** @type {HTMLElement | null} */
  let copy = null;
  const drop = () => {
    if (copy) deck.dispatchEvent(new CustomEvent("unmount", { detail: copy }));
    stage.replaceChildren();
    of = copy = null;
  };
  const make = (/** @type {HTMLElement} */ slide) => {
    drop();
    of = slide;
    copy = document.importNode(/** @type {HTMLElement} */ (untouched.get(slide)), true);
    copy.classList.add("current");
    for (const named of [copy, ...elements(copy, "[id]:not(svg *)")]) named.removeAttribute("id");
    const players = elements(copy, "video, audio").map((player) => ({ player, hole: document.createComment("") }));
    for (const { player, hole } of players) player.replaceWith(hole); // the slide's own are not to be handed over to its copy
    stage.append(...elements(document, ".stage > .layer").map((layer) => layer.cloneNode(true)), copy);
    deck.dispatchEvent(new CustomEvent("mount", { detail: [copy, slide] }));
    deck.dispatchEvent(new CustomEvent("replace", { detail: { origins: new Map() } }));
    for (const { player, hole } of players) hole.replaceWith(still(/** @type {HTMLMediaElement} */ (player)));
    fitSlide(copy);
  };

  let waits = false;
  const show = () => {
    waits = false;
    const place = deck.following;
    next.classList.toggle("over", !place);
    stage.hidden = !place;
    caption.textContent = !place ? "" : place[0] === deck.no ? `${place[1]} / ${deck.clicks(deck.no)}` : `${place[0]} / ${deck.slides.length}`;
    if (!place) return drop();
    const slide = deck.slides[place[0] - 1];
    if (slide !== of) make(slide);
    if (copy) deck.show(copy, place[1], null);
  };
  const soon = () => {
    if (!waits) requestIdleCallback(show, { timeout: 200 }); // what shows comes first
    waits = true;
  };
  deck.onShow(({ slide }) => slide === deck.slide && soon());
  const anew = () => {
    drop();
    soon();
  };
  deck.addEventListener("restyle", anew);
  document.fonts.addEventListener("loadingdone", anew);
}

/** A film or a sound that only shows what it would begin with. @param {HTMLMediaElement} player */
function still(player) {
  player.muted = true;
  player.autoplay = false;
  return player;
}
