"""deck doctor: whether decks can be built on this machine, what their code is kept from, and what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from deck_builder.cli.caches import caches
from deck_builder.cli.progress import status
from deck_builder.cli.say import plain, say

if TYPE_CHECKING:
    from deck_builder.cli.settings import Sandbox
    from deck_builder.doctor import Section, Tell, Trial
    from deck_builder.doctor.page import Row

EXAMPLES = """
\b
Examples:
  deck doctor                      a page that says how it is
  deck doctor --json               the same as data
  deck doctor --sandbox strict     for a build server: fails unless every attack is stopped
"""

_COLOURS = {"absent": None, "poor": "yellow", "broken": "red"}


@click.command(epilog=EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for scripts and bug reports.")
@click.option(
    "--sandbox", type=click.Choice(["auto", "off", "strict"]), default="auto", show_default=True,
    help="The sandbox in which slide code is tried, as in a build.",
)  # fmt: skip
def doctor(as_json: bool, sandbox: Sandbox) -> int:
    """Look whether decks can be built here: versions, fonts, browser, GPU, folders, and what the sandbox stops.

    A small block runs as in a build, and harmless attacks are tried as slide code: see which are stopped.
    Exit code 1 if something keeps decks from being built, or, with --sandbox strict, an attack is not
    stopped; 4 if that sandbox can't be had.
    """
    from deck_builder.doctor.examining import examine
    from deck_builder.doctor.page import section_rows, trial_rows, verdict

    sections: list[Section] = []
    with status() as going:
        for section in examine(sandbox, caches(), going.tell):
            sections.append(section)
            if not as_json:
                with going.aside():
                    _show(section_rows(section))
        tried = list(trials(sandbox, going.tell))
    broken = [fact.name for section in sections for fact in section.facts if fact.state == "broken"]
    leaks = sum(not trial.stopped for trial in tried)
    if as_json:
        say(json.dumps(doctor_data(sections, tried), ensure_ascii=False, indent=1))
    else:
        _show(trial_rows(tried))
        say(f"\n{verdict(broken, leaks)}")
    return 1 if broken or (leaks and sandbox == "strict") else 0


def trials(sandbox: Sandbox, tell: Tell) -> Iterable[Trial]:
    """The attacks, tried one after the other."""
    return ()


def doctor_data(sections: Sequence[Section], tried: Sequence[Trial]) -> dict[str, Any]:
    """Everything as plain data, by the names of sections and facts."""
    return {
        "good": not any(fact.state == "broken" for section in sections for fact in section.facts),
        "facts": {
            section.name: {
                fact.name: {"value": fact.value, "state": fact.state, "hint": fact.hint} for fact in section.facts
            }
            for section in sections
        },
        "attacks": [{"title": trial.title, "stopped": trial.stopped, "how": trial.how} for trial in tried],
    }


def _show(rows: Iterable[Row]) -> None:
    for row in rows:
        bold = not row.text
        head = click.style(plain(row.head), fg=_COLOURS.get(row.state), bold=bold)
        say(f"{head} {plain(row.text)}".rstrip())
