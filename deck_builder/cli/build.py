"""deck build: decks -> pages."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from deck_builder.cli.building import judge
from deck_builder.cli.judged import Judged, summary
from deck_builder.cli.progress import progress
from deck_builder.cli.report import report
from deck_builder.cli.runners import Runners
from deck_builder.cli.say import named, say, sized
from deck_builder.cli.settings import Settings, building_options, ready
from deck_builder.cli.sources import decks_named, pages_for
from deck_builder.execute.abreast import side_by_side
from deck_builder.kept import write_whole

EXAMPLES = """
\b
Examples:
  deck build                                every deck under ./slides, into ./build
  deck build talk/slides.md                 build/talk.html
  deck build talk/slides.md -o talk.html    this very file
  deck build notes.md --theme ./my-theme    in a look of your own
  deck build --offline --no-run             no network, no code: only how it looks
"""


@click.command(epilog=EXAMPLES)
@building_options
@click.option(
    "-o", "--output", metavar="DIR|FILE.html", type=click.Path(path_type=Path), default=Path("build"),
    show_default=True, help="Where the pages go.",
)  # fmt: skip
@click.pass_context
def build(context: click.Context, /, sources: tuple[Path, ...], output: Path, settings: Settings) -> None:
    """Run each deck's code and write the deck as one HTML file.

    SOURCE is a deck or a folder of decks; without one, every deck under ./slides is built.

    Each deck gets one line: its slides, blocks that ran, seconds, size, errors and warnings. After
    slide code ran, a terminal is told what held it (`sandbox: …`), and what it was not kept from.
    """
    pages = pages_for(decks_named(sources), output)
    ready(settings)
    for page in pages.values():
        _make_folder(page.parent)
    code = 0
    with Runners(settings) as runners, progress() as going:
        calls = [partial(judge, path, runners, going.tell, page) for path, page in pages.items()]
        for page, judged in zip(pages.values(), side_by_side(calls, settings.jobs), strict=True):
            if judged.html is not None:
                _write(page, judged.html)
            with going.aside():
                _tell(judged, page)
            code = max(code, judged.exit_code)
    if sys.stderr.isatty():
        _tell_what_held(runners)
    context.exit(code)


def _tell_what_held(runners: Runners) -> None:
    """Say what held the code that ran, and what it might read for all that; of which decks, if not of all the same."""
    from deck_builder.execute.sandbox import describe

    for sandbox, sessions in runners.engaged.items():
        data = dict.fromkeys(named(path) for session in sessions for path in session.data)
        seen = f" | read besides: {', '.join(data)}" if data else ""
        whose = f" ({', '.join(named(session.path) for session in sessions)})" if len(runners.engaged) > 1 else ""
        say(click.style(f"{describe(sandbox)}{seen}{whose}", dim=True), err=True)


def _tell(judged: Judged, page: Path) -> None:
    if judged.findings:
        say(report(judged) + "\n", err=True)
    if judged.is_readable:
        say(f"{named(page)}: {summary(judged, sized(page.stat().st_size))}")
    else:
        say(f"{named(page)}: {'left as it was' if page.exists() else 'not written'}", err=True)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise click.UsageError(f"the folder {folder} can't be made: {err.strerror}") from err


def _write(page: Path, html: bytes) -> None:
    try:
        write_whole(page, html)
    except OSError as err:
        raise click.UsageError(f"{page} can't be written: {err.strerror}") from err
