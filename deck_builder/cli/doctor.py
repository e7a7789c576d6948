"""deck doctor: whether decks can be built on this machine, what their code is kept from, and what is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from deck_builder.cli.caches import caches
from deck_builder.cli.progress import status
from deck_builder.cli.say import plain, say

if TYPE_CHECKING:
    from deck_builder.cli.settings import Sandbox
    from deck_builder.doctor import Section, Tell
    from deck_builder.doctor.page import Row

EXAMPLES = """
\b
Examples:
  deck doctor                      a page that says how it is
  deck doctor --json               the same as data
  deck doctor --sandbox strict     for a build server: fails where no such sandbox can be had
"""

_ADDRESSES = re.compile(r"\[Errno \d+\] |: '[^']*'( -> '[^']*')?$")  # places of the trial, that say nothing to anybody
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
    Exit code 1 if something keeps decks from being built, or if an attack is not stopped that the
    sandbox here is to stop; 4 if the sandbox that was asked for can't be had.
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
    broke = sum(trial.promised and not trial.stopped for trial in tried)
    if as_json:
        say(json.dumps(doctor_data(sections, tried), ensure_ascii=False, indent=1))
    else:
        _show(trial_rows(tried))
        say(f"\n{verdict(broken, leaks)}")
    return 1 if broken or (broke and sandbox != "off") else 0


@dataclass(frozen=True, slots=True)
class Tried:
    """An attack that was tried. `promised`: this machine's sandbox is to stop it."""

    title: str
    stopped: bool
    how: str
    promised: bool


def trials(sandbox: Sandbox, tell: Tell) -> Iterator[Tried]:
    """The attacks, tried one after the other. Raises `SandboxError`."""
    from deck_builder.attacks.attack import LIVE, Attack, read
    from deck_builder.attacks.trial import verdicts
    from deck_builder.execute.sandbox import tier

    name = tier(sandbox).name

    def attacks() -> Iterator[Attack]:
        for attack in read(LIVE.read_text(encoding="utf-8")):
            tell(f"attack: {attack.title}")
            yield attack

    for verdict in verdicts(attacks(), sandbox):
        attack = verdict.attack
        promised = attack.outcome("off" if name == "limits" else name) == "stopped"
        yield Tried(attack.title, verdict.outcome == "stopped", _ADDRESSES.sub("", verdict.how), promised)


def doctor_data(sections: Sequence[Section], tried: Sequence[Tried]) -> dict[str, Any]:
    """Everything as plain data, by the names of sections and facts."""
    return {
        "good": not any(fact.state == "broken" for section in sections for fact in section.facts),
        "facts": {
            section.name: {
                fact.name: {"value": fact.value, "state": fact.state, "hint": fact.hint} for fact in section.facts
            }
            for section in sections
        },
        "attacks": [
            {"title": trial.title, "stopped": trial.stopped, "how": trial.how, "promised": trial.promised}
            for trial in tried
        ],
    }


def _show(rows: Iterable[Row]) -> None:
    for row in rows:
        bold = not row.text
        head = click.style(plain(row.head), fg=_COLOURS.get(row.state), bold=bold)
        say(f"{head} {plain(row.text)}".rstrip())
