"""deck inspect: what the parser makes of a deck, and what its code did, for editors, tools and the curious."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deck_builder.cli.judged import Judged, lines_of
from deck_builder.cli.reading import read_deck
from deck_builder.cli.report import report
from deck_builder.cli.say import named, plain, say
from deck_builder.cli.sources import deck_name

if TYPE_CHECKING:
    from deck_builder.cli.settings import Sandbox
    from deck_builder.model import CodeBlock, Deck, ExecutedDeck, Problem, Slide, Step

EXAMPLES = """
\b
Examples:
  deck inspect talk.md             the slides, their clicks and their blocks
  deck inspect talk.md --json      the same as data: places, options, steps, problems
  deck inspect talk.md --run --json    and what each block did, when it is run as in a build
"""


@click.command(epilog=EXAMPLES)
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As JSON, for editors and other tools.")
@click.option("--run", is_flag=True, help="With --json: run the code as in a build, and add what each block did.")
@click.option(
    "--sandbox", type=click.Choice(["auto", "off", "strict"]), default="auto", show_default=True,
    help="How slide code is held, with --run.",
)  # fmt: skip
def inspect(source: Path, as_json: bool, run: bool, sandbox: Sandbox) -> int:
    """Show what a deck is made of: slides with their lines, layouts and clicks, blocks with their steps and options.

    Nothing is run, but with --run, and nothing is written. Exit code 3 if the deck can't be read, 4 if the sandbox
    can't be had; code that fails is told in its block's results.
    """
    if run and not as_json:
        raise click.UsageError("--run adds to what --json tells: say both")
    deck = read_deck(source)
    if isinstance(deck, Judged):
        say(_json(None, deck.problems) if as_json else report(deck), err=not as_json)
        return 3
    executed = _executed(deck, sandbox) if run else None
    say(_json(deck, deck.problems, executed) if as_json else _text(deck))
    return 0


def _executed(deck: Deck, sandbox: Sandbox) -> ExecutedDeck:
    """The deck with what its blocks did."""
    from deck_builder.cli.progress import progress, watched
    from deck_builder.cli.runners import Runners
    from deck_builder.cli.settings import Settings, usual_jobs
    from deck_builder.execute import execute

    settings = Settings(None, offline=True, no_cache=False, no_run=False, sandbox=sandbox, jobs=usual_jobs())
    with Runners(settings) as runners, progress() as going:
        runner = runners.runner(deck.source)
        assert runner, "there is one where code is to run"
        watching = watched(runner, partial(going.tell, deck_name(deck.source.path)))
        return execute(deck, watching, settings.jobs)


def _json(deck: Deck | None, problems: Sequence[Problem], executed: ExecutedDeck | None = None) -> str:
    data = {
        "headmatter": deck.headmatter if deck else {},
        "slides": [slide_data(slide, deck, executed) for slide in deck.slides] if deck else [],
        "problems": [problem_data(problem) for problem in problems],
    }
    return json.dumps(data, ensure_ascii=False, indent=1, default=str)


def slide_data(slide: Slide, deck: Deck, executed: ExecutedDeck | None = None) -> dict[str, Any]:
    """A slide as plain data; `start` and `end` are its first and last line in `path`, from 1."""
    return {
        "no": slide.no,
        "path": str(slide.span.path),
        "start": slide.span.start,
        "end": last_line(slide, deck),
        "layout": slide.layout,
        "title": slide.title,
        "level": slide.level,
        "note": slide.note,
        "clicks": slide.clicks,
        "frontmatter": dict(slide.frontmatter),
        "blocks": [block_data(block, executed) for block in slide.blocks],
    }


def last_line(slide: Slide, deck: Deck) -> int:
    """The slide's last line; what follows the file's last line end is none."""
    lines = lines_of(deck.sources[slide.span.path])
    return max(slide.span.start, min(slide.span.end, len(lines) - (lines[-1] == "")))


def block_data(block: CodeBlock, executed: ExecutedDeck | None = None) -> dict[str, Any]:
    """A block as plain data; `start` and `end` are its fence's lines, `steps` the lit ones as they are numbered."""
    options: Mapping[str, Any] = asdict(block.options)
    results = _results(block, executed) if executed else {}
    return {
        "id": block.id,
        "lang": block.lang,
        "title": block.options.title,
        "start": block.span.start,
        "end": block.span.end,
        "steps": [lit(step, block) for step in block.options.steps],
        "options": {name: value for name, value in options.items() if name not in ("steps", "title")},
        **results,
    }


def _results(block: CodeBlock, executed: ExecutedDeck) -> dict[str, Any]:
    """What a block did, and what it does with each value of a sweep that reaches it."""
    from deck_builder.cli.results import result_data, sweep_data  # which other commands do without

    result = executed.results.get(block.id)
    if result is None:
        return {}
    found = sweep_data(block.id, executed)
    return {"results": result_data(result), **({"sweep": found} if found else {})}


def lit(step: Step, block: CodeBlock) -> list[int]:
    """The numbers of the lines that a step lights."""
    first = block.options.start_line
    return list(range(first, first + block.code.count("\n") + 1)) if step is None else list(step)


def problem_data(problem: Problem) -> dict[str, Any]:
    """A problem as plain data, with its place if it has one."""
    span = problem.span
    place = {"path": str(span.path), "line": span.start, "column": span.column, "end": span.end} if span else {}
    said = {"code": problem.code, "severity": problem.severity, "message": problem.message, "hint": problem.hint}
    return said | place


def _text(deck: Deck) -> str:
    rows = []
    for slide in deck.slides:
        clicks = f"  clicks: {slide.clicks}" if slide.clicks else ""
        place = f"{slide.span.start}-{last_line(slide, deck)}"
        place = place if slide.span.path == deck.source.path else f"{named(slide.span.path)}:{place}"
        rows.append(f"{slide.no:>3}  {place}  {slide.layout}{clicks}  {slide.title}".rstrip())
        for block in slide.blocks:
            words = [block.lang or "text", *(name for name in ("run", "hide") if getattr(block.options, name))]
            steps = f"  {len(block.options.steps)} steps" if len(block.options.steps) > 1 else ""
            taken_in = f"  from {named(block.path)}" if block.origin else ""
            rows.append(f"       {block.id}  {block.span.start}-{block.span.end}  {' '.join(words)}{steps}{taken_in}")
    return plain("\n".join(rows))
