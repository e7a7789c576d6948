import { fill } from "./controls.js";
import { Deck, elements } from "./deck.js";
import { fitSlide } from "./fit.js";
import { pull, ranges } from "./sync.js";

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
  let making = false;
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
    for (const block of elements(copy, "[data-edit]")) block.removeAttribute("data-edit"); // an editor belongs to the slide
    for (const player of /** @type {HTMLMediaElement[]} */ (elements(copy, "video, audio"))) {
      player.muted = true;
      player.autoplay = false;
    }
    stage.append(...elements(deck.root, ".stage > .layer").map((layer) => layer.cloneNode(true)), copy);
    making = true;
    deck.dispatchEvent(new CustomEvent("mount", { detail: [copy] }));
    deck.dispatchEvent(new CustomEvent("replace", { detail: { origins: new Map() } }));
    making = false;
    fitSlide(copy);
  };

  let waits = false;
  const show = () => {
    waits = false;
    const place = deck.following;
    next.classList.toggle("over", !place);
    stage.hidden = !place;
    caption.textContent = "";
    if (!place) return drop();
    const [no, click] = place;
    caption.textContent = no === deck.no ? fill(String(said.step), { click, clicks: deck.clicks(no) }) : fill(String(said.slide), { no, total: deck.slides.length });
    const slide = deck.slides[no - 1];
    if (slide !== of) make(slide);
    if (!copy) return;
    mirror(copy, slide);
    deck.show(copy, click, null);
  };
  const soon = () => {
    if (!waits) requestIdleCallback(show, { timeout: 200 }); // what shows comes first
    waits = true;
  };
  deck.onShow(({ slide }) => slide === deck.slide && soon());
  // What a reader has pulled or chosen shows in the copy, too.
  for (const kind of ["input", "click"]) document.querySelector(".stage")?.addEventListener(kind, soon);
  const anew = () => {
    if (making) return;
    drop();
    soon();
  };
  deck.addEventListener("replace", anew);
  deck.addEventListener("restyle", anew);
  document.fonts.addEventListener("loadingdone", anew);
}

/** Has a copy's ranges and tabs stand as those of its slide. A sweep's ranges are one wherever they are.
 * @param {HTMLElement} copy @param {HTMLElement} slide */
function mirror(copy, slide) {
  const [own, theirs] = [ranges(copy), ranges(slide)];
  own.forEach((slider, at) => slider.value !== theirs[at]?.value && !slider.closest(".sweep") && pull(slider, Number(theirs[at].value)));
  const [tabs, chosen] = [copy, slide].map((one) => elements(one, "[role=tab]"));
  tabs.forEach((tab, at) => chosen[at]?.ariaSelected === "true" && tab.ariaSelected !== "true" && tab.click());
}
