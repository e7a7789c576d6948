"""Tier -> verdicts of all attacks, printed as they come: for who tries them as another user, or behind a filter.

python -m tests.execute.attack_run --tier landlock --json
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from deck_builder.attacks.attack import LIVE, TIERS, Attack, read
from deck_builder.attacks.trial import Verdict, verdicts
from deck_builder.execute.sandbox import tier

HERE = Path(__file__).with_name("attacks.md")


def attacks() -> list[Attack]:
    """All of them, by number."""
    found = [attack for path in (LIVE, HERE) for attack in read(path.read_text(encoding="utf-8"))]
    return sorted(found, key=lambda attack: attack.no)


def tried(name: str) -> list[Attack]:
    """Those that may be run in a tier."""
    return [attack for attack in attacks() if attack.expected[name] != "not run"]


def main() -> None:
    """Try all, or those that are named."""
    parser = argparse.ArgumentParser(prog="attack_run")
    parser.add_argument("--tier", choices=TIERS, default="off")
    parser.add_argument("--json", action="store_true", help="a JSON object a line, in place of words")
    parser.add_argument("numbers", nargs="*", type=int)
    asked = parser.parse_args()
    chosen = [attack for attack in tried(asked.tier) if not asked.numbers or attack.no in asked.numbers]
    had = tier(asked.tier).name
    for verdict in verdicts(chosen, asked.tier):
        sys.stdout.writelines(_rows(verdict, had, as_json=asked.json))
        sys.stdout.flush()


def _rows(verdict: Verdict, had: str, *, as_json: bool) -> Iterator[str]:
    attack = verdict.attack
    expected = attack.outcome(had)
    if as_json:
        told = {"no": attack.no, "outcome": verdict.outcome, "expected": expected, "how": verdict.how}
        yield json.dumps({**told, "seconds": round(verdict.seconds, 3)}) + "\n"
        return
    flag = " " if verdict.outcome == expected else "!"
    yield f"{flag} {attack.no:3} {verdict.outcome:9} {verdict.seconds:5.2f} s  {attack.title}: {verdict.how[:150]}\n"


if __name__ == "__main__":
    main()
