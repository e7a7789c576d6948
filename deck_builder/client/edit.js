import { Deck, elements } from "./deck.js";
import { Drafts } from "./drafts.js";
import { KEYS } from "./keys.js";
import { tell } from "./live.js";
import { typing } from "./typing.js";

/** @typedef {import("./drafts.js").Draft} Draft
 * @typedef {{ to: string, block: string, ok: boolean, message?: string, conflict?: boolean, code?: string }} Answer */

const PENCIL = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2.500 13.500l.7-3.200 7.600-7.600 2.500 2.500-7.600 7.600zM9.500 4l2.500 2.500"/></svg>';

/** On an author's page code is edited where it stands: in a field that lies over the block and outside of the slides, so that these may be
 * swapped beneath it. @param {Deck} deck */
export function edit(deck) {
  const stage = /** @type {HTMLElement} */ (document.querySelector(".stage"));
  const editor = /** @type {HTMLElement} */ (document.querySelector("body > .editor"));
  const field = /** @type {HTMLTextAreaElement} */ (editor.querySelector("textarea"));
  const said = /** @type {HTMLElement} */ (editor.querySelector(".said"));
  const conflict = /** @type {HTMLElement} */ (editor.querySelector(".conflict"));
  const words = editor.dataset;
  const drafts = new Drafts(deck);
  /** @type {Draft | null} */
  let draft = null;
  /** @type {{ to: string, draft: Draft, code: string }[]} */
  let asked = [];
  /** What the file has where it is not what it was. @type {string | undefined} */
  let theirs;
  stage.append(editor);
  typing(field);

  const figureOf = () => (draft && drafts.figures.get(draft)) ?? null;
  const lay = () => {
    const figure = figureOf();
    editor.hidden = !draft || Boolean(figure && deck.live && !deck.slide.contains(figure));
    if (figure && !editor.hidden) layOver(editor, field, figure, stage);
  };
  const say = (/** @type {string | undefined} */ text) => (said.textContent = text ?? "");
  const disagree = (/** @type {string | undefined} */ code) => {
    theirs = code;
    conflict.hidden = code === undefined;
    /** @type {HTMLElement} */ (conflict.querySelector("pre")).textContent = code ?? "";
    lay();
  };
  const open = (/** @type {HTMLElement} */ figure) => {
    draft = drafts.begin(figure);
    field.value = draft.code;
    say("");
    disagree(undefined);
    field.focus({ preventScroll: true });
    field.setSelectionRange(0, 0);
  };
  const close = () => {
    const figure = figureOf();
    if (draft && draft.code === draft.base && !draft.ran) drafts.forget(draft);
    draft = null;
    lay();
    figure?.querySelector("pre")?.focus({ preventScroll: true });
  };
  const ask = (/** @type {"run" | "save"} */ to) => {
    if (!draft) return;
    const { block, base, code } = draft;
    if (!figureOf()) return say(words.gone);
    if (!tell(deck, { type: to, block, was: base, code })) return say(words.offline);
    if (to === "run") draft.ran = code;
    asked = [...asked.filter((one) => one.to === "save" || to === "save"), { to, draft, code }];
    drafts.note(figureOf());
    say(to === "run" ? words.running : words.saving);
  };
  const drop = () => {
    if (!draft) return;
    if (draft.ran && !tell(deck, { type: "drop", block: draft.block })) return say(words.offline);
    draft.code = draft.base;
    draft.ran = "";
    close();
  };
  const settle = (/** @type {boolean} */ mine) => {
    if (!draft || theirs === undefined) return;
    draft.base = theirs;
    if (!mine) {
      field.select();
      document.execCommand("insertText", false, theirs); // so that it can be undone
    }
    disagree(undefined);
    field.focus({ preventScroll: true });
    if (mine) ask("save");
    else drafts.note(figureOf());
  };
  const acts = /** @type {Record<string, () => void>} */ ({ run: () => ask("run"), save: () => ask("save"), drop, keep: () => settle(true), take: () => settle(false) });

  field.addEventListener("input", () => {
    if (!draft) return;
    draft.code = field.value;
    drafts.note(figureOf());
    say("");
    lay();
  });
  editor.addEventListener("keydown", (event) => {
    event.stopPropagation(); // these keys turn no slide
    if (event.isComposing) return;
    const key = event.key.toLowerCase();
    const does = event.key === "Escape" ? close : (event.ctrlKey || event.metaKey) && /** @type {Record<string, () => void>} */ ({ enter: acts.run, s: acts.save, backspace: event.shiftKey ? drop : undefined })[key];
    if (!does) return;
    event.preventDefault();
    does();
  });
  for (const kind of ["click", "touchstart", "touchend"]) editor.addEventListener(kind, (event) => event.stopPropagation(), { passive: true });
  editor.addEventListener("click", (event) => acts[String(/** @type {Element} */ (event.target).closest("button")?.dataset.do)]?.());

  deck.addEventListener("answer", (event) => {
    const { to, ok, message, conflict, code } = /** @type {CustomEvent<Answer>} */ (event).detail;
    const question = asked.find((one) => one.to === to);
    asked = asked.filter((one) => one !== question);
    if (!question) return;
    if (ok && to === "save") {
      question.draft.base = question.code;
      question.draft.ran = question.draft.code === question.code ? "" : question.draft.ran;
      drafts.note(drafts.figures.get(question.draft));
    }
    if (question.draft !== draft) return;
    say(message || (ok && to === "save" ? words.saved : ""));
    if (conflict) disagree(code ?? figureOf()?.dataset.code ?? "");
  });
  deck.addEventListener("running", (event) => /** @type {CustomEvent} */ (event).detail.block || (said.textContent === words.running && say("")));
  deck.addEventListener("lost", () => {
    if (asked.some((one) => one.draft === draft)) say(words.offline);
    asked = [];
  });
  deck.addEventListener("replace", () => {
    const figure = figureOf();
    if (draft && !figure) say(words.gone);
    else if (said.textContent === words.gone || (said.textContent === words.running && !figure?.closest(".run")?.querySelector("[data-stale]"))) say("");
    requestAnimationFrame(lay); // on a page of slides others may have moved this one
  });
  deck.onShow(lay);
  addEventListener("resize", lay);

  offerEditing(deck, String(words.edit), open);
}

/** A button that comes to the block that is pointed at or focused, and a key for the one that is lit, or the first. @param {Deck} deck
 * @param {string} title @param {(figure: HTMLElement) => void} open */
function offerEditing(deck, title, open) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy edit";
  button.title = button.ariaLabel = title;
  button.innerHTML = PENCIL;
  const come = (/** @type {Event} */ event) => {
    const block = /** @type {Element} */ (event.target).closest("figure.block[data-edit]");
    if (block && block !== button.parentElement && deck.root.dataset.role === "author") block.append(button);
  };
  document.addEventListener("pointerover", come);
  document.addEventListener("focusin", come);
  button.addEventListener("click", () => open(/** @type {HTMLElement} */ (button.parentElement)));
  const editFirst = () => {
    const all = elements(deck.slide, "figure.block[data-edit]").filter((block) => block.checkVisibility({ visibilityProperty: true }));
    const found = all.find((block) => block.matches(".stepped:has(.line.lit)")) ?? all[0];
    if (found && deck.root.dataset.role === "author") open(found);
  };
  KEYS.push({ keys: ["e"], says: "edit", act: editFirst });
}

/** Lays the field over a block's code, letter over letter. @param {HTMLElement} editor @param {HTMLTextAreaElement} field
 * @param {HTMLElement} figure @param {HTMLElement} stage */
function layOver(editor, field, figure, stage) {
  const panel = /** @type {HTMLElement} */ (figure.querySelector("pre"));
  const [room, box, whole] = [stage, panel, figure].map((element) => element.getBoundingClientRect());
  const scale = room.width / stage.offsetWidth;
  const zoom = box.width / panel.offsetWidth / scale; // a slide's own
  const around = getComputedStyle(panel);
  const line = getComputedStyle(figure.querySelector(".line") ?? panel);
  const px = (/** @type {string} */ length) => `${(parseFloat(length) || 0) * zoom}px`;
  const top = (box.top - room.top) / scale;
  const left = (whole.left - room.left) / scale;
  Object.assign(editor.style, { left: `${left}px`, top: `${top}px`, width: `${Math.min(whole.width / scale, stage.offsetWidth - left - 8)}px` });
  Object.assign(field.style, {
    fontFamily: line.fontFamily,
    fontSize: px(line.fontSize),
    lineHeight: px(line.lineHeight),
    paddingTop: px(around.paddingTop),
    paddingBottom: px(around.paddingBottom),
    paddingLeft: `calc(${px(line.paddingLeft)} + ${px(line.borderLeftWidth)})`,
    whiteSpace: line.whiteSpace,
    height: "0",
  });
  const bar = /** @type {HTMLElement} */ (editor.querySelector(".under"));
  const least = Math.max(box.height / scale, field.scrollHeight + field.offsetHeight - field.clientHeight);
  const most = document.documentElement.classList.contains("live") ? stage.offsetHeight - 8 - top : Infinity;
  field.style.height = `${Math.max(Math.min(least, most), Math.min(box.height / scale, most))}px`;
  editor.classList.toggle("above", top + field.offsetHeight + bar.offsetHeight > most + top && top > bar.offsetHeight);
}
