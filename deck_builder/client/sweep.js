import { Deck, elements } from "./deck.js";

/** Sweeps: sliders that put what another value led to in the place of what the deck's own did, on all slides at once. Of a block
 * that several sweeps reach nobody knows what two of them would come to: there one moves, and the others go back. Features may
 * listen to "sweep", whose detail is the sweep and the place of its value. @param {Deck} deck */
export function sweep(deck) {
  const sliders = elements(deck.root, ".sweep");
  const runs = elements(deck.root, ".run[data-sweeps]").map((run) => ({ run, by: String(run.dataset.sweeps).split(" ") }));
  const figures = elements(deck.root, "img[data-others]").map((image) => ({ image, own: image.getAttribute("src") ?? "", by: String(image.dataset.sweeps).split(" ") }));
  const written = new Map(sliders.map((slider) => [String(slider.dataset.sweep), Number(slider.dataset.at)]));
  let now = new Map(written);

  /** The value that one of these sweeps has been moved to, `2.1=0`; "" while all are as they are written. @param {string[]} by */
  const moved = (by) => {
    const one = by.find((sweep) => now.get(sweep) !== written.get(sweep));
    return one ? `${one}=${now.get(one)}` : "";
  };
  const show = () => {
    for (const slider of sliders) tellValue(slider, now.get(String(slider.dataset.sweep)) ?? 0);
    for (const { run, by } of runs) {
      const value = moved(by);
      for (const results of elements(run, ":scope > [data-of]")) {
        const is = value ? String(results.dataset.of).split(" ").includes(value) : results.hasAttribute("data-main");
        results.toggleAttribute("data-now", is);
      }
    }
    for (const { image, own, by } of figures) {
      const data = JSON.parse(String(image.dataset.others))[moved(by)];
      image.setAttribute("src", data ? `data:image/svg+xml;base64,${data}` : own);
      image.style.visibility = data === "" ? "hidden" : ""; // that value came to no figure
    }
    for (const code of elements(deck.root, ".swept")) {
      [...code.children].forEach((value, at) => value.toggleAttribute("data-now", at === now.get(String(code.dataset.sweep))));
    }
  };
  const choose = (/** @type {string} */ sweep, /** @type {number} */ at) => {
    for (const { by } of [...runs, ...figures]) {
      for (const other of by.includes(sweep) ? by : []) now.set(other, Number(written.get(other)));
    }
    now.set(sweep, at);
    show();
    deck.dispatchEvent(new CustomEvent("sweep", { detail: { sweep, at } }));
    deck.refresh();
  };

  for (const slider of sliders) {
    const input = range(slider);
    input.hidden = false;
    input.addEventListener("input", () => choose(String(slider.dataset.sweep), Number(input.value)));
    // A slider that a mouse has left focused must not eat the keys that go on.
    input.addEventListener("pointerup", () => input.blur());
  }
  /** @type {typeof now | null} */
  let kept = null;
  addEventListener("beforeprint", () => {
    kept ??= now;
    now = new Map(written); // paper has the deck as it is written
    show();
  });
  addEventListener("afterprint", () => {
    now = kept ?? now;
    kept = null;
    show();
  });
}

/** @param {HTMLElement} slider */
function range(slider) {
  return /** @type {HTMLInputElement} */ (slider.querySelector("input"));
}

/** A slider says its value. @param {HTMLElement} slider @param {number} at */
function tellValue(slider, at) {
  const words = JSON.parse(String(slider.dataset.said))[at];
  const input = range(slider);
  input.value = String(at);
  input.ariaValueText = words;
  /** @type {HTMLElement} */ (slider.querySelector("output")).textContent = words;
}
