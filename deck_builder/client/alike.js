import { elements } from "./deck.js";

const LAID = ".run, pre, .results, .pane, .replay > .card";

/** Lays a slide out as the one in whose place it comes, if both are built alike; says whether that could be done. Nothing is measured: it is
 * for the moment until that is done. @param {HTMLElement} slide @param {HTMLElement} was */
export function alike(slide, was) {
  const [parts, old] = [slide, was].map((one) => elements(one, LAID));
  if (parts.length !== old.length || slide.querySelector(".autofit")) return false;
  for (const name of ["--fit", "--figure", "--least"]) slide.style.setProperty(name, was.style.getPropertyValue(name));
  for (const name of ["wrap", "overfull"]) slide.classList.toggle(name, was.classList.contains(name));
  parts.forEach((part, at) => {
    for (const name of ["side", "roomy", "strip"]) part.classList.toggle(name, old[at].classList.contains(name));
    part.style.maxHeight = old[at].style.maxHeight;
  });
  return true;
}
