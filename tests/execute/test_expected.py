"""Outputs that are written down, against what a real worker says came."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deck_builder.check import check
from deck_builder.execute import execute
from deck_builder.execute.engine import Mode
from deck_builder.execute.running import worker_runner
from deck_builder.execute.written import TRACEBACK
from deck_builder.load import deck_files, load_source
from deck_builder.model import BlockResult, Error, ExecutedDeck, Figure, Mismatch, Stream, Warning
from deck_builder.parse import parse


def executed(folder: Path, text: str, mode: Mode = "fork") -> ExecutedDeck:
    path = folder / "slides.md"
    path.write_text(text, encoding="utf-8")
    return execute(parse(load_source(path), deck_files(folder)), worker_runner(mode=mode))


GOOD = """\
```pycon
>>> x = 1 / 3
>>> x
0.333
>>> None
>>> for i in range(2):
...     i
...     print("at", i)
...
0
at 0
1
at 1

>>> def say(text):
...     print(text)
...     return [text]
...
>>> say("hi")
hi
['hi']
>>> _
['hi']
>>> say
<function say at 0x7f8a1c0d4180>
>>> import os, sys; print("no", file=sys.stderr)
>>> os.system("echo from another process")
from another process
0
>>> import ctypes; ctypes.CDLL(None).puts(b"from C")
from C
7
>>> say(2); 1 / 0
2
[2]
Traceback (most recent call last):
  File "<stdin>", line 1, in <module>
ZeroDivisionError: division by zero
>>> import json; json.loads("{")
Traceback (most recent call last):
    ...
json.decoder.JSONDecodeError: Expecting property name ...
>>> x = (
  File "<stdin>", line 1
    x = (
        ^
SyntaxError: '(' was never closed
>>> from __future__ import annotations
>>> def typed(a: nothing): pass
>>> print("a\\n\\nb")
a

b
```

---

```python
say("of another block")
#> of another block
#> ['of another block']
def twice(text):
    print(text, text)
    #> a a
twice("a")
for i in range(2):
    print(i)
    #> 0
    #> 1
    if i:
        print("later")
@staticmethod
def decorated(): pass
2;
#> later
"text"
#> 'text'
x = 2
x
```

```text {expect: true}
of another block
...
2
```

---

```python {raises: 'ValueError'}
print("first")
#> first
raise ValueError
```
"""


@pytest.fixture(scope="module", params=["fork", "snapshot", "spawn"])
def good(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ExecutedDeck:
    return executed(tmp_path_factory.mktemp("good"), GOOD, request.param)


def test_what_is_written_is_what_came(good: ExecutedDeck) -> None:
    assert [(problem.span, problem.message) for problem in check(good)] == []


def test_what_is_written_is_not_shown_again(good: ExecutedDeck) -> None:
    assert good.results["1.1"].shown.outputs == (Stream("stderr", "no\n", (25,)),)
    assert not any(output.lines == () for output in good.results["1.1"].outputs)
    assert good.results["2.1"].shown.outputs == ()
    assert [type(output) for output in good.results["3.1"].shown.outputs] == [Error]


def test_what_a_statement_calls_is_told_at_the_call(good: ExecutedDeck) -> None:
    lines = [output.lines for output in good.results["2.1"].outputs]
    assert lines == [(1,), (1,), (5,), (9,), (13,), (18,), (21,)]


def found(folder: Path, text: str) -> tuple[list[tuple[int, str]], BlockResult]:
    """Lines and messages of the problems of a deck of one block, and that block's result."""
    done = executed(folder, text)
    problems = [(problem.span.start if problem.span else 0, problem.message) for problem in check(done)]
    return problems, done.results["1.1"]


def test_a_transcript_that_says_something_else(tmp_path: Path) -> None:
    problems, result = found(tmp_path, "```python\n# a session\n>>> 1 + 1\n3\n>>> 2\n2\n>>> 'x'\n```\n")
    assert problems == [
        (4, "the output is not what is written here\nwritten: 3\ncame:    2"),
        (7, "the output is not what is written here\nwritten:\ncame:    'x'"),
    ]
    assert result.shown.outputs == (
        Mismatch("3", "2", (3,)),
        Mismatch("", "'x'", (6,), no=2),
    )


DIVIDED = "ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("code", "output", "written", "came"),
    [
        ("1 / 0", f"{TRACEBACK}\nValueError: no", "ValueError: no", DIVIDED),
        ("1 / 0", f"{TRACEBACK}\nZeroDivisionError: by 0", "ZeroDivisionError: by 0", DIVIDED),
        ("1", f"{TRACEBACK}\nValueError: no", "ValueError: no", "1"),
        ("print(1); 1 / 0", f"2\n{TRACEBACK}\n{DIVIDED}", f"2\n{DIVIDED}", f"1\n{DIVIDED}"),
    ],
)
def test_errors_that_are_others(tmp_path: Path, code: str, output: str, written: str, came: str) -> None:
    problems, result = found(tmp_path, f"```pycon\n>>> {code}\n{output}\n```\n")
    (mismatch,) = result.shown.outputs
    assert isinstance(mismatch, Mismatch)
    assert (mismatch.written, mismatch.all_that_came) == (written, came)
    assert len(problems) == 1


def test_an_error_that_is_not_written_ends_the_transcript(tmp_path: Path) -> None:
    problems, result = found(tmp_path, "- ```pycon\n  >>> 1\n  7\n  >>> no\n  >>> 1\n  2\n  ```\n")
    assert problems == [(4, "NameError: name 'no' is not defined")]
    assert len(result.outputs) == 2


def test_the_place_of_a_syntax_error_is_one_behind_the_prompt(tmp_path: Path) -> None:
    done = executed(tmp_path, "> ```pycon\n> >>> x = 1\n> >>> y = €\n> ```\n")
    (problem,) = check(done)
    assert problem.span
    assert (problem.span.start, problem.span.column) == (3, 11)


def test_the_first_row_that_differs_is_pointed_at(tmp_path: Path) -> None:
    code = "for i in range(9):\n    print(i)\n"
    rows = "\n".join(f"#> {i}" for i in (0, 1, 2, 4, 4, 5, 6, 7, 8))
    problems, result = found(tmp_path, f"```python\n{code}{rows}\n```\n")
    written, came = ("\n         ".join(rows) for rows in (["4", "4", "5", "6", "7"], ["3", "4", "5", "6", "7"]))
    more = "\n         … 1 more lines"
    message = f"the output is not what is written here\nwritten: {written}{more}\ncame:    {came}{more}"
    assert problems == [(7, message)]
    assert isinstance(result.outputs[-1], Mismatch)
    assert result.outputs[-1].row == 3


def test_a_fence_that_says_something_else(tmp_path: Path) -> None:
    problems, result = found(tmp_path, "```python\nprint(1)\n```\n\nwhich gives\n\n```text {expect: true}\n1\n2\n```\n")
    assert problems == [(9, "the output is not what is written here\nwritten: 2\ncame:")]
    assert result.shown.outputs == (Mismatch("1\n2", "1", (), fence="1.2", row=1),)


def test_figures_and_warnings_are_shown_beside_what_is_written(tmp_path: Path) -> None:
    text = """\
```pycon
>>> import warnings, matplotlib.pyplot as plt
>>> warnings.warn("old")
>>> plt.plot([1, 2])
[<matplotlib.lines.Line2D object at 0x7f0000000000>]
```
"""
    problems, result = found(tmp_path, text)
    assert problems == [(3, "UserWarning: old")]
    assert [(type(output), output.lines) for output in result.shown.outputs] == [(Warning, (2,)), (Figure, (3,))]


def test_a_comment_is_not_looked_at_where_the_code_fails(tmp_path: Path) -> None:
    problems, result = found(tmp_path, "```python\nprint(1)\n#> 2\nprint(no)\n```\n")
    assert problems == [(4, "NameError: name 'no' is not defined")]
    assert result.written == ()


def test_names_of_a_transcript_are_known_to_hints(tmp_path: Path) -> None:
    text = "```pycon\n>>> x = no\n```\n\n```python\nx\n```\n\n```pycon\n>>> weight = 1\n```\n\n```python\nwieght\n```\n"
    hints = [problem.hint for problem in check(executed(tmp_path, text))]
    nowhere = "no block defines `no`: do so above, or only show this block, `{run: false}`"
    assert hints == [nowhere, "a consequence of 1.1", "did you mean `weight`?"]


def test_a_result_without_anything_written_shows_itself() -> None:
    result = BlockResult((Stream("stdout", "x", (1,)),))
    assert result.shown is result
    assert replace(result, written=(0,)).shown.outputs == ()
