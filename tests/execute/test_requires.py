"""Blocks that need what is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deck_builder.check import check
from deck_builder.execute import execute
from deck_builder.execute.packages import module, pip_install
from deck_builder.execute.requires import installed, missing
from deck_builder.execute.running import worker_runner
from deck_builder.execute.session import Session, session_of
from deck_builder.model import BlockOptions, BlockResult, Error, ExecutedDeck, Output, Skipped, Stream, Warned, Warning
from tests.execute.decks import deck_of

NOWHERE = BlockOptions(run=True, requires=("seaborn_of_nowhere",))
SKIPPED = Skipped(("seaborn_of_nowhere",), "pip install seaborn_of_nowhere")


def test_modules_are_found_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "helper.py").touch()
    (tmp_path / "helpers").mkdir()
    for name in ("json", "torch", "pytest", "helper", "helpers"):
        assert installed(name, tmp_path)
    assert not installed("seaborn_of_nowhere", tmp_path)


@pytest.mark.parametrize(
    ("name", "found", "package"),
    [
        ("seaborn", "seaborn", "seaborn"),
        ("sklearn.linear_model", "sklearn", "scikit-learn"),
        ("scikit-learn", "sklearn", "scikit-learn"),
        ("Pillow", "PIL", "pillow"),
        ("my-package", "my_package", "my_package"),
    ],
)
def test_a_module_goes_by_its_name_or_its_packages(name: str, found: str, package: str) -> None:
    assert (module(name), pip_install([name])) == (found, f"pip install {package}")


def test_only_what_is_missing_is_told() -> None:
    deck = deck_of("a = 1", ("b = 2", BlockOptions(run=True, requires=("a.b", "c"))))
    assert missing(session_of(deck), lambda name, folder: name == "a") == {"2.1": ("c",)}


def test_a_block_without_what_it_requires_is_skipped_and_the_others_run(tmp_path: Path) -> None:
    options = BlockOptions(run=True, requires=NOWHERE.requires, id="art")
    codes = ("x = 1", ("import seaborn_of_nowhere\nx = 2", options), ("print(x)", BlockOptions(run=True, from_="art")))
    executed = execute(deck_of(*codes, path=tmp_path / "slides.md"), worker_runner())
    assert executed.results["2.1"].outputs == (SKIPPED,)
    assert executed.results["3.1"].outputs == (Stream("stdout", "1\n", (1,)),)
    (problem,) = check(executed)
    assert (problem.code, problem.severity, problem.block) == ("D027", "warning", "2.1")
    assert (problem.message, problem.hint) == (
        "skipped: it needs seaborn_of_nowhere, not installed here",
        "pip install seaborn_of_nowhere",
    )


def executed(outputs: dict[str, Output], *codes: str | tuple[str, BlockOptions], python: object = None) -> ExecutedDeck:
    """A deck whose blocks are said to have done what stands in `outputs`."""

    def run(session: Session) -> Iterator[tuple[str, BlockResult]]:
        for block in session.blocks:
            yield block.id, BlockResult((outputs[block.id],) if block.id in outputs else ())

    return execute(deck_of(*codes, headmatter={"python": python}), run)


def test_what_needs_a_skipped_blocks_names_is_a_consequence_and_no_error() -> None:
    error = Error("NameError", "name 'sns' is not defined", (), (1,))
    done = executed({"2.1": error, "3.1": error}, ("sns = 1", NOWHERE), "sns", "sns")
    for block_id in ("2.1", "3.1"):
        found = done.results[block_id].error
        assert found
        assert (found.cause, found.hint) == ("1.1", "block 1.1, which was skipped, would define `sns`")
    assert [(one.code, one.severity) for one in check(done)] == [("D027", "warning"), *[("D002", "warning")] * 2]


def test_another_python_tells_by_itself_what_it_lacks() -> None:
    def told(name: str, interpreter: str | None = "/usr/bin/python3") -> Output:
        error = Error("ModuleNotFoundError", f"No module named '{name}'", (), (1,))
        code = ("import torch", BlockOptions(run=True, requires=("torch", "sns.of.nowhere")))
        (output,) = executed({"1.1": error}, code, python={"interpreter": interpreter}).results["1.1"].outputs
        return output

    assert isinstance(told("torch"), Skipped)
    assert isinstance(told("torch.nn"), Skipped)
    assert isinstance(told("numpy"), Error)
    assert told("torch", None) == Skipped(("sns.of.nowhere",), "pip install sns")


def test_warnings_are_shown_dropped_or_errors() -> None:
    warning = Warning("UserWarning", "old", (1,))
    cases: tuple[tuple[Warned, list[str]], ...] = (("show", ["warning"]), ("hide", []), ("fail", ["error"]))
    for warnings, severities in cases:
        done = executed({"1.1": warning}, ("a = 1", BlockOptions(run=True, warnings=warnings)))
        assert [problem.severity for problem in check(done)] == severities
        assert len(done.results["1.1"].outputs) == (warnings != "hide")
