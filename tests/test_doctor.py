"""The doctor: what is found on a machine becomes facts, and each that is not as it should be has a way out."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from deck_builder.doctor import Fact, Section
from deck_builder.doctor.asking import ask
from deck_builder.doctor.fonts import asked_for, families, figures, shown
from deck_builder.doctor.machine import browser, gpu, machine
from deck_builder.doctor.page import WIDTH, section_rows, trial_rows, verdict
from deck_builder.doctor.room import cached, scratched
from deck_builder.doctor.running import judged, run_one
from deck_builder.doctor.versions import extras, needs_in, versions
from deck_builder.execute.running import worker_runner
from deck_builder.model import BlockResult, Error, Value


class Tried(NamedTuple):
    title: str
    stopped: bool
    how: str = ""


def states(section: Section) -> dict[str, str]:
    return {fact.name: fact.state for fact in section.facts}


REQUIRED = ["click>=8.1", "fonttools[woff]>=4.55", "torch>=2.6", 'mermaidx<0.11,>=0.10; extra == "mermaid"']


def test_what_a_package_needs_is_read_by_its_extras() -> None:
    assert needs_in(REQUIRED) == {"": ["click", "fonttools", "torch"], "mermaid": ["mermaidx"]}


def test_a_package_that_is_missing_keeps_decks_from_being_built() -> None:
    section = versions(needs_in(REQUIRED), {"numpy": "2", "matplotlib": "3", "click": "8", "fonttools": "4"}.get)
    assert states(section)["numpy"] == "good"
    assert section.facts[-1] == Fact("packages", "missing: torch", "broken", "pip install torch")
    assert Fact("torch", "not installed", "broken", "pip install torch") in section.facts


def test_an_extra_is_there_or_can_be_installed() -> None:
    needs = needs_in(REQUIRED)
    assert extras(needs, {"mermaidx": "0.10"}.get).facts == (Fact("mermaid", "mermaidx 0.10"),)
    (fact,) = extras(needs, dict[str, str]().get).facts
    assert (fact.state, fact.hint) == ("absent", 'pip install "deck-builder[mermaid]"')


def answering(said: str, able: str) -> object:
    return lambda command, timeout_s: said if command[0] == "nvidia-smi" else able


@pytest.mark.parametrize(
    ("said", "able", "state", "part"),
    [
        ("NVIDIA H100, 550.1, 81559 MiB", "True", "good", "H100, 550.1"),
        ("NVIDIA H100, 550.1, 81559 MiB", "False", "poor", "torch can't use it"),
        ("", "", "poor", "a driver that does not say"),
    ],
)
def test_a_gpu_is_one_that_torch_can_use(said: str, able: str, state: str, part: str) -> None:
    fact = gpu(answering(said, able), there=True)  # type: ignore[arg-type]
    assert fact.state == state and part in fact.value


def test_nobody_asks_torch_for_a_gpu_where_none_is() -> None:
    def never(command: Sequence[str], timeout_s: float) -> str:
        raise AssertionError(command)

    assert gpu(never, there=False).state == "absent"


def test_a_browser_is_the_first_that_is_there() -> None:
    there = {"google-chrome": "/usr/bin/google-chrome"}.get
    found = browser(lambda command, timeout_s: "Google Chrome 140.0.1 built on Debian", there)
    assert found == Fact("browser", "Google Chrome 140.0.1, /usr/bin/google-chrome")
    assert browser(lambda command, timeout_s: "", there).state == "poor"
    assert browser(lambda command, timeout_s: "", lambda name: None).state == "absent"


def test_a_program_that_hangs_fails_or_is_not_there_says_nothing() -> None:
    assert ask([sys.executable, "-c", "import time; print('x', flush=True); time.sleep(60)"], 0.5) == ""
    assert ask([sys.executable, "-c", "print('x'); raise SystemExit(1)"]) == ""
    assert ask(["no-such-program-at-all"]) == ""
    assert ask([sys.executable, "-c", "print(' x ')"]) == "x"


def test_figures_without_a_chinese_font_get_a_hint() -> None:
    assert figures(("DejaVu Sans", "PingFang SC", "SimHei")) == Fact("figures", "DejaVu Sans, then PingFang SC")
    poor = figures(("DejaVu Sans",))
    assert poor.state == "poor" and "fonts-noto-cjk" in poor.hint
    assert figures(None).state == "poor"


def test_what_a_slide_is_shown_in_is_what_the_themes_ask_for_and_is_there() -> None:
    asked = list(
        asked_for(":root{--deck-font-sans: \"A\", Noto Sans CJK SC, sans-serif; --deck-font-mono:'M',monospace}")
    )
    assert asked == [("sans", "A"), ("sans", "Noto Sans CJK SC"), ("mono", "M")]
    there = families("A,A Light\nNoto Sans CJK SC,Noto Sans CJK SC Regular\n")
    assert shown("slides", ["A", "Noto Sans CJK SC"], there).value == "A, then Noto Sans CJK SC"
    assert shown("slides", ["Noto Sans CJK SC"], there).value == "Noto Sans CJK SC"
    assert shown("code", ["M"], there).state == "poor"
    assert shown("code", ["M"], families("")).state == "absent"


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)  # root may write everywhere
    assert cached(tmp_path / "kept").state == "poor" and scratched(tmp_path / "kept").state == "broken"


def test_folders(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "one").write_bytes(bytes(3 << 20))
    assert "kept, 3.0 MB" in cached(tmp_path / "kept").value
    assert cached(tmp_path / "not yet").state == "good" and not (tmp_path / "not yet").exists()
    assert cached(tmp_path / "kept" / "one" / "x").state == "poor", "what is a file can't become a folder"
    assert cached(None).state == "poor"
    assert scratched(tmp_path).state == "good" and scratched(None).state == "broken"


def test_slide_code_runs_as_in_a_build() -> None:
    ran = run_one(worker_runner())
    assert ran.fact.state == "good" and "runs" in ran.fact.value
    assert ran.fonts and ran.fonts[0] == "DejaVu Sans"


def test_slide_code_that_does_not_run_is_told_with_its_hint() -> None:
    error = Error("ModuleNotFoundError", "No module named 'torch'", (), (1,), hint="pip install torch")
    fact, fonts = judged([BlockResult((error,))], 1.0)
    assert (fact.state, fact.hint, fonts) == ("broken", "pip install torch", None)
    assert "No module named 'torch'" in fact.value
    assert judged([BlockResult((Value("?", (1,)),))], 1.0).fact.state == "broken"
    assert judged([], 1.0).fact.state == "broken"


def test_a_page_is_80_columns_wide_and_marks_what_is_wrong() -> None:
    section = Section("fonts", (Fact("figures", "word " * 40, "poor", "way out " * 20), Fact("code", "fine")))
    rows = [f"{row.head} {row.text}".rstrip() for row in section_rows(section)]
    assert max(map(len, rows)) <= WIDTH
    assert rows[0] == "fonts" and rows[1].startswith("! figures        word")
    assert rows[-1] == "  code           fine"
    assert any(row.startswith(" " * 17 + "hint: way out") for row in rows)


def test_attacks_that_nothing_stopped_come_first() -> None:
    tried = [Tried("reads a key", True, "EACCES"), Tried("calls home", False, "connected")]
    rows = [f"{row.head} {row.text}".rstrip() for row in trial_rows(tried)]
    assert rows == [
        "  attacks        1 of 2 that were tried as slide code are stopped",
        "! NOT stopped    calls home (connected)",
        "  stopped        reads a key (EACCES)",
    ]
    assert list(trial_rows([])) == []


def test_the_last_line_says_what_it_comes_to() -> None:
    assert verdict([], 0) == "decks can be built here"
    assert verdict(["torch", "packages", "torch"], 0) == "decks can't be built here: see torch, packages"
    assert verdict([], 2).endswith("build only decks that you trust")


def test_this_machine_has_a_name() -> None:
    assert [fact.name for fact in machine().facts] == ["system", "processors", "gpu", "browser"]
