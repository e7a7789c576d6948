const STEP = 4;

/** Keys of a field of code: Tab and Shift-Tab move lines by a step, Enter keeps the indentation. All goes through the browser's own editing,
 * so that its undo knows of it. @param {HTMLTextAreaElement} field */
export function typing(field) {
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Tab") indent(field, event.shiftKey);
    else if (event.key === "Enter") breakLine(field);
    else return;
    event.preventDefault();
  });
}

/** @param {HTMLTextAreaElement} field @param {boolean} back */
function indent(field, back) {
  const { value, selectionStart: start, selectionEnd: end } = field;
  const begin = value.lastIndexOf("\n", start - 1) + 1;
  if (!back && !value.slice(start, end).includes("\n")) return insert(" ".repeat(STEP - ((start - begin) % STEP)));
  const until = end > start && value[end - 1] === "\n" ? end - 1 : value.indexOf("\n", end) < 0 ? value.length : value.indexOf("\n", end);
  const before = value.slice(begin, until).split("\n");
  const after = before.map((line) => (back ? line.replace(new RegExp(`^(\t| {1,${STEP}})`), "") : line && " ".repeat(STEP) + line));
  if (after.join("\n") === before.join("\n")) return;
  field.setSelectionRange(begin, until);
  insert(after.join("\n"));
  const first = after[0].length - before[0].length;
  const whole = begin + after.join("\n").length;
  if (start === end) field.setSelectionRange(Math.max(begin, start + first), Math.max(begin, start + first));
  else field.setSelectionRange(Math.max(begin, start + first), whole);
}

/** @param {HTMLTextAreaElement} field */
function breakLine(field) {
  const before = field.value.slice(field.value.lastIndexOf("\n", field.selectionStart - 1) + 1, field.selectionStart);
  const [deep] = /^[ \t]*/.exec(before) ?? [""];
  insert(`\n${deep}${/:\s*(#.*)?$/.test(before) ? " ".repeat(STEP) : ""}`);
}

/** Into the focused field, in the place of what is selected. @param {string} text */
function insert(text) {
  document.execCommand("insertText", false, text);
}
