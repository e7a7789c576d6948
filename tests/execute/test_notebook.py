"""What only a notebook understands is explained."""

from __future__ import annotations

import pytest

from deck_builder.execute.notebook import notebooks_hint

INSTALL = "is a notebook's command: install torch lightning beside deck-builder, `pip install torch lightning`"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("!pip install -q torch lightning", f"`!pip` {INSTALL}"),
        ("%pip install torch lightning", f"`%pip` {INSTALL}"),
        ("! python -m pip install --upgrade torch lightning", f"`!pip` {INSTALL}"),
        ("%matplotlib inline", "`%matplotlib inline` is not needed: figures appear by themselves; take the line away"),
        (
            "%autoreload 2",
            "`%autoreload 2` is not needed: what has changed is read anew in every build; take the line away",
        ),
        ("%%time", "`%%time` is a notebook's command: measure with `time.perf_counter()`"),
        ("%timeit f(x)", "`%timeit` is a notebook's command: measure with `time.perf_counter()`"),
        (
            "!ls -l data",
            "`!ls` is a notebook's command: show it in a fence of `sh`, or run it with `subprocess.run`",
        ),
        (
            "files = !ls",
            "`!ls` is a notebook's command: show it in a fence of `sh`, or run it with `subprocess.run`",
        ),
        (
            "%%capture out",
            "`%%capture` is a notebook's command: `{output: 'hide'}` in the fence's braces hides what the block prints",
        ),
        (
            "%nonsense",
            "`%nonsense` is a notebook's command: take the line away, or show the code with `{run: false}`",
        ),
        ("?torch.sum", "`?torch.sum` is a notebook's question: `help(torch.sum)` prints the answer"),
        ("torch.sum??", "`torch.sum??` is a notebook's question: `help(torch.sum)` prints the answer"),
        ("In [3]: x = 1", "this is copied from a notebook: leave out what stands before the code"),
        ("x = 5 % 3", ""),
        ("x = (1 +", ""),
        ("x != y", ""),
        ("print 'x?'", ""),
        ("", ""),
    ],
)
def test_hints(line: str, hint: str) -> None:
    assert notebooks_hint(line) == hint
