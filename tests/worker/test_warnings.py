"""Warnings of slide code, at the deck's own line, counted."""

from __future__ import annotations

from deck_builder.model import Output, Stream, Warning
from tests.worker.conftest import RunCode, only_error, texts

LIBRARY = "import warnings\ndef old():\n    warnings.warn('old', FutureWarning, stacklevel=1)"


def warnings_of(outputs: tuple[Output, ...]) -> list[Warning]:
    return [output for output in outputs if isinstance(output, Warning)]


def test_a_warning_stands_at_the_line_of_its_own_block(run_code: RunCode) -> None:
    _, second, third = run_code(LIBRARY, "x = 1\nold()", "old()")
    assert second == (Warning("FutureWarning", "old", (2,)),)
    assert third == (Warning("FutureWarning", "old", (1,)),), "a second block is warned, too"


def test_a_warning_that_comes_again_is_counted(run_code: RunCode) -> None:
    _, second = run_code(LIBRARY, "for i in range(5):\n    old()\nold()")
    assert second == (Warning("FutureWarning", "old", (2,), count=5), Warning("FutureWarning", "old", (3,)))


def test_a_warning_keeps_its_place_among_the_prints(run_code: RunCode) -> None:
    _, second = run_code(LIBRARY, "for i in range(2):\n    print(i)\n    old()")
    assert second == (
        Stream("stdout", "0\n", (2,)),
        Warning("FutureWarning", "old", (3,), 2),
        Stream("stdout", "1\n", (2,)),
    )


def test_the_compiler_warns_at_its_line(run_code: RunCode) -> None:
    (outputs,) = run_code("x = 1\nif x is 1:\n    y = 2")
    assert [(warning.category, warning.lines) for warning in warnings_of(outputs)] == [("SyntaxWarning", (2,))]


def test_deprecations_are_shown_where_the_deck_is_to_blame(run_code: RunCode) -> None:
    (outputs,) = run_code("import warnings\nwarnings.warn('soon gone', DeprecationWarning)")
    assert outputs == (Warning("DeprecationWarning", "soon gone", (2,)),)


def test_an_author_can_silence_record_or_forbid_warnings(run_code: RunCode) -> None:
    ignore = "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n    old()"
    record = "with warnings.catch_warnings(record=True) as seen:\n    old()\nprint(len(seen))"
    forbid = "warnings.simplefilter('error')\nold()"
    _, ignored, recorded, forbidden = run_code(LIBRARY, ignore, record, forbid)
    assert ignored == ()
    assert (warnings_of(recorded), texts(recorded)) == ([], "1\n")
    assert only_error(forbidden).ename == "FutureWarning"


def test_an_endless_message_is_cut(run_code: RunCode) -> None:
    first, second = run_code("import warnings\nwarnings.warn('x' * 2_000_000)", "1")
    (warning,) = warnings_of(first)
    assert warning.message.endswith("… (2000000 characters)")
    assert second
