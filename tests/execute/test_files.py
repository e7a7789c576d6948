"""Code of several files runs as one program, and every line of it is named by the file that holds it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from deck_builder.check import check
from deck_builder.execute import execute
from deck_builder.execute.running import worker_runner
from deck_builder.execute.store import Store
from deck_builder.load import deck_files, load_source
from deck_builder.model import Deck, Error, ExecutedDeck, Stream, Value, Warning
from deck_builder.parse import parse

COURSE = Path(__file__).parents[1] / "parse" / "decks" / "course"

Write: TypeAlias = Callable[..., Deck]


def read(path: Path) -> Deck:
    return parse(load_source(path), deck_files(path.parent))


@pytest.fixture
def deck(tmp_path: Path) -> Write:
    """The deck that some files are, by name: the first is the deck."""

    def write(**files: str) -> Deck:
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(exist_ok=True)
            if not path.exists() or path.read_text(encoding="utf-8") != text:  # the time of change counts
                path.write_text(text, encoding="utf-8")
        return read(tmp_path / "slides.md")

    return write


def ran(deck: Deck) -> ExecutedDeck:
    return execute(deck, worker_runner())


def error_of(executed: ExecutedDeck, block: str) -> Error:
    error = executed.results[block].error
    assert error is not None, executed.results[block].outputs
    return error


def test_a_traceback_names_every_file_as_it_is_called_in_the_decks_folder() -> None:
    executed = ran(read(COURSE / "slides.md"))
    assert list(error_of(executed, "4.1").traceback) == [
        "Traceback (most recent call last):",
        '  File "slides.md", line 17, in <module>',
        "    total(1)",
        '  File "chapters/loss.py", line 16, in total',
        "    return half(x) / (x - 1)",
        "ZeroDivisionError: float division by zero",
    ]
    (problem,) = check(executed)
    assert str(problem.span) == f"{COURSE / 'slides.md'}:17:1"
    assert problem.origin == "raised in total(), slide 3, line 2: return half(x) / (x - 1)"


def test_code_of_an_imported_file_fails_there(deck: Write) -> None:
    executed = ran(
        deck(
            slides_md="---\nsrc: parts/a.md\n---\n\n---\n\n```python\nhalf(0)\n```\n",
            parts__a_md="# A\n\n- ```python\n  def half(x):\n      return x / x\n  lost\n  ```\n",
        )
    )
    first, second = check(executed)
    assert str(first.span).endswith("/parts/a.md:6:3") and first.block == "1.1"
    assert str(second.span).endswith("/slides.md:8:1") and second.origin.startswith("raised in half(), slide 1, line 2")
    assert '  File "parts/a.md", line 5, in half' in error_of(executed, "2.1").traceback


CODE = """\
# region all
def f():
    # region inner
    x = 1
    # endregion
    return x / 0
# endregion all
# region warns
import warnings
# region old
warnings.warn("old")
# endregion
# endregion warns
# region broken
x = 1
# region in
y = (
# endregion
z = 2
# endregion broken
"""


def test_lines_of_a_snippet_are_its_own_and_those_of_its_file(deck: Write) -> None:
    executed = ran(
        deck(
            slides_md="<<< ./a.py#all\n\n```python\nf()\n```\n\n<<< ./a.py#warns\n\n<<< ./a.py#broken\n",
            a_py=CODE,
        )
    )
    raised = error_of(executed, "1.2")
    assert raised.origin == "raised in f(), block 1.1, line 3: return x / 0"
    assert '  File "a.py", line 6, in f' in raised.traceback
    assert executed.results["1.3"].outputs == (Warning("UserWarning", "old", (2,)),)
    broken = error_of(executed, "1.4")
    assert (broken.ename, broken.lines, broken.column) == ("SyntaxError", (2,), 5)
    found = [(problem.code, str(problem.span).rpartition("/")[2]) for problem in check(executed)]
    assert found == [("D001", "slides.md:4:1"), ("D003", "a.py:11:1"), ("D001", "a.py:17:5")]


def test_a_region_that_was_moved_to_the_left_has_the_columns_of_its_file(deck: Write) -> None:
    code = "class A:\n    # region a\n    b = lost\n    # endregion\n"
    (problem,) = check(ran(deck(slides_md="<<< ./a.py#a\n", a_py=code)))
    assert str(problem.span).endswith("/a.py:3:9")


def test_python_finds_the_source_of_functions_in_every_file(deck: Write) -> None:
    code = "import inspect, a\nfor one in (f, g, a.h):\n    print(inspect.getsource(one).split()[-1])"
    executed = ran(
        deck(
            slides_md=f"---\nsrc: b.md\n---\n\n---\n\n<<< a.py#g\n\n```python\n{code}\n```\n",
            b_md="\n\n```python\ndef f():\n    return 1\n```\n",
            a_py="\n# region g\ndef g():\n    return 2\n# endregion\ndef h():\n    return 3\n",
        )
    )
    assert executed.results["2.2"].outputs == (Stream("stdout", "1\n2\n3\n", (3,)),)


def test_a_module_that_is_shown_too_fails_in_its_file(deck: Write) -> None:
    code = "def h(x):\n    return 1 / x\n"
    executed = ran(deck(slides_md="```python\nfrom a import h\nh(0)\n```\n\n<<< ./a.py {run: false}\n", a_py=code))
    error = error_of(executed, "1.1")
    assert error.lines == (2,) and '  File "a.py", line 2, in h' in error.traceback


def test_a_loop_without_end_is_found_in_its_file(deck: Write) -> None:
    chapter = "\n```python {timeout: 1}\nx = 1\nwhile x:\n    x = 2\n```\n"
    (problem,) = check(ran(deck(slides_md="---\nsrc: a.md\n---\n", a_md=chapter)))
    assert problem.span is not None and problem.span.path.name == "a.md"
    assert problem.message.startswith("Timeout") and problem.span.start in (4, 5)


def test_a_slide_that_is_taken_in_twice_runs_twice(deck: Write) -> None:
    text = "---\nsrc: a.md\n---\n\n---\nsrc: a.md\n---\n"
    executed = ran(deck(slides_md=text, a_md="```python\nn = globals().get('n', 0) + 1\nn\n```\n"))
    assert [result.outputs for result in executed.results.values()] == [(Value("1", (2,)),), (Value("2", (2,)),)]


def test_results_are_kept_while_the_code_and_the_places_it_names_stay(deck: Write, tmp_path: Path) -> None:
    runner = worker_runner(store=Store(tmp_path.with_name("results")))

    def is_kept(chapter: str, code: str, slides: str = "---\nsrc: a.md\n---\n") -> bool:
        (result,) = execute(deck(slides_md=slides, a_md=chapter, b_py=code), runner).results.values()
        return result.cached

    taken_in = "# A\n\n<<< ./b.py#b\n"
    good, bad = "# region b\nprint(1)\n# endregion\n", "# region b\n1 / 0\n# endregion\n"
    assert not is_kept(taken_in, good)
    assert is_kept(f"Prose\n{taken_in}", good), "prose of an imported file is no part of what runs"
    assert not is_kept(taken_in, bad)
    assert is_kept(f"Prose\n{taken_in}", bad), "the code stayed where it was"
    assert not is_kept(taken_in, f"\n{bad}"), "its file, which a traceback reads, is another"
    fence = "```python\n1 / 0\n```\n"
    assert not is_kept(fence, bad)
    assert is_kept(f"Prose\n\n{fence}", bad), "a traceback moves with its block"
    assert is_kept("# A\n", bad, fence), "and it names the file that its block is in now"
