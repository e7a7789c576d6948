"""Mermaid's text -> SVG, drawn by the extra `[mermaid]` in a process of its own, each once: the cache keeps it."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from deck_builder.disk import DISK, Disk
from deck_builder.errors import Span
from deck_builder.kept import write_whole
from deck_builder.model import Image, Problem

INSTALL = 'pip install "deck-builder[mermaid]"'
REINSTALL = "pip uninstall quickjs; pip install --force-reinstall mermaidx quickjs-ng"
SYNTAX = "its source is shown; mermaid.js.org tells how each kind of diagram is written"
LARGEST_DRAWING = 64 * 1024 * 1024
_PROGRAM = Path(__file__).with_name("drawing.py")
_ROOT = re.compile(r"<svg\b[^>]*>")
_BOX = re.compile(r'viewBox="\s*[-\d.e]+[\s,]+[-\d.e]+[\s,]+([\d.e]+)[\s,]+([\d.e]+)\s*"')
_LINE = re.compile(r"\bline:? (\d+)")
_FRONT = re.compile(r"\A-{3}[ \t]*\n.*?\n-{3}[ \t]*\n+", re.S)
_DIRECTIVE = re.compile(r"%%\{.*?\}%%", re.S)
_COMMENT = re.compile(r"^[ \t]*%%(?!\{)[^\n]+\n?", re.M)


def fetch_diagrams(
    diagrams: Mapping[str, Span], cache_dir: Path | None, *, fresh: bool, disk: Disk = DISK
) -> tuple[dict[str, Image], list[Problem]]:
    """The diagrams by their addresses, `mermaid:THEME`, a line's end, and the text."""
    version = _version()
    if not version:
        return {}, [_undrawn("", next(iter(diagrams.values())), INSTALL)]
    kept = {address: _path(address, version, cache_dir) for address in diagrams}
    found: dict[str, str] = {}
    for address, path in kept.items():
        if path and not fresh and (svg := _read(path, disk)):
            found[address] = svg
    problems: list[Problem] = []
    waiting = [address for address in diagrams if address not in found]
    for address, answer in zip(waiting, _drawn(waiting), strict=False):
        if drawing := answer.get("svg"):
            found[address] = _sized(drawing)
            if path := kept[address]:
                with suppress(OSError):  # a cache that can't be written only costs the next build the drawing
                    write_whole(path, found[address].encode())
                    _read(path, disk)
        elif "broken" in answer:
            disk.doubt()
            problems.append(_undrawn(f" ({answer['broken']})", diagrams[address], REINSTALL))
            break
        else:
            if not answer:
                disk.doubt()
            problems.append(_problem(address, diagrams[address], answer.get("error", "")))
    problems += [_unset(diagrams[address]) for address in found if "MathML is unsupported" in found[address]][:1]
    return {address: Image("image/svg+xml", svg.encode()) for address, svg in found.items()}, problems


def _undrawn(why: str, span: Span, hint: str) -> Problem:
    return Problem("D020", f"mermaid's diagrams are not drawn{why}: their source is shown", span, hint, "warning")


def _version() -> str:
    try:
        return metadata.version("mermaidx")
    except metadata.PackageNotFoundError:
        return ""


def _path(address: str, version: str, cache_dir: Path | None) -> Path | None:
    if cache_dir is None:
        return None
    drawn_by = f"{version}\0{_PROGRAM.read_text('utf-8')}\0{address}"
    return cache_dir / "diagrams" / f"{hashlib.sha256(drawn_by.encode()).hexdigest()}.svg"


def _read(path: Path, disk: Disk) -> str:
    with suppress(OSError, UnicodeDecodeError):
        svg = disk.read(path, LARGEST_DRAWING).decode("utf-8")
        return svg if svg.startswith("<svg") and svg.rstrip().endswith("</svg>") else ""
    return ""


def _drawn(addresses: list[str]) -> Iterator[dict[str, str]]:
    """What the program answers for each, in order; one that ends it has no answer, and those after it a new program."""
    waiting = list(addresses)
    while waiting:
        answers = 0
        for answer in _answers(waiting):
            yield answer
            answers += 1
        if answers < len(waiting):
            yield {}
            answers += 1
        del waiting[:answers]


def _answers(addresses: list[str]) -> Iterator[dict[str, str]]:
    """What one run of the program answers. It reads a file: a pipe for each way could fill, and both sides wait."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as asked:
        for address in addresses:
            theme, _, source = address.removeprefix("mermaid:").partition("\n")
            asked.write(json.dumps({"theme": theme, "source": source}) + "\n")
        asked.seek(0)
        command = [sys.executable, "-P", str(_PROGRAM)]
        with subprocess.Popen(
            command, stdin=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
        ) as program:
            assert program.stdout
            try:
                for line in program.stdout:
                    if not line.endswith("\n"):
                        return  # ended while it wrote
                    yield json.loads(line)
            finally:
                program.kill()


def _sized(svg: str) -> str:
    """The SVG with a size of its own, that of its contents: as wide as the window is no size for a picture."""
    root = _ROOT.search(svg)
    box = _BOX.search(root[0]) if root else None
    if not root or not box:
        return svg
    plain = re.sub(r'\s(?:width|height)="[^"]*"', "", root[0])
    return svg.replace(root[0], plain.replace("<svg", f'<svg width="{box[1]}" height="{box[2]}"', 1), 1)


def _problem(address: str, span: Span, error: str) -> Problem:
    """Where mermaid stops, in the author's own lines."""
    source = address.partition("\n")[2]
    if not error:
        said = "this diagram is not drawn: mermaid does not come to an end with it; its source is shown"
        return Problem("D020", said, span, "make it smaller", "warning")
    found = _LINE.search(error)
    lines = _read_lines(source)
    if found and 0 < int(found[1]) <= len(lines):
        no = lines[int(found[1]) - 1]
        line = span.start + no
        said = f"this diagram can't be drawn: mermaid does not understand `{source.splitlines()[no - 1].strip()}`"
        return Problem("D023", said, Span(span.path, line, line), SYNTAX)
    if "invalid property name" in error:
        return Problem("D020", "mermaid can't run beside the package quickjs", span, REINSTALL, "warning")
    first = error.removeprefix("Mermaid rendering failed: ").strip().splitlines()[0]
    if "No diagram type detected" in error:
        first = "its first line names no kind of diagram that mermaid knows"
    return Problem("D023", f"this diagram can't be drawn: {first}", span, SYNTAX)


def _read_lines(source: str) -> list[int]:
    """The lines, from 1, that mermaid counts: it takes front matter, directives and comments out first."""
    kept = list(range(1, source.count("\n") + 2))
    for pattern in (_FRONT, _DIRECTIVE, _COMMENT):
        for found in reversed(list(pattern.finditer(source))):
            first = source.count("\n", 0, found.start())
            del kept[first : first + found[0].count("\n")]
            source = source[: found.start()] + source[found.end() :]
    return kept[source[: len(source) - len(source.lstrip())].count("\n") :]


def _unset(span: Span) -> Problem:
    said = "formulas in a diagram are not set: mermaid needs a browser for them"
    return Problem("D020", said, span, "write them as plain text: x², θ", "warning")
