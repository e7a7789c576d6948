// What is wrong with the slide that shows: text outside its box, things that overlap, type too small to read.
() => {
  const slide = document.querySelector(".slide.current");
  const frame = slide.getBoundingClientRect();
  const scale = frame.width / slide.offsetWidth;
  const wrong = [];
  const say = (what, node) => wrong.push(`${what}: ${(node.textContent || node.alt || node.className).trim().slice(0, 60)}`);
  const once = (look) => {
    const seen = new Map();
    return (element) => seen.get(element) ?? seen.set(element, look(element)).get(element);
  };
  const style = once((element) => getComputedStyle(element));
  const edges = once((element) => element.getBoundingClientRect());
  const clips = once((element) => /auto|scroll|hidden|clip/.test(style(element).overflow) && !element.closest("math"));
  const visible = once((element) => !element.closest("style, annotation, .unseen, .replay-table") && element.checkVisibility({ visibilityProperty: true }));
  const cuts = once((element) => !(panel(element) && element.scrollHeight > element.clientHeight + 1) && style(element).textOverflow !== "ellipsis");
  const panel = (element) => element.matches(".block pre, .results, .pane, .rows, .data-table, .output pre, .graph, .card, .card dd");
  const inside = (rect, box) => rect.left >= box.left - 1 && rect.right <= box.right + 1 && rect.top >= box.top - 1 && rect.bottom <= box.bottom + 1;
  const cut = (rect, box) => ({
    left: Math.max(rect.left, box.left), right: Math.min(rect.right, box.right),
    top: Math.max(rect.top, box.top), bottom: Math.min(rect.bottom, box.bottom),
  });
  const row = once((home) => home.closest(".line, p, li, h1, h2, h3, h4, td, th, pre, figcaption, summary, button, footer, img, math") ?? home);
  const shown = [...document.querySelectorAll(".slide")].filter((other) => other.checkVisibility());
  if (shown.length !== 1) wrong.push(`${shown.length} slides show at once`);
  const boxes = [];
  const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const home = node.parentElement;
    if (!node.textContent.trim() || !visible(home)) continue;
    const size = parseFloat(style(home).fontSize);
    if (size < 10.99 && !home.closest("math")) say(`${size}px type`, node);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width < 1 || rect.height < 1) continue;
      let seen = rect;
      for (let around = home; around !== slide.parentElement; around = around.parentElement) {
        if (!clips(around)) continue;
        const box = edges(around);
        if (!inside(seen, box) && cuts(around)) say(`outside ${around.className || around.tagName}`, node);
        seen = cut(seen, box);
        if (seen.right <= seen.left || seen.bottom <= seen.top) break;
      }
      if (seen.right - seen.left > 1 && seen.bottom - seen.top > 1) boxes.push({ node, home, row: row(home), ...seen });
    }
  }
  for (const image of slide.querySelectorAll("img, .missing, math")) {
    const rect = image.getBoundingClientRect();
    if (image.closest(".backdrop, .layout-image > .picture") || rect.width === 0 || !image.checkVisibility({ visibilityProperty: true })) continue;
    if (!inside(rect, frame)) say("outside the slide", image);
    if (image.matches("img")) boxes.push({ node: image, home: image, row: row(image), ...cut(rect, frame) });
  }
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length; j++) {
      const [one, other] = [boxes[i], boxes[j]];
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (across <= 2 * scale || down <= 5 * scale || one.row === other.row) continue;
      if (!one.home.contains(other.home) && !other.home.contains(one.home)) say(`overlaps “${(other.node.textContent || "picture").trim().slice(0, 30)}”`, one.node);
    }
  }
  const content = slide.querySelector(".content");
  if (content && (content.scrollHeight > content.clientHeight + 1 || content.scrollWidth > content.clientWidth + 1)) {
    wrong.push(`the content is ${content.scrollHeight}px tall in a box of ${content.clientHeight}px`);
  }
  for (const line of slide.querySelectorAll(".block.stepped .line.lit")) {
    const box = line.closest("pre").getBoundingClientRect();
    const rect = line.getBoundingClientRect();
    const all = [...line.closest("pre").querySelectorAll(".line.lit")];
    const tall = all.at(-1).getBoundingClientRect().bottom - all[0].getBoundingClientRect().top;
    if (tall <= box.height && (rect.top < box.top - 1 || rect.bottom > box.bottom + 1)) say("a lit line is scrolled away", line);
  }
  return [...new Set(wrong)];
}
