import { Deck, elements } from "./deck.js";

/** Sweeps: sliders that put what another value led to in the place of what the deck's own did, on all slides at once. Of a block
 * that several sweeps reach nobody knows what two of them would come to: there one moves, and the others go back. Features may
 * listen to "sweep", whose detail is the sweep and the place of its value. @param {Deck} deck */
export function sweep(deck) {
  /** @type {WeakMap<HTMLElement, string>} */
  const own = new WeakMap(); // what an image shows as it is written
  /** What was found on each slide, so that the whole deck need not be looked through when one comes. @type {Map<Element, Reach>} */
  const reaches = new Map();
  /** @returns {Reach} */
  const everywhere = () => {
    const layers = [...(document.querySelector(".stage")?.children ?? [])].filter((one) => one.matches(".layer"));
    const found = [...reaches.values(), ...layers.map((layer) => reach(/** @type {HTMLElement} */ (layer)))];
    return { sliders: found.flatMap((one) => one.sliders), runs: found.flatMap((one) => one.runs), figures: found.flatMap((one) => one.figures) };
  };
  /** @type {Reach} */
  let all;
  let moves = false; // whether anything shows that is not as it is written
  /** @type {Map<string, number>} */
  const written = new Map();
  /** @type {Map<string, number>} */
  let now = new Map();

  /** The value that one of these sweeps has been moved to, `2.1=0`; "" while all are as they are written. @param {string[]} by */
  const moved = (by) => {
    const one = by.find((sweep) => now.get(sweep) !== written.get(sweep));
    return one ? `${one}=${now.get(one)}` : "";
  };
  const show = () => {
    moves = moved([...now.keys()]) !== "";
    for (const slider of all.sliders) tellValue(slider, now.get(String(slider.dataset.sweep)) ?? 0);
    for (const { run, by } of all.runs) {
      const value = moved(by);
      for (const results of elements(run, ":scope > [data-of]")) {
        const is = value ? String(results.dataset.of).split(" ").includes(value) : results.hasAttribute("data-main");
        results.toggleAttribute("data-now", is);
      }
    }
    for (const { image, by } of all.figures) {
      const data = JSON.parse(String(image.dataset.others))[moved(by)];
      image.setAttribute("src", data ? `data:image/svg+xml;base64,${data}` : String(own.get(image)));
      image.style.visibility = data === "" ? "hidden" : ""; // that value came to no figure
    }
    for (const code of elements(deck.root, ".swept")) {
      [...code.children].forEach((value, at) => value.toggleAttribute("data-now", at === now.get(String(code.dataset.sweep))));
    }
  };
  const choose = (/** @type {string} */ sweep, /** @type {number} */ at) => {
    for (const { by } of [...all.runs, ...all.figures]) {
      for (const other of by.includes(sweep) ? by : []) now.set(other, Number(written.get(other)));
    }
    now.set(sweep, at);
    show();
    deck.dispatchEvent(new CustomEvent("sweep", { detail: { sweep, at } }));
    deck.refresh();
  };

  deck.onMount((slide, was) => {
    const before = was ? elements(was, ".sweep") : [];
    elements(slide, ".sweep").forEach((slider, at) => {
      const sweep = String(slider.dataset.sweep);
      written.set(sweep, Number(slider.dataset.at));
      const known = before[at] ? before[at].dataset.said === slider.dataset.said : !sweep.startsWith(`${slide.dataset.no}.`) && now.has(sweep);
      if (!known) now.set(sweep, Number(slider.dataset.at));
      else if (before[at]) now.set(sweep, Number(range(before[at]).value));
      const input = range(slider);
      input.hidden = false;
      input.addEventListener("input", () => choose(sweep, Number(input.value)));
      // A slider that a mouse has left focused must not eat the keys that go on.
      input.addEventListener("pointerup", () => input.blur());
    });
    const found = reach(slide);
    for (const { image } of found.figures) own.set(image, image.getAttribute("src") ?? "");
    reaches.set(slide, found);
  });
  all = everywhere();
  deck.addEventListener("unmount", (event) => reaches.delete(/** @type {CustomEvent} */ (event).detail));
  deck.addEventListener("replace", () => {
    all = everywhere();
    if (moves || moved([...now.keys()])) show();
  });
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

/** Sliders, and what they reach, each by the sweeps that reach it.
 * @typedef {{ sliders: HTMLElement[], runs: { run: HTMLElement, by: string[] }[], figures: { image: HTMLElement, by: string[] }[] }} Reach */

/** The sliders below an element, and what they reach. @param {HTMLElement} root @returns {Reach} */
function reach(root) {
  const by = (/** @type {HTMLElement} */ element) => String(element.dataset.sweeps).split(" ");
  return {
    sliders: elements(root, ".sweep"),
    runs: elements(root, ".run[data-sweeps]").map((run) => ({ run, by: by(run) })),
    figures: elements(root, "img[data-others]").map((image) => ({ image, by: by(image) })),
  };
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
