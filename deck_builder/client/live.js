import { Deck } from "./deck.js";
import { patch } from "./patch.js";

const HEARD = ["problems", "running", "place", "answer"];
const SOON_MS = 250;
const LATE_MS = 5000;
const LOST_MS = 700;

/** Keeps a served page with its server. What that says is an event of the deck by the message's type: "hello" (who we are, and where the
 * presenter stands), "problems", "running", "place", "answer"; "lost" when the connection is. Who dispatches "tell" sends its detail:
 * `dispatchEvent` says false where that could not be done. @param {Deck} deck */
export function live(deck) {
  if (!location.protocol.startsWith("http")) return;
  const sign = /** @type {HTMLElement} */ (document.querySelector("body > .corner > .lost"));
  const announcer = /** @type {HTMLElement} */ (document.querySelector("body > .announcer"));
  let epoch = Number(deck.root.dataset.epoch);
  let wait = SOON_MS;
  let [retry, quiet] = [0, 0];
  let work = Promise.resolve();
  /** @type {WebSocket | null} */
  let socket = null;

  const reload = () => location.reload();
  const hear = async (/** @type {any} */ message) => {
    if (message.type === "hello") {
      deck.root.dataset.role = message.role;
      deck.dispatchEvent(new CustomEvent("hello", { detail: message }));
    } else if (message.type === "reload") reload();
    else if (message.type === "patch" && message.epoch > epoch) {
      if (message.from > epoch || !(await patch(deck, message))) return reload();
      epoch = message.epoch;
    } else if (HEARD.includes(message.type)) deck.dispatchEvent(new CustomEvent(message.type, { detail: message }));
  };
  const connect = () => {
    clearTimeout(retry);
    const address = new URL(`live?epoch=${epoch}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const opened = (socket = new WebSocket(address));
    opened.addEventListener("open", () => {
      wait = SOON_MS;
      clearTimeout(quiet);
      quiet = 0;
      sign.hidden = true;
    });
    opened.addEventListener("message", ({ data }) => (work = work.then(() => hear(JSON.parse(data))).catch(reload)));
    opened.addEventListener("close", () => {
      if (opened !== socket) return;
      socket = null;
      deck.dispatchEvent(new Event("lost"));
      quiet ||= setTimeout(() => {
        sign.hidden = false;
        announcer.textContent = sign.textContent;
      }, LOST_MS);
      retry = setTimeout(connect, wait);
      wait = Math.min(wait * 1.6, LATE_MS);
    });
  };
  const again = () => !socket && document.visibilityState === "visible" && connect();
  document.addEventListener("visibilitychange", again);
  addEventListener("online", again);
  deck.addEventListener("tell", (event) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(/** @type {CustomEvent} */ (event).detail));
    else event.preventDefault();
  });
  connect();
}

/** Sends the server a message. Says whether that could be done. @param {Deck} deck @param {object} message */
export function tell(deck, message) {
  return deck.dispatchEvent(new CustomEvent("tell", { detail: message, cancelable: true }));
}
