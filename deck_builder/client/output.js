import { Deck, elements } from "./deck.js";

/** Writes the last line of an output into the strip that stands for a whole console. @param {Element} shell @param {Element} output */
export function brief(shell, output) {
  const strip = /** @type {HTMLElement} */ (shell.querySelector(".brief"));
  const rows = (output.querySelector("pre")?.innerHTML ?? "").split("\n"); // no element goes over the end of a row
  strip.dataset.lines = /** @type {HTMLElement} */ (output).dataset.lines;
  strip.classList.toggle("lit", output.classList.contains("lit"));
  strip.innerHTML = rows[rows.length - 1];
}

/** Folded output opens over the slide, whole, so that nothing on the slide moves. @param {Deck} deck */
export function output(deck) {
  const sheet = /** @type {HTMLDialogElement} */ (document.querySelector("body > dialog.sheet"));
  const body = /** @type {HTMLElement} */ (sheet.querySelector("div"));
  const close = /** @type {HTMLElement} */ (sheet.querySelector("button"));
  const said = String(/** @type {HTMLElement} */ (document.querySelector(".stage")).dataset.rows);

  const open = (/** @type {Element} */ shell) => {
    const whole = document.createElement("div");
    whole.append(shell.cloneNode(true));
    for (const fold of whole.querySelectorAll("details.fold")) {
      fold.replaceWith(...[...fold.children].filter((child) => child.tagName !== "SUMMARY"));
    }
    for (const ours of whole.querySelectorAll(".all, .brief")) ours.remove();
    body.replaceChildren(...whole.childNodes);
    sheet.showModal();
    body.scrollTop = body.scrollHeight;
  };

  const dress = (/** @type {HTMLElement} */ shell) => {
    const all = document.createElement("button");
    all.type = "button";
    all.className = "all";
    all.textContent = said.replace("{n}", String(shell.dataset.rows));
    all.addEventListener("click", () => open(shell));
    const strip = document.createElement("div");
    strip.className = "brief";
    const outputs = shell.querySelectorAll(".output");
    shell.append(strip);
    if (Number(shell.dataset.rows) > 1) shell.append(all);
    brief(shell, outputs[outputs.length - 1]);
  };
  deck.onMount((slide) => {
    for (const shell of elements(slide, ".console[data-rows]")) dress(shell);
    for (const summary of slide.querySelectorAll(".fold > summary")) {
      summary.addEventListener("click", (event) => {
        event.preventDefault();
        open(/** @type {Element} */ (summary.closest(".fold.whole, .console")));
      });
    }
    for (const rest of slide.querySelectorAll(".pane .rest")) {
      const results = /** @type {Element} */ (rest.closest(".run")?.querySelector(":scope > .results"));
      rest.addEventListener("click", () => open(results));
    }
  });
  const shut = () => {
    if (!sheet.open) return;
    sheet.close();
    // At once, not with the "close" event: the next key must go on, not open what the focus has come back to.
    /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  };
  close.addEventListener("click", shut);
  sheet.addEventListener("cancel", (event) => {
    event.preventDefault();
    shut();
  });
  sheet.addEventListener("click", (event) => event.target === sheet && shut());
  deck.addEventListener("move", shut);
}
