"""The values that pass from stage to stage, and the vocabulary of the house.

    Source --parse--> Deck --execute--> ExecutedDeck --render--> RenderedDeck

deck        what one Markdown file becomes; its first front matter is the headmatter
slide       one screen of it, numbered `no` from 1
block       a fenced code block, "13.1": the first of slide 13
step        what one position of a `{all|2,5|7}` range lights: some lines, or None for all of them
click       a position within a slide, from 0
output      a piece of what a block did: printed, drew, evaluated, warned, failed
result      all outputs of one block
sweep       values that a name takes, one after the other; a variant is what comes of one of them
problem     something the author should know, with its place and a code
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from deck_builder.errors import Span
from deck_builder.outputs import Animation as Animation
from deck_builder.outputs import Error as Error
from deck_builder.outputs import Figure as Figure
from deck_builder.outputs import Graph as Graph
from deck_builder.outputs import Mismatch as Mismatch
from deck_builder.outputs import Output as Output
from deck_builder.outputs import SafeHtml as SafeHtml
from deck_builder.outputs import Skipped as Skipped
from deck_builder.outputs import Stream as Stream
from deck_builder.outputs import Trace as Trace
from deck_builder.outputs import Value as Value
from deck_builder.outputs import Warning as Warning
from deck_builder.outputs import Watched as Watched
from deck_builder.sweep import Sweep as Sweep

if TYPE_CHECKING:
    from markdown_it.token import Token

Step: TypeAlias = tuple[int, ...] | None
"""The displayed line numbers that a step lights, ascending; None lights all, () none."""

Show: TypeAlias = Literal["auto", "right", "left", "below", "next"]
"""Where a block's results stand: beside its code, or, with one click more, in its place."""

When: TypeAlias = Literal["all", "step", "end", "fold", "hide"]
"""When they do: always, with the lines that made them, at the last step, behind a button, never."""

Traced: TypeAlias = Literal["all", "values", "grads", "off"]
"""What is recorded of a block: what its lit lines assigned, how it trained, both, nothing."""

Warned: TypeAlias = Literal["show", "hide", "fail"]
"""What becomes of Python's warnings in a block: shown, dropped, or an error of the deck's check."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file of a deck as written. `path` is only a name for messages and a base for relative files."""

    path: Path
    text: str

    @property
    def lines(self) -> list[str]:
        """The text's lines, which end with LF, CRLF or a lone CR; a byte-order mark is no part of the first."""
        return self.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


Reader: TypeAlias = Callable[[Path], Source]
"""Reads another file of the deck, by its path; LoadError when that can't be had."""


Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something found in a deck. `code` is one of docs/problems.md's; errors fail a build, warnings do not.

    `origin` says, in words, where the failure began when that is not at `span`.
    """

    code: str
    message: str
    span: Span | None = None
    hint: str = ""
    severity: Severity = "error"
    block: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Click:
    """When something on a slide comes (click `start`) and goes again (`end`, if it does); a token's `meta["click"]`.

    With `hide` it is there before and gone from `start` on. `animations` are Slidev's presets: fade, up, scale ...
    """

    start: int
    end: int | None = None
    hide: bool = False
    animations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A stroke drawn by hand about a piece of text; a token's `meta["mark"]`. Without `start` it is always there."""

    kind: str = "underline"
    colour: str = ""
    start: int | None = None
    opacity: float = 1.0
    delay_ms: int = 0


@dataclass(frozen=True, slots=True)
class Diagram:
    """What a fence draws from its text; its token's `meta["diagram"]`. Without a `theme` it has the deck's colours."""

    source: str
    theme: str = ""
    scale: float = 1.0
    alt: str = ""

    @property
    def address(self) -> str:
        """What it is called among the pictures of a deck."""
        return f"mermaid:{self.theme}\n{self.source}"


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """How a block's figures look: inches, where its code says no size; `alt` says them to those who can't see them."""

    width: float | None = None
    height: float | None = None
    format: Literal["svg", "png"] | None = None
    alt: str = ""

    def over(self, others: FigureOptions) -> FigureOptions:
        """These, and the others' where these say nothing."""
        return FigureOptions(
            self.width or others.width,
            self.height or others.height,
            self.format or others.format,
            self.alt or others.alt,
        )


@dataclass(frozen=True, slots=True)
class BlockOptions:
    """What the info string of a fence says, with the deck's defaults filled in.

    `veiled` are the indices of the steps at which the block is hidden; `finally_` holds the step that shows after the
    last click of all, where that is another than the last. `from_` is the id of the block whose state this one goes on
    from ("start": of none; "": of the one that runs right above it); `requires` are modules it can't run without.
    What is to be `expect`ed is no code, but the output of the block that runs above it.
    """

    steps: tuple[Step, ...] = ()
    veiled: tuple[int, ...] = ()
    finally_: tuple[Step, ...] = ()
    title: str = ""
    hide: bool = False
    lines: bool = False
    start_line: int = 1
    max_height: str = ""
    at: str = "+1"
    run: bool = False
    id: str = ""
    raises: str = ""
    show: Show = "auto"
    output: When = "all"
    max_lines: int = 0
    fig: FigureOptions = FigureOptions()
    frames: int = 24
    timeout_s: float | None = None
    from_: str = ""
    seed: int | None = None
    threads: int | None = None
    cache: bool = True
    warnings: Warned = "show"
    requires: tuple[str, ...] = ()
    expect: bool = False
    trace: Traced = "all"
    graph: tuple[str, ...] = ()
    sweep: Sweep | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that a block's code was taken in from, and the number there, from 1, of each line of the code."""

    path: Path
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A fence. `span` goes from its opening to its closing line; `click` is the first click that moves its steps.

    `turn` is the click from which on its results stand in its place; 0 where they stand beside it.
    A snippet of another file (`<<<`) has an `origin`; its `span` is the line of the deck that takes it in.
    Of the graphs that its options ask for, those in `elsewhere` are replayed where an `<Autograd>` stands.
    """

    id: str
    lang: str
    code: str
    options: BlockOptions
    span: Span
    click: int = 1
    origin: Origin | None = None
    turn: int = 0
    elsewhere: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """The file that holds the code."""
        return self.origin.path if self.origin else self.span.path

    @property
    def first_line(self) -> int:
        """The line of that file, from 1, that holds the first line of code."""
        return self.line(1)

    def line(self, no: int) -> int:
        """The line of that file that holds line `no` of the code; both count from 1."""
        return self.origin.lines[no - 1] if self.origin else self.span.start + no

    def number(self, line: int) -> int:
        """Which line of the code, from 1, a line of that file is; 0 if it is none."""
        if self.origin:
            return self.origin.lines.index(line) + 1 if line in self.origin.lines else 0
        no = line - self.span.start
        return no if 1 <= no <= self.code.count("\n") + 1 else 0


@dataclass(frozen=True, slots=True)
class NotePart:
    """What the speaker says from a click on, as Markdown tokens."""

    click: int
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide. `span` holds its own front matter, not the separators; `places` are its keys'."""

    no: int
    layout: str
    frontmatter: Mapping[str, Any]
    tokens: tuple[Token, ...]
    blocks: tuple[CodeBlock, ...]
    note: str
    title: str
    level: int
    clicks: int
    span: Span
    revision: str
    clicks_start: int = 0
    note_parts: tuple[NotePart, ...] = ()
    places: Mapping[str, Span] = field(default_factory=dict, repr=False)

    def place(self, key: str) -> Span:
        """Where its front matter, an importer's or the deck's `defaults` say `key`; the whole slide where none does."""
        return self.places.get(key, self.span)


@dataclass(frozen=True, slots=True)
class Deck:
    """A parsed deck. `problems` are the parser's warnings.

    `imported` are the other files whose slides or code it took in, in the order of their first use; `written` is where
    every slide stands that was read for it, in that order, hidden ones and those that only import others, too.
    `places` are those of the headmatter's keys.
    """

    source: Source
    headmatter: Mapping[str, Any]
    slides: tuple[Slide, ...]
    problems: tuple[Problem, ...] = ()
    imported: Mapping[Path, Source] = field(default_factory=dict)
    written: tuple[Span, ...] = ()
    places: Mapping[str, Span] = field(default_factory=dict, repr=False)

    @property
    def sources(self) -> Mapping[Path, Source]:
        """Every file of the deck, its own first."""
        return {self.source.path: self.source, **self.imported}

    @property
    def title(self) -> str:
        """The headmatter's title, else the first slide's, else the file's stem."""
        return str(self.headmatter.get("title") or "") or self.slides[0].title or self.source.path.stem

    def place(self, key: str) -> Span:
        """Where the headmatter says `key`; the deck's first line where it does not."""
        return self.places.get(key, Span(self.source.path, 1, 1))

    @property
    def blocks(self) -> tuple[CodeBlock, ...]:
        """Every code block, in the deck's order."""
        return tuple(chain.from_iterable([slide.blocks for slide in self.slides]))

    def slide_of(self, block_id: str) -> Slide:
        """The slide on which a block stands."""
        return self.slides[int(block_id.partition(".")[0]) - 1]


@dataclass(frozen=True, slots=True)
class BlockResult:
    """What one block did, in true order. `written` are the places of outputs that its own code or a fence shows."""

    outputs: tuple[Output, ...]
    seconds: float = 0.0
    cached: bool = False
    written: tuple[int, ...] = ()

    @property
    def shown(self) -> BlockResult:
        """The result without what is written down on the slide already."""
        others = (output for no, output in enumerate(self.outputs) if no not in self.written)
        return replace(self, outputs=tuple(others), written=()) if self.written else self

    @property
    def error(self) -> Error | None:
        """The error that ended the block, unless its author expected it."""
        return next((out for out in self.outputs if isinstance(out, Error) and not out.expected), None)

    @property
    def skipped(self) -> Skipped | None:
        """What kept the block from being run at all."""
        return next((out for out in self.outputs if isinstance(out, Skipped)), None)


@dataclass(frozen=True, slots=True)
class Variant:
    """What comes of one value of a sweep: the results of its block and of those that go on from it, by block id.

    `said` is the value in words: `lr = 0.1`.
    """

    said: str
    results: Mapping[str, BlockResult]


@dataclass(frozen=True, slots=True)
class ExecutedDeck:
    """A deck and the results of the blocks that ran, by block id.

    `variants` are, by the id of a block that sweeps, what comes of each of its values, in their order; that of the
    deck as it is written is among them. The blocks in `stale` run still: their results are of an earlier run, if any.
    """

    deck: Deck
    results: Mapping[str, BlockResult]
    variants: dict[str, tuple[Variant, ...]] = field(default_factory=dict)
    stale: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Image:
    """A picture's bytes, as they are embedded."""

    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Theme:
    """A look: one stylesheet (layers base and theme), layout templates by name, and the font that sets formulas.

    From the deck's own folder come its `styles`, its `layers` (`slide-top` …: templates, too), more layouts, and the
    `problems` with those; `places` are the files of its templates.
    """

    name: str
    css: str
    layouts: Mapping[str, str]
    math_font: bytes = field(repr=False, default=b"")
    styles: str = ""
    layers: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Path] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class RenderedDeck:
    """One self-contained page; `assets` are files beside it (none for a single page)."""

    html: str
    assets: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
