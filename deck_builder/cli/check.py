"""deck check: the pipeline of a build, with nothing written; for build servers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from deck_builder.cli.building import judge, judged_twice
from deck_builder.cli.github import annotation
from deck_builder.cli.judged import Judged, summary
from deck_builder.cli.progress import progress
from deck_builder.cli.report import report
from deck_builder.cli.runners import Runners
from deck_builder.cli.say import named, say
from deck_builder.cli.settings import Settings, building_options, ready
from deck_builder.cli.sources import decks_named
from deck_builder.cli.update import updated
from deck_builder.execute.abreast import side_by_side

EXAMPLES = """
\b
Examples:
  deck check                               every deck under ./slides
  deck check talk/slides.md --offline      without the network
  deck check --format github               annotations on a pull request
  deck check --format junit > report.xml   one case per block
  deck check --twice                       what is not the same in two runs
  deck check --update                      write down what came where it is written otherwise
"""


def as_text(decks: Sequence[Judged]) -> str:
    """What is wrong with each deck, and a line that sums it up."""
    parts = []
    for judged in decks:
        if judged.problems:
            parts.append(report(judged) + "\n")
        parts.append(f"{named(judged.path)}: {summary(judged) if judged.is_readable else 'not checked'}")
    return "\n".join(parts)


def as_github(decks: Sequence[Judged]) -> str:
    """Workflow commands, one a line."""
    return "\n".join(annotation(found, judged) for judged in decks for found in judged.findings)


def as_junit(decks: Sequence[Judged]) -> str:
    """XML for a build server."""
    from deck_builder.cli.junit import junit  # the XML library is for this alone

    return junit(decks)


FORMATS: dict[str, Callable[[Sequence[Judged]], str]] = {"text": as_text, "github": as_github, "junit": as_junit}


@click.command(epilog=EXAMPLES)
@building_options
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True,
    help="For people, for GitHub's annotations, or as JUnit XML.",
)  # fmt: skip
@click.option(
    "--update", is_flag=True,
    help="In transcripts, `#>` comments and expected outputs, write what came in place of what is written.",
)  # fmt: skip
@click.option("--twice", is_flag=True, help="Run everything twice and anew, and say what is not the same both times.")
@click.pass_context
def check(
    context: click.Context, /, sources: tuple[Path, ...], form: str, update: bool, twice: bool, settings: Settings
) -> None:
    """Run each deck's code and say what is wrong; write nothing but, with --update, outputs that a deck holds.

    Exits 1 if slide code fails. SOURCE is a deck or a folder of decks; without one, it is every deck under ./slides.
    """
    ready(settings)
    decks = decks_named(sources)
    if twice:
        if update:
            raise click.UsageError("--update and --twice don't go together: write down first, then look")
        settings = replace(settings, no_cache=True)
    with Runners(settings) as runners, progress() as (tell, _):
        if update:  # one after the other: decks may share a file that is rewritten
            judged = [updated(path, runners, tell) for path in decks]
        else:
            calls = [partial(judged_twice if twice else judge, path, runners, tell) for path in decks]
            judged = list(side_by_side(calls, settings.jobs))
    if text := FORMATS[form](judged):
        say(text, commands=form == "github")
    context.exit(max((deck.exit_code for deck in judged), default=0))
