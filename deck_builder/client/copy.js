import { Deck } from "./deck.js";

const ICON = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M5.5 5.5h8v8h-8zM10.5 5V2.5h-8v8H5"/></svg>';

/** One button for all blocks of code: it comes to the one that is pointed at, tapped or focused. @param {Deck} deck */
export function copy(deck) {
  const announcer = /** @type {HTMLElement} */ (document.querySelector("body > .announcer"));
  const said = /** @type {HTMLElement} */ (document.querySelector(".stage")).dataset;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.title = button.ariaLabel = String(said.copyCode);
  button.innerHTML = ICON;
  let done = 0;

  const come = (/** @type {Event} */ event) => {
    const block = /** @type {Element} */ (event.target).closest("figure.block");
    if (!block || block === button.parentElement || block.closest("[data-copy=false]")) return;
    button.classList.remove("done");
    block.append(button);
  };
  document.addEventListener("pointerover", come);
  document.addEventListener("focusin", come);
  button.addEventListener("click", async () => {
    const block = /** @type {HTMLElement} */ (button.parentElement);
    const code = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (block.querySelector("code")).cloneNode(true));
    for (const other of code.querySelectorAll(".swept > :not([data-now])")) other.remove();
    const text = (code.textContent ?? "").trimEnd();
    await write(block.dataset.lang === "pycon" ? program(text) : text);
    button.classList.add("done");
    announcer.textContent = String(said.copied);
    clearTimeout(done);
    done = setTimeout(() => button.classList.remove("done"), 1500);
  });
}

/** A session's code, without its prompts and what came. @param {string} text */
function program(text) {
  let inside = false;
  const lines = text.split("\n").filter((line) => (inside = /^>>>( |$)/.test(line) || (inside && /^\.\.\.( |$)/.test(line))));
  return lines.map((line) => line.slice(4)).join("\n");
}

/** Where the page may not write to the clipboard, the browser still copies what is selected. @param {string} text */
async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}
