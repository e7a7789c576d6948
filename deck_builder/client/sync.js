import { Deck, elements } from "./deck.js";

/** What the windows of a talk tell each other. `at` is the place of a slider among those of its slide.
 * @typedef {{ type?: unknown, no?: unknown, click?: unknown, at?: unknown, value?: unknown, from?: unknown, turn?: unknown,
 * view?: unknown }} Told whether it is the presenter's view that says so */

/** Windows that this one has opened, and the one that has opened this one. @type {Set<MessageEventSource>} */
const peers = new Set();

/** Keeps the windows of a talk at one place, those of a file while one of them is the presenter's view: who moves says so, who comes
 * asks. What comes from elsewhere only that view tells on. Whoever
 * only listens to a served deck, and moves, is left alone until it asks to follow again. @param {Deck} deck */
export function sync(deck) {
  let moved = false;
  let told = false; // by others: where this window goes now
  let alone = false;
  /** @type {[number, number] | null} */
  let theirs = null;
  const served = "epoch" in deck.root.dataset;
  const view = new URLSearchParams(location.search).has("presenter");
  const follow = /** @type {HTMLElement} */ (document.querySelector("body > .follow"));

  const go = (/** @type {boolean} */ jump) => {
    if (!theirs) return;
    told = true;
    deck.go(...theirs, jump);
    told = false;
    moved = true;
  };
  const hear = (/** @type {Told} */ { type, no, click, at, value, view: theirView }) => {
    // Two windows that a reader has opened side by side are none of each other's business.
    if (!served && !view && !theirView) return;
    if (type === "hello" && moved) say({ type: "place", no: deck.no, click: deck.click });
    if (!Number.isSafeInteger(no)) return;
    if (type === "place" && Number.isSafeInteger(click)) {
      theirs = [Number(no), Number(click)];
      if (alone) follow.hidden = false;
      else go(!moved);
    }
    if (type === "slider" && Number.isSafeInteger(at)) pull(ranges(deck.slides[Number(no) - 1])[Number(at)], Number(value));
  };
  const say = served ? toServer(deck, hear) : toWindows(hear, view);

  deck.addEventListener("move", (event) => {
    if ((told && !(view && !served)) || /** @type {CustomEvent} */ (event).detail.from === 0) return;
    moved = true;
    alone = deck.root.dataset.role === "audience";
    follow.hidden = !alone || !theirs;
    if (!alone) say({ type: "place", no: deck.no, click: deck.click });
  });
  follow.addEventListener("click", () => {
    alone = false;
    follow.hidden = true;
    go(true);
  });
  if (served) return;
  say({ type: "hello" });
  const pulled = (/** @type {Event} */ event) => {
    const target = /** @type {Element} */ (event.target);
    const slider = event.type === "input" ? target : target.closest(".passes > button")?.parentElement?.querySelector("input");
    const slide = /** @type {HTMLElement | undefined} */ (slider?.closest(".stage > .slide"));
    const at = slide ? ranges(slide).findIndex((one) => one === slider) : -1;
    if (slide && at >= 0 && event.isTrusted) say({ type: "slider", no: Number(slide.dataset.no), at, value: Number(ranges(slide)[at].value) });
  };
  document.addEventListener("input", pulled);
  document.addEventListener("click", pulled);
}

/** @param {HTMLElement | undefined} slide */
export function ranges(slide) {
  return slide ? /** @type {HTMLInputElement[]} */ (elements(slide, "input[type=range]")) : [];
}

/** @param {HTMLInputElement | undefined} slider @param {number} value */
export function pull(slider, value) {
  if (!slider || !Number.isFinite(value)) return;
  slider.value = String(value); // which holds it within its ends
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A served deck: live.js has the line. @param {Deck} deck @param {(told: Told) => void} hear @returns {(told: Told) => void} */
function toServer(deck, hear) {
  deck.addEventListener("place", (event) => hear(/** @type {CustomEvent} */ (event).detail));
  deck.addEventListener("hello", (event) => hear({ .../** @type {CustomEvent} */ (event).detail.place, type: "place" }));
  return (told) => deck.dispatchEvent(new CustomEvent("tell", { detail: told, cancelable: true }));
}

/** A file: all windows of its address in this browser; where one keeps files apart, those that one of them has opened.
 * What comes by both ways counts once. @param {(told: Told) => void} hear @param {boolean} view @returns {(told: Told) => void} */
function toWindows(hear, view) {
  const name = location.href.split(/[?#]/)[0];
  const me = Math.random();
  /** @type {Map<unknown, number>} */
  const turns = new Map();
  let turn = 0;
  const listen = (/** @type {unknown} */ data) => {
    const told = /** @type {Told} */ (Object(data));
    if (told.from === me || !(Number(told.turn) > (turns.get(told.from) ?? 0))) return;
    turns.set(told.from, Number(told.turn));
    hear(told);
  };
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
  channel?.addEventListener("message", ({ data }) => listen(data));
  if (opener) peers.add(opener);
  addEventListener("message", ({ source, data }) => source && peers.has(source) && Object(data).deck === name && listen(data.told));
  const target = location.origin.startsWith("http") ? location.origin : "*"; // files have no origin that could be named
  return (told) => {
    const whole = { ...told, view, from: me, turn: ++turn };
    channel?.postMessage(whole);
    for (const peer of peers) peer.postMessage({ deck: name, told: whole }, { targetOrigin: target });
  };
}

/** Opens the presenter's view in a window of its own, or comes back to it. */
export function openPresenter() {
  const address = location.href.split(/[?#]/)[0];
  const opened = window.open(`${address}?presenter${location.hash}`, `presenter of ${address}`, "popup,width=1280,height=800");
  if (opened) peers.add(opened);
}
