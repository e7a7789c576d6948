import { Deck, elements } from "./deck.js";
import { drawnBy, passName, placeAll, standing } from "./passes.js";

/** @typedef {import("./passes.js").Passes} Passes */
/** What moves, with the results that it is of and the slide. @typedef {{ moving: HTMLElement, results: HTMLElement, slide: HTMLElement, passes: Passes, lead: number }} Mover */

const QUIET_MS = 500;

/** Panes that show what lit lines did, pass by pass. A loop stands at one pass on a whole slide, and all that moves with it moves
 * together: rows, prints, figures, the point on the curve. On paper and as a page the last pass stands. @param {Deck} deck */
export function pane(deck) {
  /** @type {Map<HTMLElement, Mover[]>} */
  const movers = new Map(); // by slide
  /** Where the loops of a slide stand by their key, on the stage and on the page.
   * @type {WeakMap<HTMLElement, { live: Map<string, number>, page: Map<string, number> }>} */
  const places = new WeakMap();
  let printing = false;
  let pulling = false; // films, which would pull back

  const stands = (/** @type {Mover} */ { slide, passes, lead }) => {
    const ended = printing || !deck.live;
    const { key, passes: kept } = passes.tracks[lead];
    const at = printing ? undefined : places.get(slide)?.[ended ? "page" : "live"].get(key);
    return at !== undefined && kept.includes(at) ? at : kept[ended ? kept.length - 1 : 0];
  };
  const draw = (/** @type {Mover} */ mover) => {
    const { moving, results, passes, lead } = mover;
    const at = lead < 0 ? new Map() : standing(passes.tracks, lead, stands(mover));
    placeAll(moving, results, passes, at);
    if (lead >= 0) placeThumb(moving, passes.tracks[lead].passes.indexOf(Number(at.get(lead))), passName(passes.tracks, lead, at));
  };
  const move = (/** @type {Mover} */ { slide, passes, lead }, /** @type {number} */ pass) => {
    const all = standing(passes.tracks, lead, pass);
    for (const [track, at] of all) places.get(slide)?.[deck.live ? "live" : "page"].set(passes.tracks[track].key, at);
    const others = movers.get(slide) ?? [];
    others.forEach(draw);
    pulling = true;
    for (const { results, passes } of others) pullFilms(results, passes, all);
    pulling = false;
  };
  const turn = (/** @type {HTMLElement} */ target, /** @type {(at: number) => number} */ to) => {
    const mover = around(target).find(({ moving }) => moving === target.closest(".moving"));
    if (!mover) return;
    const kept = mover.passes.tracks[mover.lead].passes;
    move(mover, kept[Math.min(Math.max(to(kept.indexOf(stands(mover))), 0), kept.length - 1)]);
    sayLater(mover.moving);
  };

  const around = (/** @type {HTMLElement} */ target) => movers.get(/** @type {HTMLElement} */ (target.closest(".slide"))) ?? [];

  deck.onMount((slide, was) => {
    const found = elements(slide, ".run > .results[data-passes]").flatMap(moversOf);
    const stood = was && places.get(was);
    if (!found.length && !stood) return;
    for (const way of stood ? [stood.live, stood.page] : []) {
      const stands = new Map(way);
      for (const [old, key] of renamed((was && movers.get(was)) ?? [], found)) if (stands.has(old)) way.set(key, Number(stands.get(old)));
    }
    for (const ours of elements(slide, ".passes, .wrote > .rest")) ours.hidden = false;
    places.set(slide, stood ?? { live: new Map(), page: new Map() });
    movers.set(slide, found);
    found.forEach(draw); // before slides are fitted
  });
  deck.addEventListener("unmount", (event) => movers.delete(/** @type {CustomEvent} */ (event).detail));
  document.addEventListener("input", (event) => {
    const slider = /** @type {HTMLInputElement} */ (event.target);
    if (slider.closest(".passes")) turn(slider, () => Number(slider.value));
    else if (!pulling) followFilm(slider, around(slider), move);
  });
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest(".passes > button");
    if (button) turn(/** @type {HTMLElement} */ (button), (at) => (button.nextElementSibling?.matches("input") ? at - 1 : at + 1));
  });
  // A slider that a mouse has left focused must not eat the keys that go on.
  document.addEventListener("pointerup", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.matches(".passes > input")) target.blur();
  });
  deck.onShow(({ slide }) => movers.get(slide)?.forEach(draw));
  const print = (/** @type {boolean} */ on) => {
    printing = on;
    for (const all of movers.values()) all.forEach(draw);
  };
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
}

/** What moves of results, and of the panes that stand with them: those of the same value of a sweep.
 * @param {HTMLElement} results @returns {Mover[]} */
function moversOf(results) {
  const passes = JSON.parse(String(results.dataset.passes));
  const slide = /** @type {HTMLElement} */ (results.closest(".slide"));
  const panes = elements(/** @type {HTMLElement} */ (results.parentElement), ":scope > .pane").filter((pane) => pane.dataset.of === results.dataset.of);
  return [...elements(results, ".moving"), ...panes].map((moving) => ({ moving, results, slide, passes, lead: Number(moving.dataset.lead ?? -1) }));
}

/** Loops that have another key than they had: an author has moved their lines or their block.
 * @param {Mover[]} before @param {Mover[]} now @returns {[string, string][]} */
function renamed(before, now) {
  const loops = (/** @type {Mover[]} */ movers) => [...new Set(movers.map(({ passes }) => passes))].map(({ tracks }) => tracks);
  const [old, fresh] = [loops(before), loops(now)];
  const pairs = fresh.flatMap((tracks, no) => tracks.map((track, at) => /** @type {const} */ ([old[no]?.[at], track])));
  return pairs.flatMap(([one, other]) => (one && one.name === other.name && one.key !== other.key ? [[one.key, other.key]] : []));
}

/** @param {HTMLElement} moving @param {number} at @param {string} name */
function placeThumb(moving, at, name) {
  const slider = /** @type {HTMLInputElement} */ (moving.querySelector(".passes > input"));
  const where = /** @type {HTMLElement} */ (moving.querySelector(".passes > .where"));
  slider.value = String(at);
  slider.ariaValueText = where.title = where.textContent = name;
  slider.style.setProperty("--done", `${(100 * at) / Math.max(Number(slider.max), 1)}%`);
}

/** Films of the loops that moved show their frame of that pass, or the one before. @param {HTMLElement} results @param {Passes} passes
 * @param {import("./passes.js").Standing} at */
function pullFilms(results, passes, at) {
  for (const [no, track, frames] of passes.films) {
    const stands = at.get(track);
    const slider = /** @type {HTMLInputElement | null} */ (drawnBy(results)[no]?.nextElementSibling?.querySelector("input") ?? null);
    if (stands === undefined || !slider) continue;
    slider.value = String(Math.max(frames.filter((pass) => pass <= stands).length, 1));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** All that moves goes where a film was pulled. @param {HTMLInputElement} slider @param {Mover[]} movers
 * @param {(mover: Mover, pass: number) => void} move */
function followFilm(slider, movers, move) {
  const image = slider.closest(".scrub")?.previousElementSibling;
  for (const mover of movers) {
    const film = mover.passes.films.find(([no]) => image && drawnBy(mover.results)[no] === image);
    if (!film || film[1] !== mover.lead) continue;
    const kept = mover.passes.tracks[mover.lead].passes;
    const at = kept.filter((pass) => pass <= film[2][Number(slider.value) - 1]).at(-1);
    return move(mover, at ?? kept[0]);
  }
}

let quiet = 0;

/** Says the rows once a reader has come to rest. @param {HTMLElement} moving */
function sayLater(moving) {
  if (moving.closest(".preview")) return; // a copy, which nobody hears
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    const rows = elements(moving, "tr:has(> .held)").map((row) => `${row.querySelector("th")?.textContent} ${row.querySelector(".held")?.textContent}`);
    /** @type {HTMLElement} */ (moving.querySelector(":scope > .unseen")).textContent = rows.join(", ");
  }, QUIET_MS);
}
