import { Deck, elements } from "./deck.js";

const GROUPS = ".code-group[data-titles]";

/** A group of blocks shows one of them at a time; on paper, all. @param {Deck} deck */
export function tabs(deck) {
  let made = 0;
  deck.onMount((slide, was) => {
    const before = was ? elements(was, GROUPS) : [];
    elements(slide, GROUPS).forEach((group, at) => {
      const shown = before[at] ? elements(before[at], ":scope > .run").findIndex((panel) => panel.classList.contains("shown")) : 0;
      tabbed(group, made++, shown);
    });
  });
  addEventListener("beforeprint", () => elements(deck.root, GROUPS).forEach((group) => group.classList.remove("tabbed")));
  addEventListener("afterprint", () => elements(deck.root, GROUPS).forEach((group) => group.classList.add("tabbed")));
}

/** @param {HTMLElement} group @param {number} no @param {number} shown */
function tabbed(group, no, shown) {
  const panels = elements(group, ":scope > .run");
  const titles = JSON.parse(group.dataset.titles ?? "[]");
  const list = document.createElement("div");
  list.role = "tablist";
  const choices = panels.map((panel, at) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.role = "tab";
    tab.textContent = titles[at] || String(at + 1);
    tab.id = `tab-${no}-${at}`;
    panel.role = "tabpanel";
    panel.id = `panel-${no}-${at}`;
    panel.setAttribute("aria-labelledby", tab.id);
    tab.setAttribute("aria-controls", panel.id);
    tab.addEventListener("click", () => choose(at));
    return tab;
  });
  const choose = (/** @type {number} */ chosen) => {
    choices.forEach((tab, at) => {
      tab.ariaSelected = String(at === chosen);
      tab.tabIndex = at === chosen ? 0 : -1;
      panels[at].classList.toggle("shown", at === chosen);
    });
  };
  list.addEventListener("keydown", (event) => {
    const last = choices.length - 1;
    const at = choices.findIndex((tab) => tab === event.target);
    const to = /** @type {Record<string, number>} */ ({ ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last })[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // these keys turn no slide here
    choose(to);
    choices[to].focus();
  });
  list.append(...choices);
  group.prepend(list);
  group.classList.add("tabbed");
  choose(shown < panels.length ? shown : 0);
}
