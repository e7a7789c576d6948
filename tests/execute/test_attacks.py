"""Attacks on the wall: what each tier stops, and that without a wall there is something to stop."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest

from deck_builder.attacks.attack import LIVE, TIERS, Attack, read
from deck_builder.attacks.trial import Trials, verdicts
from deck_builder.execute.engine import Engine
from deck_builder.execute.running import runner
from deck_builder.execute.sandbox import Sandbox, landlock, seccomp, tier
from deck_builder.execute.session import Session
from deck_builder.model import BlockResult, Error, Stream
from tests.execute import ordinary
from tests.execute.attack_run import attacks, tried
from tests.execute.decks import session

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is a wall on Linux only")

ATTACKS = {attack.no: attack for attack in attacks()}
CASES = [(name, attack) for name in TIERS for attack in tried(name)]
# where tests run as somebody who is not root, all are tried so; then it is enough that the program does the same
OTHERS = [(name, one) for name, one in CASES if os.geteuid() == 0 or one.no in (1, 12, 24, 33)]


def names(cases: list[tuple[str, Attack]]) -> list[str]:
    """What tests are called."""
    return [f"{name}-{attack.no}-{attack.title}" for name, attack in cases]


# what no tier lets through, or only for root, and a Python does that nobody watches
ELSEWHERE = [2, 3, 4, 7, 39, 41, 42, 43, 92, 94]


@pytest.fixture(scope="module")
def trials() -> Iterator[Callable[[Sandbox], Trials]]:
    """What tries attacks in a tier: one engine for all that come one after the other."""
    with ExitStack() as stack:
        opened: dict[Sandbox, Trials] = {}

        def of(name: Sandbox) -> Trials:
            if name not in opened:
                stack.close()
                opened.clear()
                engine = stack.enter_context(Engine(name))
                opened[name] = stack.enter_context(Trials(runner(engine)))
            return opened[name]

        yield of


@pytest.mark.parametrize(("name", "attack"), CASES, ids=names(CASES))
def test_an_attack_ends_as_it_is_told(trials: Callable[[Sandbox], Trials], name: Sandbox, attack: Attack) -> None:
    verdict = trials(name).verdict(attack)
    assert verdict.outcome == attack.outcome(tier(name).name), verdict.how


@pytest.fixture(scope="module")
def of_an_ordinary_user() -> Iterator[Callable[[str], dict[int, dict[str, Any]]]]:
    """The verdicts of a tier: all are made at once, by a program that runs as that user."""
    with ordinary.somebody() as verdicts:
        yield cache(lambda name: verdicts(name, [attack.no for one, attack in OTHERS if one == name]))


@pytest.mark.parametrize(("name", "attack"), OTHERS, ids=names(OTHERS))
def test_so_it_does_for_somebody_who_is_not_root(
    of_an_ordinary_user: Callable[[str], dict[int, dict[str, Any]]], name: str, attack: Attack
) -> None:
    verdict = of_an_ordinary_user(name)[attack.no]
    assert verdict["outcome"] == verdict["expected"], verdict["how"]


@pytest.mark.parametrize("attack", tried("landlock"), ids=lambda attack: f"{attack.no}-{attack.title}")
def test_so_it_does_in_a_container_where_a_strict_wall_is_landlock(attack: Attack) -> None:
    verdict = in_a_container()[attack.no]
    assert (verdict["outcome"], verdict["expected"]) == (attack.outcome("landlock"),) * 2, verdict["how"]


@cache
def in_a_container() -> dict[int, dict[str, Any]]:
    """The verdicts where Docker's filter refuses namespaces."""
    program = [sys.executable, "-m", "tests.execute.attack_run", "--tier", "strict", "--json"]
    within = [sys.executable, "-m", "tests.execute.like_docker", *program]
    return ordinary.told(subprocess.run(within, cwd=ordinary.ROOT, capture_output=True, text=True, check=False))


# those on other processes, and on files by calls that came late
RULED_BY_VERSIONS = [12, 13, 14, 20, 24, 28, 29, 32, 33, 90, 91, 97, 101, 102, 103, 111, 112, 113]


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5])
def test_what_an_older_landlock_lacks_the_filter_refuses(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    monkeypatch.setattr(landlock, "version", lambda: version)
    monkeypatch.setattr(seccomp, "version", lambda: version)
    tried_now = [ATTACKS[no] for no in RULED_BY_VERSIONS]
    found = {verdict.attack.title: (verdict.outcome, verdict.how) for verdict in verdicts(tried_now, "landlock")}
    assert {title for title, (outcome, _) in found.items() if outcome == "succeeded"} == set(), found


OPENS_SIBLINGS = """import os
def parent(name):
    return int(open(f'/proc/{name}/stat').read().rpartition(')')[2].split()[1])
for name in os.listdir('/proc'):
    try:
        if name.isdigit() and int(name) != os.getpid() and (os.getppid() < 2 or parent(name) == os.getppid()):
            print('sees', name)
            open(f'/proc/{name}/mem', 'r+b').close()
            print('opens', name)
    except OSError as error:
        print(error)"""


@pytest.mark.parametrize("name", ["off", "landlock", "strict"])
def test_what_is_frozen_between_two_blocks_can_not_be_changed_by_the_second(tmp_path: Path, name: Sandbox) -> None:
    with Engine(name, mode="snapshot") as engine:
        (_, first), (_, second) = runner(engine)(session(tmp_path, "x = 1", OPENS_SIBLINGS))
        assert len(engine.checkpoints) == 2
    text = "".join(one.text for one in second.outputs if isinstance(one, Stream))
    assert first.error is None and second.error is None
    assert "sees" in text
    assert name == "off" or "opens" not in text, text


@pytest.mark.parametrize("no", ELSEWHERE)
def test_what_is_stopped_everywhere_succeeds_in_a_plain_python(no: int) -> None:
    with Trials(in_a_program) as opened:
        assert opened.verdict(ATTACKS[no]).outcome == "succeeded"


def test_a_secret_is_found_in_the_memory_that_a_fork_inherits() -> None:
    with Trials(in_a_fork) as opened:
        assert opened.verdict(ATTACKS[6]).outcome == "succeeded"


def in_a_program(session: Session) -> Iterator[tuple[str, BlockResult]]:
    """Run code in a process that has all that this one has."""
    (block,) = session.blocks
    with TemporaryFile("w+") as said:  # no pipe: who outlives this would hold it open
        status = subprocess.call([sys.executable, "-c", block.code], stdout=said, close_fds=False)
        said.seek(0)
        yield block.id, result(said.read(), failed=status != 0)


def in_a_fork(session: Session) -> Iterator[tuple[str, BlockResult]]:
    """Run code in a fork of this very process."""
    (block,) = session.blocks
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(theirs, 1)
        sys.stdout = os.fdopen(1, "w", closefd=False)
        try:
            exec(block.code, {})
            sys.stdout.flush()
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as file:
        yield block.id, result(file.read(), failed=os.waitpid(pid, 0)[1] != 0)


def result(text: str, *, failed: bool) -> BlockResult:
    """What a block did."""
    error = (Error("Error", "", (), ()),) if failed else ()
    return BlockResult((Stream("stdout", text, (1,)), *error))


def test_a_tier_stops_what_the_one_before_it_stops() -> None:
    for attack in ATTACKS.values():
        words = [word for name in TIERS if (word := attack.expected[name]) != "not run"]
        assert words == sorted(words, key=["succeeds", "succeeds as root", "succeeds as user", "stopped"].index)


def test_attacks_have_numbers_of_their_own_and_those_of_the_table() -> None:
    numbers = [attack.no for attack in attacks()]
    assert len(numbers) == len(set(numbers))
    assert set(range(1, 74)) <= set(numbers)


def test_those_that_are_tried_live_are_stopped_by_a_whole_wall() -> None:
    live = read(LIVE.read_text(encoding="utf-8"))
    assert 10 <= len(live) <= 15
    assert {attack.outcome("strict") for attack in live} == {"stopped"}


@pytest.mark.parametrize(
    "text",
    [
        "## 1 No code\nafter: x\nproof: said\noff: stopped\n",
        "## 1 No proof\nafter: x\noff: stopped\n\n```python\n1\n```\n",
        "## 1 No outcome\nafter: x\nproof: said\n\n```python\n1\n```\n",
        "## 1 What outcome\nafter: x\nproof: said\noff: perhaps\n\n```python\n1\n```\n",
        "## 1 What proof\nafter: x\nproof: sworn\noff: stopped\n\n```python\n1\n```\n",
        "## 1 What key\nafter: x\nproof: said\nof: x\noff: stopped\n\n```python\n1\n```\n",
        "## 1 What need\nafter: x\nproof: said\nneeds: luck\noff: stopped\n\n```python\n1\n```\n",
    ],
    ids=lambda text: re.split("[0-9\n]", text)[1].strip(),
)
def test_an_attack_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="attack 1"):
        read(text)


def test_nothing_is_left_of_a_trial(tmp_path: Path) -> None:
    before = dict(os.environ)
    with Trials(in_a_program, tmp_path) as opened:
        opened.verdict(ATTACKS[12])
        assert os.environ != before
    assert os.environ == before
    assert not any(tmp_path.iterdir())
