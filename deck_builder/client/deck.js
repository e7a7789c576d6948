/** The one owner of where the talk stands; features listen to its "move" event. */
export class Deck extends EventTarget {
  /** @param {HTMLElement} root the document's root, which carries `data-no` and `data-click` */
  constructor(root) {
    super();
    this.root = root;
    /** @type {HTMLElement[]} */
    this.slides = [...root.querySelectorAll(".slide")].map((slide) => /** @type {HTMLElement} */ (slide));
    this.no = 0;
    this.click = 0;
  }

  /** The slide that shows. */
  get slide() {
    return this.slides[this.no - 1];
  }

  /** The last click of a slide. @param {number} no */
  clicks(no) {
    return Number(this.slides[no - 1].dataset.clicks);
  }

  /** Go to a slide and a click, both held within what there is. @param {number} no @param {number} [click] */
  go(no, click = 0) {
    no = Math.min(Math.max(Math.trunc(no) || 1, 1), this.slides.length);
    click = Math.min(Math.max(Math.trunc(click) || 0, 0), this.clicks(no));
    if (no === this.no && click === this.click) return;
    const from = this.no;
    this.no = no;
    this.click = click;
    this.root.dataset.no = String(no);
    this.root.dataset.click = String(click);
    this.dispatchEvent(new CustomEvent("move", { detail: { from } }));
  }

  /** One click on, into the next slide after the last. */
  next() {
    if (this.click < this.clicks(this.no)) this.go(this.no, this.click + 1);
    else if (this.no < this.slides.length) this.go(this.no + 1);
  }

  /** One click back, into the slide before at its last click. */
  previous() {
    if (this.click > 0) this.go(this.no, this.click - 1);
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
