"""A line of code that only a notebook understands -> the way out, in one line; "" of any other line."""

from __future__ import annotations

import re
from typing import Final

_INSTALL: Final = re.compile(r"[!%]\s*(?:python3? -m |uv )?(?:pip3?|conda|mamba) +install +(.+)")
_COMMAND: Final = re.compile(r"(?:[\w, ]+=\s*)?(%%?\w+|!)\s*(\S*).*")
_QUESTION: Final = re.compile(r"\?{1,2}\s*([\w.]+)|([\w.]+)\s*\?{1,2}")
_CELL: Final = re.compile(r"(?:In|Out)\s*\[\d*\]:")

_SHELL: Final = "show it in a fence of `sh`, or run it with `subprocess.run`"
_NOT_NEEDED: Final = {
    "matplotlib": "figures appear by themselves",
    "pylab": "figures appear by themselves",
    "load_ext": "nothing of a notebook is here to be loaded",
    "reload_ext": "nothing of a notebook is here to be loaded",
    "autoreload": "what has changed is read anew in every build",
    "config": "there is no notebook to be set up",
    "precision": "use torch.set_printoptions or an f-string",
}
_OTHERWISE: Final = {
    **dict.fromkeys(("time", "timeit", "prun"), "measure with `time.perf_counter()`"),
    **dict.fromkeys(("bash", "sh", "script", "cd", "ls", "pwd", "cat", "env", "system", "sx"), _SHELL),
    **dict.fromkeys(("html", "HTML", "svg", "latex", "markdown", "javascript", "js"), "write it on the slide itself"),
    **dict.fromkeys(("run", "load"), "import the file, or take it in: `<<< ./file.py`"),
    "capture": "`{output: 'hide'}` in the fence's braces hides what the block prints",
    "writefile": "put the file beside the deck",
    "debug": "the error says where it was raised",
}  # fmt: skip


def notebooks_hint(line: str) -> str:
    """What to do about a line with a notebook's command in it."""
    line = line.strip()
    if found := _INSTALL.fullmatch(line):
        what = " ".join(word for word in found[1].split() if not word.startswith("-"))
        return f"`{line[0]}pip` is a notebook's command: install {what} beside deck-builder, `pip install {what}`"
    if _CELL.match(line):
        return "this is copied from a notebook: leave out what stands before the code"
    if found := _QUESTION.fullmatch(line):
        return f"`{line}` is a notebook's question: `help({found[1] or found[2]})` prints the answer"
    found = _COMMAND.fullmatch(line)
    if not found or (not line.startswith(("!", "%")) and not re.match(r"[\w, ]+=\s*[!%]", line)):
        return ""
    command, name = found[1], found[1].lstrip("%")
    if command == "!":
        return f"`!{found[2]}` is a notebook's command: {_SHELL}"
    if name in _NOT_NEEDED:
        shown = f"{command} {found[2]}".strip()
        return f"`{shown}` is not needed: {_NOT_NEEDED[name]}; take the line away"
    way_out = _OTHERWISE.get(name, "take the line away, or show the code with `{run: false}`")
    return f"`{command}` is a notebook's command: {way_out}"
