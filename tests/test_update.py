"""What came is written down where it was written otherwise: those lines change, and no others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain, count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deck_builder.errors import MissingError
from deck_builder.execute import execute
from deck_builder.execute.session import Session
from deck_builder.execute.written import written
from deck_builder.model import BlockResult, Error, ExecutedDeck, Mismatch, Output, Source, Stream
from deck_builder.parse import parse
from deck_builder.update import Update, update

PATH = Path("slides.md")
Came = Callable[[str, int], str]
"""What the entry of that number of a block comes out as; a text that begins with `!` is raised."""


def executed(files: dict[Path, str], came: Came) -> ExecutedDeck:
    """A deck that is said to have done so; the first file is the deck."""

    def run(session: Session) -> Iterator[tuple[str, BlockResult]]:
        for block in session.blocks:
            outputs: list[Output] = []
            for no, entry in enumerate(written(block)):
                printed, _, raised = came(block.id, no).partition("!")
                outputs.append(Stream("stdout", printed, (entry.first,)))
                if entry.raises:
                    outputs.append(Error("ValueError", raised, (f"ValueError: {raised}",), (entry.first,)))
            if not written(block):
                outputs.append(Stream("stdout", came(block.id, 0), (1,)))
            yield block.id, BlockResult(tuple(outputs))

    path = next(iter(files))
    return execute(parse(Source(path, files[path]), reader(files)), run)


def reader(files: dict[Path, str]) -> Callable[[Path], Source]:
    def read(path: Path) -> Source:
        if path not in files:
            raise MissingError(f"there is no file {path}")
        return Source(path, files[path])

    return read


def updated(files: dict[Path, str], came: Came) -> tuple[dict[Path, str], Update]:
    found = update(executed(files, came), reader(files))
    return {**files, **found.texts}, found


def written_down(text: str, *came: str) -> str:
    """A deck of one block after an update."""
    files, found = updated({PATH: text}, lambda block, no: came[no])
    assert found.refused == ()
    return files[PATH]


@pytest.mark.parametrize(
    ("before", "came", "after"),
    [
        pytest.param("```pycon\n>>> x\n1\n```\n", ["2\n"], "```pycon\n>>> x\n2\n```\n", id="a value"),
        pytest.param("```pycon\n>>> x\n0.33\n```\n", ["0.3333"], "```pycon\n>>> x\n0.33\n```\n", id="alike"),
        pytest.param(
            "```pycon\n>>> x\n>>> y\n1\n2\n\n>>> z\n```\n",
            ["a\n\nb\n", "", "c"],
            "```pycon\n>>> x\na\n\nb\n>>> y\n\n>>> z\nc\n```\n",
            id="more, and less",
        ),
        pytest.param(
            "```pycon\n>>> x\nTraceback (most recent call last):\n  here\nValueError: a\n```\n",
            ["hi\n!b"],
            "```pycon\n>>> x\nhi\nTraceback (most recent call last):\n  here\nValueError: b\n```\n",
            id="another error",
        ),
        pytest.param(
            "- ```pycon\r\n  >>> x\r\n  1\r\n  ```\r\n",
            ["2\n\n3"],
            "- ```pycon\r\n  >>> x\r\n  2\r\n\r\n  3\r\n  ```\r\n",
            id="in a list",
        ),
        pytest.param(
            "\ufeff> ```pycon\r> >>> x\r> 1\r> ```\r", ["2\n\n3"], "\ufeff> ```pycon\r> >>> x\r> 2\r>\r> 3\r> ```\r",
            id="in a quotation",
        ),
        pytest.param(
            "```py\nif x:\n    y\n    #> 1\n    #> 2\nz\n#>\n```",
            ["7", "\n 8\n"],
            "```py\nif x:\n    y\n    #> 7\nz\n#>\n#>  8\n```",
            id="comments",
        ),
        pytest.param("```py\nx\n#> 1\n```", [""], "```py\nx\n#>\n```", id="a comment of nothing"),
        pytest.param(
            "1. ```py\n   x\n   ```\n\n   ```text {expect: true}\n   ```\n",
            ["a\n\nb\n"],
            "1. ```py\n   x\n   ```\n\n   ```text {expect: true}\n   a\n\n   b\n   ```\n",
            id="an empty fence",
        ),
        pytest.param(
            "```py\nx\n```\n> ~~~ {expect: true}\n> a\n> b\n> ~~~\n",
            ["```\nc"],
            "```py\nx\n```\n> ~~~ {expect: true}\n> ```\n> c\n> ~~~\n",
            id="a fence of tildes",
        ),
    ],
)  # fmt: skip
def test_what_came_is_written_down(before: str, came: list[str], after: str) -> None:
    assert written_down(before, *came) == after
    assert written_down(after, *came) == after


@pytest.mark.parametrize(
    ("text", "came"),
    [
        ("```pycon\n>>> x\n1\n```\n", ">>> y"),
        ("```pycon\n>>> x\n1\n```\n", "...\n"),
        ("```pycon\n>>> x\n1\n```\n", "Traceback (most recent call last):\nNo"),
        ("```pycon\n>>> x\n1\n```\n", "```"),
        ("```py\nx\n```\n```text {expect: true}\n1\n```\n", "````\n# Title"),
        ("```pycon\n>>> x", "a line behind the last one, which has no end"),
    ],
)
def test_what_would_be_read_as_something_else_is_not_written(text: str, came: str) -> None:
    files, found = updated({PATH: text}, lambda block, no: came)
    assert files == {PATH: text}
    assert len(found.refused) == 1


def test_one_that_can_not_be_written_does_not_keep_the_others() -> None:
    text = "```pycon\n>>> x\n1\n>>> y\n1\n>>> z\n1\n```\n"
    files, found = updated({PATH: text}, lambda block, no: [">>> 2", "2", "3"][no])
    assert files[PATH] == "```pycon\n>>> x\n1\n>>> y\n2\n>>> z\n3\n```\n"
    assert [span.start for span in found.refused] == [3]
    assert [edit.start for edit in found.made] == [5, 7]


SNIPPET = {PATH: "<<< ./a.py\n", Path("a.py"): "x\n#> 1"}


def test_what_stands_in_a_file_of_code_is_written_there() -> None:
    files, found = updated(SNIPPET, lambda block, no: "2\n3")
    assert files == {**SNIPPET, Path("a.py"): "x\n#> 2\n#> 3"}
    assert [edit.path for edit in found.made] == [Path("a.py")]


def test_what_stands_twice_in_a_deck_is_written_once_if_it_came_so_twice() -> None:
    twice = {**SNIPPET, PATH: "<<< ./a.py\n\n<<< ./a.py\n"}
    files, found = updated(twice, lambda block, no: "2")
    assert files[Path("a.py")] == "x\n#> 2"
    assert len(found.made) == 1
    files, found = updated(twice, lambda block, no: block)
    assert files == twice
    assert [str(span) for span in found.refused] == ["a.py:2:1"]


def test_the_marks_of_regions_stay() -> None:
    files = {
        PATH: "<<< ./a.py#r\n",
        Path("a.py"): "# region r\nx\n#> 1\n# region s\n#> 2\n# endregion s\n# endregion r\n",
    }
    after, found = updated(files, lambda block, no: "3")
    assert after == files
    assert len(found.refused) == 1


PIECES = (
    "1",
    " 0.5",
    "a  ",
    "\n",
    "\n\n",
    ">>> ",
    "...",
    "#> ",
    "`" * 3,
    "~" * 4,
    "---",
    "<!--",
    "\t",
    "\r",
    "\x1b[31m",
    "…",
    "> ",
)
TEXT = st.lists(
    st.sampled_from([*PIECES, "Traceback (most recent call last):", "\ud800", "\u2028", "\x0c"]), max_size=6
)
ROWS = st.lists(
    st.sampled_from(
        [
            *[">>> x", "... y", "1", "", "Traceback (most recent call last):", "ValueError: no"],
            *["x = 1", "#> 1", "#>", "if x:", "    y", "    #> 2", "'''"],
        ]
    ),
    max_size=8,
)
BLOCK = st.tuples(
    st.sampled_from(["pycon", "python", "text {expect: true}", "~python {1|2}", "text"]),
    st.sampled_from([("", ""), ("- ", "  "), ("> ", "> "), ("1. ", "   "), ("> * ", ">   "), ("  ", "  "), ("  ", "")]),
    ROWS,
)


def deck_text(blocks: list[tuple[str, tuple[str, str], list[str]]], end: str, bom: bool) -> str:
    """A slide with such blocks, their lines within lists and quotations."""
    rows = ["# A slide", ""]
    for info, (first, others), code in blocks:
        mark = "~~~~" if info.startswith("~") else "```"
        fence = [mark + info.removeprefix("~"), *code, mark]
        rows += [(first if no == 0 else others) + row for no, row in enumerate(fence)]
        rows += ["", "text", ""]
    return "\ufeff" * bom + end.join(rows)


def lines(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+$", text)


@given(st.lists(BLOCK, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.data())
def test_after_an_update_all_is_as_it_came_and_another_one_changes_nothing(
    blocks: list[tuple[str, tuple[str, str], list[str]]], end: str, bom: bool, data: st.DataObject
) -> None:
    outputs: dict[tuple[str, int], str] = {}

    def came(block: str, no: int) -> str:
        if (block, no) not in outputs:
            outputs[block, no] = "".join(data.draw(TEXT))
        return outputs[block, no]

    before = {PATH: deck_text(blocks, end, bom)}
    after, found = updated(before, came)
    again, second = updated(after, came)
    assert again == after
    assert second.made == ()
    assert len(second.refused) == len(found.refused)
    left = [
        one for result in executed(after, came).results.values() for one in result.outputs if isinstance(one, Mismatch)
    ]
    assert bool(left) == bool(found.refused)
    changed = set(chain.from_iterable(range(edit.start, edit.stop) for edit in found.made))
    kept = [line for no, line in zip(count(1), lines(before[PATH]), strict=False) if no not in changed]
    rest = iter(lines(after[PATH]))
    assert all(line in rest for line in kept), "a line that is no output has changed"
    assert len(lines(after[PATH])) == len(kept) + sum(len(edit.rows) for edit in found.made)
