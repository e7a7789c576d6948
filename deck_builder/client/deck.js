/** A slide is to stand as at a click. `before` is the click it comes from: -1 where the slide is entered forwards,
 * Infinity where backwards, null where nothing moves on the way.
 * @typedef {{ slide: HTMLElement, click: number, before: number | null }} Shown */

/** The one owner of where the talk stands, and of which slides there are. Features listen: to "move", when it goes to another place,
 * and then to "show"; to "mount", for each slide, to "unmount" and "replace", when others have come in the place of slides; to "restyle". */
export class Deck extends EventTarget {
  /** @param {HTMLElement} root the document's root, which carries `data-no` and `data-click` */
  constructor(root) {
    super();
    this.root = root;
    this.slides = elements(root, ".stage > .slide");
    this.no = 0;
    this.click = 0;
  }

  /** The slide that shows. */
  get slide() {
    return this.slides[this.no - 1];
  }

  /** Whether one slide shows on a stage, and not all of them on a page. */
  get live() {
    return this.root.classList.contains("live");
  }

  /** The click a slide begins at. @param {number} no */
  start(no) {
    return Number(this.slides[no - 1].dataset.clicksStart ?? 0);
  }

  /** The last click of a slide. @param {number} no */
  clicks(no) {
    return Math.max(Number(this.slides[no - 1].dataset.clicks), this.start(no));
  }

  /** Go to a slide and a click, both held within what there is.
   * @param {number} no @param {number} [click] @param {boolean} [jump] by its address, so that nothing moves on the way */
  go(no, click, jump = false) {
    no = Math.min(Math.max(Math.trunc(no) || 1, 1), this.slides.length);
    click = Math.min(Math.max(Math.trunc(click ?? 0) || 0, this.start(no)), this.clicks(no));
    if (no === this.no && click === this.click) return;
    const from = this.no;
    const still = jump || from === 0 || !this.live || matchMedia("(prefers-reduced-motion: reduce)").matches;
    const before = no === from ? this.click : no > from ? -1 : Infinity;
    this.no = no;
    this.click = click;
    this.tell();
    this.dispatchEvent(new CustomEvent("move", { detail: { from } }));
    this.refresh(still ? null : before);
  }

  /** Has the slide that shows stand as at its click. @param {number | null} [before] */
  refresh(before = null) {
    this.show(this.slide, this.live ? this.click : this.clicks(this.no), before);
  }

  /** Has slides stand as at their last click: on paper, and as one page. */
  showAll(slides = this.slides) {
    for (const slide of slides) {
      slide.classList.add("measuring");
      this.show(slide, this.clicks(this.slides.indexOf(slide) + 1), null);
      slide.classList.remove("measuring");
    }
  }

  /** @param {HTMLElement} slide @param {number} click @param {number | null} before */
  show(slide, click, before) {
    this.dispatchEvent(new CustomEvent("show", { detail: { slide, click, before } }));
  }

  /** @param {(shown: Shown) => void} listener */
  onShow(listener) {
    this.addEventListener("show", (event) => listener(/** @type {CustomEvent<Shown>} */ (event).detail));
  }

  /** Hears of every slide: now of those that are there, and of each that comes later, with the one whose place it takes, if there is one.
   * @param {(slide: HTMLElement, was?: HTMLElement) => void} listener */
  onMount(listener) {
    for (const slide of this.slides) listener(slide);
    this.addEventListener("mount", (event) => listener(.../** @type {CustomEvent<[HTMLElement, HTMLElement?]>} */ (event).detail));
  }

  /** Has other slides: those of `origins` are new, each with the one whose place it takes. The document holds them already. The deck
   * stays on its slide and at its click, without any motion; where that slide is gone, on the nearest that is left.
   * @param {HTMLElement[]} slides @param {Map<HTMLElement, HTMLElement | undefined>} origins */
  replace(slides, origins) {
    const before = this.slides;
    const shown = this.slide;
    const left = new Map(slides.map((slide) => [origins.has(slide) ? origins.get(slide) : slide, slide]));
    const near = before.map((slide, at) => ({ slide: left.get(slide), far: Math.abs(at + 0.75 - this.no) })).filter(({ slide }) => slide);
    const stays = near.sort((one, other) => one.far - other.far)[0]?.slide ?? slides[0];
    this.slides = slides;
    for (const [slide, was] of origins) this.dispatchEvent(new CustomEvent("mount", { detail: [slide, was] }));
    const kept = new Set(slides);
    for (const slide of before) if (!kept.has(slide)) this.dispatchEvent(new CustomEvent("unmount", { detail: slide }));
    this.no = slides.indexOf(stays) + 1;
    this.click = left.get(shown) === stays ? Math.min(Math.max(this.click, this.start(this.no)), this.clicks(this.no)) : this.start(this.no);
    this.tell();
    this.dispatchEvent(new CustomEvent("replace", { detail: { origins } }));
    if (!this.live) this.showAll([...origins.keys()]);
    else if (stays !== shown) this.refresh();
  }

  /** The document's root names the place. */
  tell() {
    this.root.dataset.no = String(this.no);
    this.root.dataset.click = String(this.click);
  }

  /** Where one click on leads: into the next slide after the last; null at the end. @returns {[number, number] | null} */
  get following() {
    if (this.click < this.clicks(this.no)) return [this.no, this.click + 1];
    return this.no < this.slides.length ? [this.no + 1, this.start(this.no + 1)] : null;
  }

  /** One click on, if there is one. */
  next() {
    if (this.following) this.go(...this.following);
  }

  /** One click back, into the slide before at its last click. */
  previous() {
    if (this.click > this.start(this.no)) this.go(this.no, this.click - 1);
    else if (this.no > 1) this.go(this.no - 1, this.clicks(this.no - 1));
  }

  /** The next slide, whatever clicks are left. */
  nextSlide() {
    this.go(this.no + 1);
  }

  /** The slide before, at its start. */
  previousSlide() {
    this.go(this.no - 1);
  }
}

/** What matches below an element, as HTML. @param {Element} root @param {string} selector */
export function elements(root, selector) {
  return /** @type {HTMLElement[]} */ ([...root.querySelectorAll(selector)]);
}
