import { alike } from "./alike.js";
import { fitTexts } from "./autofit.js";
import { Deck, elements } from "./deck.js";
import { reveal } from "./steps.js";

const SMALLEST = 0.72;
const LEAST_PANEL = 72;
const LEAST_PANE = 118;
const FIGURE_STEP = 4;
const MOST_FIGURE_STEPS = 105;
const PENDING_MS = 250;
const FOLDED = ".whole *"; // results behind a button, which open over the slide

/**
 * Makes everything on a slide fit it. In this order of cost: move results beside or below their code, let type shrink to
 * a legible floor, fold results to a strip, wrap long lines of code; what is still too tall scrolls in its own panel.
 * @param {Deck} deck
 */
export function fit(deck) {
  /** @type {WeakSet<HTMLElement>} */
  let fitted = new WeakSet();
  /** @type {WeakMap<HTMLElement, HTMLElement>} */
  const before = new WeakMap();
  /** Those that stand as the slides did in whose places they came, until there is time to measure. @type {Set<HTMLElement>} */
  const unsure = new Set();
  deck.addEventListener("mount", (event) => {
    const [slide, was] = /** @type {CustomEvent<[HTMLElement, HTMLElement?]>} */ (event).detail;
    if (was) before.set(slide, was);
  });
  const measure = (/** @type {HTMLElement} */ slide) => {
    if (!unsure.delete(slide) || !slide.isConnected) return;
    const was = choices.get(slide);
    const scrolled = elements(slide, "*").filter((part) => part.scrollTop > 0).map((part) => ({ part, top: part.scrollTop }));
    fitSlide(slide, was);
    for (const { part, top } of scrolled) part.scrollTop = top;
    if (slide === deck.slide && choices.get(slide)?.plan !== was?.plan) deck.refresh();
  };
  /** While code runs, what shows of it is of an earlier run, and its own may come at any moment: as long as all fits, nobody need measure.
   * @param {HTMLElement} slide */
  const later = (slide) => {
    const look = () => (deck.root.dataset.stale && slide.isConnected && standsWell(slide) ? later(slide) : measure(slide));
    setTimeout(look, deck.root.dataset.stale ? PENDING_MS : 0);
  };
  const grouped = () => deck.slides.filter((slide) => slide.querySelector(".code-group")); // on paper they show more
  const ensure = (/** @type {HTMLElement | undefined} */ slide) => {
    if (!slide || fitted.has(slide)) return;
    fitted.add(slide);
    const was = before.get(slide);
    const choice = was && choices.get(was);
    if (!was || !choice || !alike(slide, was)) return fitSlide(slide, choice);
    choices.set(slide, choice);
    unsure.add(slide);
    requestAnimationFrame(() => later(slide)); // what is about to come may not wait for it
  };
  const prepare = (/** @type {HTMLElement | undefined} */ next) => {
    ensure(next);
    next?.getBoundingClientRect(); // it is gone again: who enters it now sees nothing move from where it was measured
  };
  deck.onShow(({ slide }) => {
    if (slide !== deck.slide) return;
    ensure(slide);
    requestIdleCallback(() => prepare(deck.slides[deck.no]), { timeout: 500 });
  });
  addEventListener("beforeprint", () => {
    for (const slide of deck.slides) ensure(slide);
    unsure.forEach(measure);
    grouped().forEach((slide) => fitSlide(slide));
  });
  addEventListener("afterprint", () => grouped().forEach((slide) => fitSlide(slide)));
  // Formulas are measured in their own font. A browser would only load it for the first formula that shows: too late to fit it.
  const fitFormulas = () =>
    document.fonts.load('1em "Deck Math"').then(() => {
      for (const slide of deck.slides) {
        if (!fitted.has(slide) || !slide.querySelector("math")) continue;
        fitSlide(slide);
        if (slide === deck.slide) deck.refresh();
      }
    });
  fitFormulas();
  deck.addEventListener("restyle", () => {
    fitted = new WeakSet();
    fitFormulas();
  });
}

/** One way to lay a slide out, and what it costs the reader.
 * `side`: which results stand beside their code.
 * @typedef {{ side: "any" | "tall" | "none", strip: boolean, wrap: boolean, scale: number, cost: number }} Plan */

const SIDES = /** @type {const} */ ({ tall: 0, any: 0.25, none: 0.3 });

/** All plans, the best first. @returns {Plan[]} */
function plans() {
  /** @type {Plan[]} */
  const found = [];
  for (let scale = 1; scale >= SMALLEST - 0.001; scale -= 0.04) {
    for (const side of /** @type {(keyof typeof SIDES)[]} */ (Object.keys(SIDES))) {
      for (const strip of [false, true]) {
        for (const wrap of [false, true]) {
          const cost = (1 - scale) * 10 + SIDES[side] + (strip ? 1.1 : 0) + (wrap ? 1 : 0);
          found.push({ side, strip, wrap, scale, cost });
        }
      }
    }
  }
  return found.sort((one, other) => one.cost - other.cost);
}

const PLANS = plans();

/** The plan that a slide is laid out by, null where none held, whether its figures had to give way, and how many steps they grew.
 * @typedef {{ plan: Plan | null, least: boolean, figure: number }} Choice */

/** @type {WeakMap<HTMLElement, Choice>} */
const choices = new WeakMap();

/** @param {HTMLElement} slide @param {Choice} [before] what was chosen for the slide in whose place it is: each trial costs a layout */
export function fitSlide(slide, before) {
  const content = /** @type {HTMLElement | null} */ (slide.querySelector(".content"));
  if (!content) return;
  slide.classList.add("measuring");
  slide.classList.remove("overfull");
  slide.style.removeProperty("--least");
  for (const panel of content.querySelectorAll("pre, .results, .pane, .replay > .card")) /** @type {HTMLElement} */ (panel).style.maxHeight = "";
  fitTexts(content);
  const runs = elements(content, ".magic, .code-group, .run:not(:is(.magic, .code-group) > *)").map((element) => new Run(element));
  const options = PLANS.filter((plan) => sensible(plan, runs));
  const fits = (/** @type {Plan} */ plan) => holds(slide, content, runs, plan);
  const giveWay = () => slide.style.setProperty("--least", "0.4"); // better a small figure than one that is cut
  let least = Boolean(before?.least);
  if (least) giveWay();
  let found = before && stillBest(options, before.plan, fits);
  if (found === undefined) {
    slide.style.removeProperty("--least");
    found = options.find(fits) ?? null;
    least = !found && content.querySelector(`.plot:not(${FOLDED})`) !== null;
    if (least) {
      giveWay();
      found = options.find(fits) ?? null;
    }
  }
  const figure = found ? growFigures(slide, content, before?.figure) : 0;
  if (!found) shrinkPanels(slide, content, runs);
  choices.set(slide, { plan: found, least, figure });
  slide.classList.remove("measuring");
  for (const block of content.querySelectorAll("figure.block")) reveal(/** @type {HTMLElement} */ (block));
}

/** What was the best plan, where it holds and the next better one does not; undefined where another is to be looked for.
 * @param {Plan[]} options @param {Plan | null} plan @param {(plan: Plan) => boolean} fits */
function stillBest(options, plan, fits) {
  const at = plan ? options.indexOf(plan) : options.length;
  if (at < 0 || (at > 0 && fits(options[at - 1]))) return undefined;
  return !plan || fits(plan) ? plan : undefined;
}

/** A block with its results, and where those may stand; of blocks that take turns in one place, all in the same way. */
class Run {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.runs = element.matches(".run") ? [element] : elements(element, ":scope > .run");
    this.results = element.querySelector(".results, .pane");
    this.places = this.runs.map((run) => elements(run, ":scope > .results, :scope > .pane")).filter((place) => place.length);
    this.show = this.runs[0]?.dataset.show ?? "auto";
    const rows = (/** @type {HTMLElement} */ results) => elements(results, `.console:not(${FOLDED})`).reduce((sum, shell) => sum + Number(shell.dataset.rows), 0);
    this.rows = Math.max(0, ...elements(element, ".results").map(rows));
    this.folds = this.rows > 1 || element.querySelector(".pane") !== null;
    this.wide = element.parentElement !== null && element.parentElement.clientWidth >= 600; // asked once: an answer costs a layout
    this.tall = this.rows > 3 || Boolean(element.querySelector(`.output :is(.plot, .data-table):not(${FOLDED}), .pane, .output.training`));
  }

  /** @param {Plan} plan */
  lay(plan) {
    const wanted = plan.side === "any" || (plan.side === "tall" && this.tall);
    const side = this.show === "right" || this.show === "left" || (this.show === "auto" && this.wide && wanted);
    for (const run of this.runs) {
      run.classList.toggle("side", side && this.results !== null);
      run.classList.toggle("roomy", this.wide && !side);
      run.classList.toggle("strip", plan.strip && this.folds && !run.dataset.turn);
    }
  }
}

/** Whether a plan says anything new for these blocks. @param {Plan} plan @param {Run[]} runs */
function sensible(plan, runs) {
  const moves = runs.some((run) => run.results && run.show === "auto");
  const folds = runs.some((run) => run.folds);
  return (moves || plan.side === "tall") && (folds || !plan.strip) && (runs.length > 0 || !plan.wrap);
}

/** Lays the slide out by a plan and says whether it fits. @param {HTMLElement} slide @param {HTMLElement} content
 * @param {Run[]} runs @param {Plan} plan */
function holds(slide, content, runs, plan) {
  slide.style.setProperty("--fit", plan.scale.toFixed(2));
  slide.style.setProperty("--figure", "0px");
  slide.classList.toggle("wrap", plan.wrap);
  for (const run of runs) run.lay(plan);
  return fitsAs(content, plan.wrap);
}

/** Whether a slide fits as it is laid out now. @param {HTMLElement} slide */
function standsWell(slide) {
  const content = /** @type {HTMLElement | null} */ (slide.querySelector(".content"));
  return !content || fitsAs(content, slide.classList.contains("wrap"));
}

/** @param {HTMLElement} content @param {boolean} wrapped */
function fitsAs(content, wrapped) {
  return !tooTall(content) && !tooWide(content, wrapped) && !tooSmall(content);
}

/** @param {HTMLElement} content */
function tooTall(content) {
  return content.scrollHeight > content.clientHeight || content.scrollWidth > content.clientWidth;
}

/** Whether a line of code, of output or of mathematics runs out of its box, or a table that could stand below its code.
 * Wrapped code never does.
 * @param {HTMLElement} content @param {boolean} wrapped */
function tooWide(content, wrapped) {
  const formulas = [...content.querySelectorAll("math")];
  if (formulas.some((formula) => formula.getBoundingClientRect().right > right(formula) + 1 || formula.scrollWidth > formula.clientWidth + 1)) return true;
  if ([...content.querySelectorAll('.run.side[data-show="auto"] .data-table')].some((table) => table.scrollWidth > table.clientWidth + 1)) return true;
  return !wrapped && [...content.querySelectorAll("figure.block pre, .output.stream pre, .output.value pre")].some(
    (panel) => panel.clientWidth > 0 && panel.scrollWidth > panel.clientWidth + 1,
  );
}

/** Whether a figure is squeezed by a narrow column until its words can't be read. @param {HTMLElement} content */
function tooSmall(content) {
  return [...content.querySelectorAll(`.plot:not(${FOLDED})`)].some((plot) => {
    const style = getComputedStyle(plot);
    const least = parseFloat(style.getPropertyValue("--natural")) * parseFloat(style.getPropertyValue("--least"));
    return /** @type {HTMLElement} */ (plot).offsetHeight < least - 2;
  });
}

/** The right edge of the box that holds a formula. @param {Element} formula */
function right(formula) {
  return /** @type {Element} */ (formula.parentElement).getBoundingClientRect().right;
}

/** Gives figures the room that is left, in steps, and says how many those are. What was right before mostly still is: each trial costs a
 * layout. @param {HTMLElement} slide @param {HTMLElement} content @param {number} [before] */
function growFigures(slide, content, before) {
  if (!content.querySelector(".missing, .media, .data-table, .curve, img, video")) return 0;
  const set = (/** @type {number} */ steps) => slide.style.setProperty("--figure", `${steps * FIGURE_STEP}px`);
  let least = 0;
  let most = MOST_FIGURE_STEPS + 1;
  const look = (/** @type {number} */ steps) => {
    set(steps);
    if (tooTall(content)) most = steps;
    else least = steps;
  };
  if (before) look(before);
  if (before && least === before && before + 1 < most) look(before + 1);
  while (most - least > 1) look((least + most) >> 1);
  set(least);
  return least;
}

/** Nothing fits: the smallest type, and the tallest panels give up height until the rest has room. Where even that is not
 * enough, the panels keep theirs and the slide scrolls, and shows that it does.
 * @param {HTMLElement} slide @param {HTMLElement} content @param {Run[]} runs */
function shrinkPanels(slide, content, runs) {
  const excess = () => content.scrollHeight - content.clientHeight;
  const lay = (/** @type {Plan["side"]} */ side) => {
    holds(slide, content, runs, { side, strip: true, wrap: true, scale: SMALLEST, cost: 0 });
    return excess();
  };
  if (lay("none") >= lay("any")) lay("any");
  else lay("none");
  // Panes share the place of their results. They give up height before the code does.
  const places = [...elements(content, "figure.block pre, .replay > .card").map((panel) => [panel]), ...runs.flatMap((run) => run.places)];
  const height = (/** @type {HTMLElement[]} */ place) => Math.max(...place.map((panel) => panel.offsetHeight));
  const weight = (/** @type {HTMLElement[]} */ place) => height(place) * (place.length > 1 ? 2 : 1);
  const least = (/** @type {HTMLElement[]} */ place) => (place.length > 1 ? LEAST_PANE : LEAST_PANEL);
  for (let round = 0; round < 24 && tooTall(content); round++) {
    const tallest = places.filter((place) => height(place) > least(place)).sort((one, other) => weight(other) - weight(one))[0];
    if (!tallest) break;
    const most = Math.max(least(tallest), Math.floor(height(tallest) - Math.max(excess(), 8)));
    for (const panel of tallest) panel.style.maxHeight = `${most}px`;
  }
  if (!tooTall(content)) return;
  for (const panel of places.flat()) panel.style.maxHeight = "";
  slide.classList.add("overfull");
}
