import { Deck, elements } from "./deck.js";

const EDITABLE = "figure.block[data-edit]";

/** A block's code as someone has changed it: what the file had when they began, what it is now, what was run of it last.
 * @typedef {{ block: string, base: string, code: string, ran: string }} Draft */

/** The drafts of a deck, each with its block, whatever slides are swapped. They outlive the page as long as its tab is open. */
export class Drafts {
  /** @param {Deck} deck */
  constructor(deck) {
    this.name = `drafts ${location.pathname}`;
    /** @type {Map<Draft, HTMLElement | null>} */
    this.figures = new Map(this.stored().map((draft) => [draft, null]));
    deck.onMount((slide, was) => {
      const old = was ? elements(was, EDITABLE) : [];
      elements(slide, EDITABLE).forEach((figure, at) => this.adopt(figure, old.length === elements(slide, EDITABLE).length ? old[at] : undefined));
      this.orphan(was);
      for (const figure of elements(slide, EDITABLE)) this.mark(figure);
    });
    deck.addEventListener("unmount", (event) => this.orphan(/** @type {CustomEvent} */ (event).detail));
    for (const draft of this.lost()) this.place(draft, elements(deck.root, EDITABLE).find((figure) => figure.dataset.block === draft.block && !this.of(figure)));
  }

  /** @param {Element} figure */
  of(figure) {
    return [...this.figures].find(([, place]) => place === figure)?.[0];
  }

  /** The draft of a block, begun if there is none. @param {HTMLElement} figure */
  begin(figure) {
    const { block = "", code = "", draft: file } = figure.dataset; // the file's code, where the server shows a draft that this page knows nothing of
    const draft = this.of(figure) ?? { block, base: file ?? code, code, ran: file === undefined ? "" : code };
    this.place(draft, figure);
    return draft;
  }

  /** @param {Draft} draft */
  forget(draft) {
    const figure = this.figures.get(draft);
    this.figures.delete(draft);
    this.note(figure);
  }

  /** Drafts that have no block now. */
  lost() {
    return [...this.figures].filter(([, figure]) => !figure).map(([draft]) => draft);
  }

  /** A block that has come takes the draft of the one whose place it takes, or one without a block that has had its code.
   * @param {HTMLElement} figure @param {HTMLElement} [was] */
  adopt(figure, was) {
    const known = (/** @type {Draft} */ { base, code, ran }) => [base, code, ran].includes(String(figure.dataset.code));
    const own = was && this.of(was);
    const near = [...this.figures].filter(([, at]) => !at?.isConnected).map(([draft]) => draft).filter(known);
    const draft = own && known(own) ? own : near.find(({ block }) => block === figure.dataset.block) ?? near[0] ?? own;
    if (draft) this.place(draft, figure);
  }

  /** @param {HTMLElement} [slide] one that is gone */
  orphan(slide) {
    for (const [draft, figure] of this.figures) if (figure && slide?.contains(figure)) this.figures.set(draft, null);
  }

  /** @param {Draft} draft @param {HTMLElement} [figure] */
  place(draft, figure) {
    if (!figure) return;
    draft.block = String(figure.dataset.block);
    this.figures.set(draft, figure);
    this.note(figure);
  }

  /** A block says that it is not as its file has it. @param {Element} figure */
  mark(figure) {
    const draft = this.of(figure);
    figure.toggleAttribute("data-drafted", draft !== undefined && draft.code !== draft.base);
  }

  /** Keeps what has changed. @param {Element | null} [figure] */
  note(figure) {
    if (figure) this.mark(figure);
    const changed = [...this.figures.keys()].filter(({ base, code, ran }) => code !== base || (ran && ran !== base));
    try {
      sessionStorage.setItem(this.name, JSON.stringify(changed));
    } catch {} // it is in memory still
  }

  /** @returns {Draft[]} */
  stored() {
    try {
      return JSON.parse(sessionStorage.getItem(this.name) ?? "[]");
    } catch {
      return [];
    }
  }
}
