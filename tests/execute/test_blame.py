"""Whose fault a failure is, and what to do about it: decided from values alone, with a runner that runs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from deck_builder.execute import execute
from deck_builder.execute.session import Session
from deck_builder.model import BlockOptions, BlockResult, Error, Output, Stream
from tests.execute.decks import deck_of

NOT_RUN = BlockOptions()


def judged(
    *steps: tuple[str | tuple[str, BlockOptions], Output | None],
) -> dict[str, tuple[str, str, bool]]:
    """Cause, hint and expectedness of each block's error, by id; the codes are said to have done what stands beside."""
    deck = deck_of(*(code for code, _ in steps))

    def run(session: Session) -> Iterator[tuple[str, BlockResult]]:
        done = {f"{no}.1": output for no, (_, output) in enumerate(steps, start=1)}
        for block in session.blocks:
            output = done[block.id]
            yield block.id, BlockResult((output,) if output else ())

    found = {}
    for block_id, result in execute(deck, run).results.items():
        for output in result.outputs:
            if isinstance(output, Error):
                found[block_id] = output.cause, output.hint, output.expected
    return found


def name_error(name: str, line: int = 1) -> Error:
    return Error("NameError", f"name '{name}' is not defined", (), (line,))


FAILED = Error("ValueError", "no", (), (1,))


def test_blocks_that_do_not_run_have_no_result() -> None:
    deck = deck_of("a = 1", ("b = 2", NOT_RUN))
    done = BlockResult((Stream("stdout", "x", (1,)),), seconds=1.5)
    assert execute(deck, lambda session: iter([("1.1", done)])).results == {"1.1": done}


def test_a_deck_without_code_does_not_start_a_runner() -> None:
    def run(session: Session) -> Iterator[tuple[str, BlockResult]]:
        raise AssertionError("there is nothing to run")

    assert execute(deck_of(("a = 1", NOT_RUN)), run).results == {}


def test_a_failure_for_want_of_a_failed_blocks_name_is_a_consequence() -> None:
    found = judged(("x = bad()", FAILED), ("y = 1", None), ("print(x)", name_error("x")))
    assert found["1.1"][0] == ""
    assert found["3.1"] == ("1.1", "block 1.1, which failed, would define `x`", False)


def test_a_chain_of_failures_leads_to_its_root() -> None:
    found = judged(("x = bad()", FAILED), ("y = x", name_error("x")), ("z = y", name_error("y")))
    assert [found[block][0] for block in ("1.1", "2.1", "3.1")] == ["", "1.1", "1.1"]


@pytest.mark.parametrize(
    "first",
    [
        "import nothing as x",
        "from nothing import *",
        "def x():\n    return (",
        "class x: pass\nprint 'python 2'",
        "for x in bad(): pass",
    ],
)
def test_any_way_of_binding_counts(first: str) -> None:
    assert judged((first, FAILED), ("x", name_error("x")))["2.1"][0] == "1.1"


def test_a_name_that_a_good_block_bound_is_not_the_failed_ones_fault() -> None:
    found = judged(("x = 1\ndel x", None), ("x = bad()", FAILED), ("x", name_error("x")))
    assert found["3.1"][0] == ""


def test_one_name_that_nobody_defines_is_one_fault() -> None:
    found = judged(("np.ones(1)", name_error("np")), ("print(y)", name_error("y")), ("np.e", name_error("np")))
    assert [found[block][0] for block in ("1.1", "2.1", "3.1")] == ["", "", "1.1"]
    assert found["3.1"][1] == "add `import numpy as np`"


def test_one_package_that_is_missing_is_one_fault() -> None:
    lacking = Error("ModuleNotFoundError", "No module named 'torchvision'", (), (1,))
    part = Error("ModuleNotFoundError", "No module named 'torchvision.models'", (), (1,))
    other = Error("ModuleNotFoundError", "No module named 'seaborn'", (), (1,))
    found = judged(("import torchvision", lacking), ("import seaborn", other), ("import torchvision.models", part))
    assert [found[block][0] for block in ("1.1", "2.1", "3.1")] == ["", "", "1.1"]


def test_a_name_that_another_branch_lacks_is_lacking_here_too() -> None:
    found = judged(("print(1)", None), (("np.e", NEW), name_error("np")), (("np.e", NEW), name_error("np")))
    assert [found[block][0] for block in ("2.1", "3.1")] == ["", ""]


def test_a_name_that_was_to_be_missing_is_no_fault() -> None:
    options = BlockOptions(run=True, raises="NameError")
    assert judged((("x", options), name_error("x")), ("x", name_error("x")))["2.1"][0] == ""


def test_other_errors_are_failures_of_their_own() -> None:
    assert judged(("x = bad()", FAILED), ("x", Error("UnboundLocalError", "x", (), (1,))))["2.1"][0] == ""


def test_what_falls_with_an_expected_error_is_not_a_consequence() -> None:
    options = BlockOptions(run=True, raises="ValueError")
    assert judged((("x = bad()", options), FAILED), ("x", name_error("x")))["2.1"][0] == ""


def test_blocks_that_no_worker_was_left_for_are_not_run_because_of_the_first_that_ended_one() -> None:
    deck = deck_of("x = bad()", "loop()", "loop()", "print(1)", "print(2)")
    dead = BlockResult((Error("Timeout", "too long", (), ()),))
    raised = BlockResult((Error("Timeout", "mine", ("Timeout: mine",), (1,)),))
    results = execute(deck, lambda session: iter([("1.1", raised), ("2.1", dead), ("3.1", dead)])).results
    for block in ("4.1", "5.1"):
        error = results[block].error
        assert error and (error.ename, error.cause) == ("NotRun", "2.1")
        assert error.evalue == "not run: the session ended too often"


def test_a_block_is_not_run_because_of_one_that_it_goes_on_from() -> None:
    new = BlockOptions(run=True, from_="start")
    deck = deck_of("loop()", ("loop()", new), "print(1)")
    dead = BlockResult((Error("Timeout", "too long", (), ()),))
    error = execute(deck, lambda session: iter([("1.1", dead), ("2.1", dead)])).results["3.1"].error
    assert error
    assert (error.cause, error.evalue) == ("2.1", "not run: the session ended")


def test_what_needs_a_name_of_the_block_that_ended_the_worker_is_a_consequence() -> None:
    dead = Error("WorkerDied", "exit status 1", (), ())
    found = judged(("x = die()", dead), ("print(1)", None), ("print(x)", name_error("x")))
    assert found["3.1"][0] == "1.1"


def test_a_name_of_a_block_further_down_the_slide_is_said_to_be_there() -> None:
    one = deck_of("print(x)\n", "x = 1")
    first, second = one.slides
    below = replace(second.blocks[0], id="1.2")
    deck = replace(one, slides=(replace(first, blocks=(*first.blocks, below)),))
    failed = BlockResult((name_error("x"),))
    error = execute(deck, lambda session: iter([("1.1", failed), ("1.2", BlockResult(()))])).results["1.1"].error
    assert error and error.hint == "`x` is first defined in block 1.2, below"


@pytest.mark.parametrize(
    ("codes", "error", "hint"),
    [
        (["x", "y = 1", "x = 1"], name_error("x"), "`x` is first defined on slide 3"),
        (["print(1)\nprint(x)\nx = 1"], name_error("x", 2), "`x` is first defined on line 3 of this block"),
        (["plt.plot()"], name_error("plt"), "add `import matplotlib.pyplot as plt`"),
        (["np.ones(1)"], name_error("np"), "add `import numpy as np`"),
        (["nn.Linear"], name_error("nn"), "add `from torch import nn`"),
        (["F.relu"], name_error("F"), "add `import torch.nn.functional as F`"),
        (["math.pi"], name_error("math"), "add `import math`"),
        (["plt.plot()", "import matplotlib.pyplot as plt"], name_error("plt"), "add `import matplotlib.pyplot as plt`"),
        (["print(F)", "F = 96485"], name_error("F"), "`F` is first defined on slide 2"),
        (["print(code)", "code = 1"], name_error("code"), "`code` is first defined on slide 2"),
        (["weight = 1\nwieght"], name_error("wieght", 2), "did you mean `weight`?"),
        (["pritn(1)"], name_error("pritn"), "did you mean `print`?"),
        (["lost()"], name_error("lost"), "no block defines `lost`: do so above"),
        (["self.x = 1"], name_error("self"), "`self` is there only within a method"),
        (["display(x)"], name_error("display"), "`display` is a notebook's"),
        (["xrange(3)"], name_error("xrange"), "this is Python 2: now there is `range`"),
        (
            ["import seaborn"],
            Error("ModuleNotFoundError", "No module named 'seaborn'", (), (1,)),
            "pip install seaborn",
        ),
        (
            ["import cv2.x"],
            Error("ModuleNotFoundError", "No module named 'cv2.x'", (), (1,)),
            "pip install opencv-python",
        ),
        (["a = 1\n!pip install x"], Error("SyntaxError", "invalid syntax", (), (2,)), "`!pip` is a notebook's command"),
        (["a = 1\n>>> a"], Error("SyntaxError", "invalid syntax", (), (2,)), "`>>>` begins a line of a transcript"),
        (
            ["%%bash\necho it's"],
            Error("SyntaxError", "unterminated string literal", (), (2,)),
            "`%%bash` is a notebook's command: show it in a fence of `sh`, or run it with `subprocess.run`",
        ),
        (["x = 5 %"], Error("SyntaxError", "invalid syntax", (), (1,)), ""),
        (["input()"], Error("EOFError", "", (), (1,)), "a slide has no standard input"),
        (
            ["print（1）"],
            Error("SyntaxError", "invalid character '（' (U+FF08)", (), (1,)),
            "use half-width ( ) , : in code",
        ),
        (["f(1，2)"], Error("SyntaxError", "invalid character '，' (U+FF0C)", (), (1,)), "use half-width"),
        (["f(“a”)"], Error("SyntaxError", "invalid character '“' (U+201C)", (), (1,)), "use straight quotes"),
        (['f("a”)'], Error("SyntaxError", "unterminated string literal", (), (1,)), "use straight quotes"),
        (["f('它’)"], Error("SyntaxError", "unterminated string literal", (), (1,)), "use straight quotes"),
        (["f('a)"], Error("SyntaxError", "unterminated string literal", (), (1,)), ""),
        (["a\u3000= 1"], Error("SyntaxError", "invalid non-printable character U+3000", (), (1,)), "use an ordinary"),
        (["a = €"], Error("SyntaxError", "invalid character '€' (U+20AC)", (), (1,)), ""),
        (["x"], Error("MemoryError", "", (), (1,)), "slide code may use 4 GiB"),
        (["x"], Error("RuntimeError", "DefaultCPUAllocator: can't allocate memory", (), (1,)), "slide code may use"),
        (["open('a.csv')"], Error("FileNotFoundError", "", (), (1,)), "paths are relative to the deck's folder"),
        (
            ["import torch\ntorch.one(2)"],
            Error("AttributeError", "module 'torch' has no attribute 'one'", (), (2,), near="ones"),
            "did you mean `ones`?",
        ),
        (
            ["import IPython"],
            Error("ModuleNotFoundError", "No module named 'IPython'", (), (1,)),
            "there is no notebook",
        ),
        (["1/0"], Error("ZeroDivisionError", "division by zero", (), (1,)), ""),
    ],
)
def test_hints(codes: list[str], error: Error, hint: str) -> None:
    found = judged((codes[0], error), *((code, None) for code in codes[1:]))["1.1"]
    assert found[1].startswith(hint) and bool(found[1]) == bool(hint)


def test_a_name_misspelt_across_blocks() -> None:
    assert judged(("learning_rate = 1", None), ("learning_rte", name_error("learning_rte")))["2.1"][1] == (
        "did you mean `learning_rate`?"
    )


def test_a_name_of_a_block_that_is_shown_only() -> None:
    found = judged((("x = 1", NOT_RUN), None), ("x", name_error("x")))
    assert found["2.1"][1] == "`x` is defined on slide 1, in a block that is not run"


SETUP = BlockOptions(run=True, id="setup")
FROM_SETUP = BlockOptions(run=True, from_="setup")
NEW = BlockOptions(run=True, from_="start")


def test_a_name_of_another_branch_is_said_to_be_there() -> None:
    found = judged((("a = 1", SETUP), None), (("w = a", FROM_SETUP), None), (("print(w)", FROM_SETUP), name_error("w")))
    assert found["3.1"] == ("", "`w` is defined in block 2.1, which this block does not go on from", False)


def test_a_failure_on_another_branch_is_not_to_blame() -> None:
    found = judged((("a = 1", SETUP), None), (("w = no", FROM_SETUP), FAILED), (("print(w)", NEW), name_error("w")))
    assert found["3.1"][0] == ""
    found = judged(("w = no", FAILED), (("w = 1", NEW), None), ("print(w)", None), (("w", NEW), name_error("w")))
    assert found["4.1"][0] == ""


def test_a_failure_on_the_way_is_to_blame_wherever_the_block_stands() -> None:
    found = judged((("x = no", SETUP), FAILED), (("x = 1", NEW), None), (("x", FROM_SETUP), name_error("x")))
    assert found["3.1"][:2] == ("1.1", "block 1.1, which failed, would define `x`")


def test_a_name_misspelt_is_looked_for_on_the_way_only() -> None:
    found = judged(("weight = 1", None), (("wieght", NEW), name_error("wieght")))
    assert found["2.1"][1].startswith("no block defines `wieght`")


@pytest.mark.parametrize(
    ("raises", "error", "expected"),
    [
        ("ValueError", FAILED, True),
        ("ValueError: ^no$", FAILED, True),
        ("ValueError: yes", FAILED, False),
        ("TypeError", FAILED, False),
        ("Exception", FAILED, True),
        ("OSError", Error("FileNotFoundError", "x", (), ()), True),
        ("torch.OutOfMemoryError", Error("OutOfMemoryError", "x", (), ()), True),
        ("NameError", name_error("x"), True),
    ],
)
def test_raises(raises: str, error: Error, expected: bool) -> None:
    _, hint, found = judged((("bad()", BlockOptions(run=True, raises=raises)), error))["1.1"]
    assert found is expected
    assert hint == ("" if expected else f"the block says that it raises {raises}")


def test_a_block_that_should_raise_and_does_not_fails() -> None:
    deck = deck_of(("good()", BlockOptions(run=True, raises="ValueError")))
    printed = Stream("stdout", "x", (1,))
    result = execute(deck, lambda session: iter([("1.1", BlockResult((printed,)))])).results["1.1"]
    assert result.outputs[0] == printed
    assert result.error and result.error.ename == "DidNotRaise"
    assert "ValueError" in result.error.evalue
