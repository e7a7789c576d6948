"""Info string -> Info: `python [train.py] {all|2,5}{id: 'train', timeout: 20}`, after Slidev's fence grammar.

Kinder than Slidev: the language is the whole first word (`c++`), ranges may hold blanks (`{1, 3}`) and follow the word
`twoslash`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import get_args

from deck_builder.model import FigureOptions, Show, Traced, Warned, When
from deck_builder.parse.literal import LiteralError, Pair, read_object
from deck_builder.parse.sweeps import SWEEP_TAKES, read_sweep

_HEAD = re.compile(r"\s*([^\s{\[]*)\s*(?P<twoslash>twoslash\b\s*)?(?:\[(?P<title>[^\]]*)\])?")
_QUOTED = r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\""""
_BRACES = re.compile(rf"""\s*\{{((?:{_QUOTED}|\{{(?:{_QUOTED}|[^{{}}'"])*\}}|[^}}'"])*)\}}""")
_UNQUOTED_BRACES = re.compile(r"\s*\{([^}]*)\}")
_RANGES = re.compile(r"[\w\s,;|*-]*")
_ICON = re.compile(r"~[^~]*~")


@dataclass(frozen=True, slots=True)
class Info:
    """An info string in its parts. `unread` are those in braces that mean nothing; offsets count in the info string."""

    lang: str
    title: str = ""
    ranges: str = ""
    ranges_offset: int = 0
    pairs: tuple[Pair, ...] = ()
    unread: tuple[int, ...] = ()
    rest: str = ""


def read_info(info: str) -> Info:
    """Take an info string apart. Total: what can't be read is told by `unread` and `rest`."""
    head = _HEAD.match(info)
    assert head is not None  # every part of the pattern may be empty
    ranges, ranges_at, at = None, 0, head.end()
    pairs: list[Pair] = []
    unread: list[int] = []
    while braces := _BRACES.match(info, at) or _UNQUOTED_BRACES.match(info, at):
        inside, at = braces[1], braces.end()
        if not inside.strip():
            continue
        if not _RANGES.fullmatch(inside):
            try:
                for pair in read_object(inside):
                    pairs.append(Pair(pair.name, pair.value, braces.start(1) + pair.offset))
            except LiteralError as error:
                unread.append(braces.start(1) + error.offset)
        elif ranges is None:
            ranges, ranges_at = inside, braces.start(1)
        else:
            unread.append(braces.start(1))
    rest = info[at:]
    if "{" in rest:
        unread.append(at + rest.index("{"))
    title = _ICON.sub("", head["title"] or "").strip()
    words = " ".join([*(head["twoslash"] or "").split(), *rest.split()])
    return Info(head[1], title, ranges or "", ranges_at, tuple(pairs), tuple(unread), words)


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a fence: the field of BlockOptions it fills, how its value is read, and what may stand there."""

    field: str
    read: Callable[[object], object]
    allowed: str


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ValueError


def _frames(value: object) -> int:
    if 2 <= (frames := _whole(value)) <= 200:
        return frames
    raise ValueError


def _seconds(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf"):
        return float(value)
    raise ValueError


def _count(value: object) -> int:
    if count := _whole(value):
        return count
    raise ValueError


def _modules(value: object) -> tuple[str, ...]:
    """Names parted by commas or blanks, or, in the headmatter, a list of them."""
    names = [str(name) for name in value] if isinstance(value, list) else _text(".*", value).replace(",", " ").split()
    return tuple(dict.fromkeys(_text(r"[A-Za-z_][\w.-]*", name) for name in names))


def _names(value: object) -> tuple[str, ...]:
    """Names of Python's parted by commas or blanks."""
    names = _text(".*", value).replace(",", " ").split()
    return tuple(dict.fromkeys(_text(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*", name) for name in names))


def _text(pattern: str, value: object) -> str:
    if isinstance(value, str) and re.fullmatch(pattern, value):
        return value
    raise ValueError


def _raises(value: object) -> str:
    """`Type`, or `Type: regex`."""
    text = _text(r"(?s).*\S.*", value)
    try:
        re.compile(text.partition(":")[2].strip())
    except (re.error, OverflowError, RecursionError) as error:
        hint = "put a sign that stands for itself in brackets, as in [(]"
        raise ValueError(f"a regular expression stands behind the colon, and this is none: {error}; {hint}") from error
    return text


def _choice(values: tuple[str, ...], value: object) -> str:
    if value in values:
        return str(value)
    raise ValueError


def _click(value: object) -> str:
    """Slidev's rule: nothing or `true` is the next click, a sign makes it relative, `false` lights no step."""
    if value is None or value is True or value == "":
        return "+1"
    if value is False:
        return "false"
    return _text(r"[+-]?[0-9]{1,6}|false", str(value))


def _lit(value: object) -> str:
    if isinstance(value, str | int) and not isinstance(value, bool):
        return _text(r"[\w\s,;*-]+", str(value))
    raise ValueError


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint for a name that is not known: the one that was meant, if any is near, else all there are."""
    near = get_close_matches(name, known := list(known), n=1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"


_FIGURE = ("width", "height", "format", "alt")


def _figure(value: object) -> FigureOptions:
    """What is wrong with a part of it is said in the error."""
    if not isinstance(value, dict):
        raise ValueError
    for name, part in value.items():
        if name not in _FIGURE:
            raise ValueError(f"it has no part {name}: {did_you_mean(str(name), _FIGURE)}")
        if not _is_figure_part(name, part):
            raise ValueError(f"its {name} can't be {part!r}: it takes {_FIGURE_TAKES}")
    return FigureOptions(**value)


def _is_figure_part(name: str, part: object) -> bool:
    match name:
        case "width" | "height":
            return isinstance(part, int | float) and not isinstance(part, bool) and 0 < part <= 40
        case "format":
            return part in ("svg", "png")
    return isinstance(part, str)


_FIGURE_TAKES = "{width: 5, height: 3, format: 'svg' or 'png', alt: 'a curve'}, in inches"

OPTIONS: Mapping[str, Option] = {
    "lines": Option("lines", _boolean, "true or false"),
    "startLine": Option("start_line", _whole, "a whole number"),
    "maxHeight": Option("max_height", partial(_text, r"[0-9.]+[a-z]*%?"), "a length such as '200px'"),
    "at": Option("at", _click, "a click such as 3, or '+1' to count from the block before"),
    "finally": Option("finally_", _lit, "'last', or lines such as '2-4'"),
    "hide": Option("hide", _boolean, "true or false"),
    "run": Option("run", _boolean, "true or false"),
    "id": Option("id", partial(_text, r"[\w.-]+"), "a name of letters, digits, - and _"),
    "raises": Option("raises", _raises, "the exception's name in quotes, such as 'ValueError'"),
    "show": Option("show", partial(_choice, get_args(Show)), ", ".join(get_args(Show))),
    "output": Option("output", partial(_choice, get_args(When)), ", ".join(get_args(When))),
    "max-lines": Option("max_lines", _count, "a whole number from 1 up"),
    "fig": Option("fig", _figure, _FIGURE_TAKES),
    "frames": Option("frames", _frames, "a whole number from 2 to 200"),
    "timeout": Option("timeout_s", _seconds, "a number of seconds, such as 20"),
    "from": Option("from_", partial(_text, r"[\w.-]+"), "the id of a block above, or 'start'"),
    "seed": Option("seed", _whole, "a whole number"),
    "threads": Option("threads", _count, "a whole number from 1 up"),
    "cache": Option("cache", _boolean, "true or false"),
    "warnings": Option("warnings", partial(_choice, get_args(Warned)), ", ".join(get_args(Warned))),
    "expect": Option("expect", _boolean, "true or false"),
    "trace": Option("trace", partial(_choice, get_args(Traced)), ", ".join(get_args(Traced))),
    "graph": Option("graph", _names, "the name of a tensor in quotes, such as 'loss'"),
    "requires": Option("requires", _modules, "names of modules, such as 'seaborn, pandas'"),
    "sweep": Option("sweep", read_sweep, SWEEP_TAKES),
}
