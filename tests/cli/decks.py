"""Decks for the command line to build, and what a worker would say of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deck_builder.cli.runners import Runners
from deck_builder.execute.session import Runner, Session
from deck_builder.model import BlockResult, Error, Output, Stream, Warning

GOOD = "# One\n\n```python\nprint(1)\n```\n"
BROKEN = """\
# One

```python
a = 1
lost(a)
```

---

# 第二页

```python
旧 = found(a)
```

```python
import old
```
"""
UNREADABLE = "---\ntitle: [never closed\n---\n\n# One\n"


def run_by(monkeypatch: pytest.MonkeyPatch, run: Runner) -> None:
    """Let this run the code of all decks."""
    monkeypatch.setattr(Runners, "runner", lambda self, source: None if self.settings.no_run else run)


def fake_run(session: Session) -> Iterator[tuple[str, BlockResult]]:
    """What a worker would say of the decks above."""
    for block in session.blocks:
        if "lost" in block.code:
            yield block.id, BlockResult((Error("NameError", "name 'lost' is not defined", (), (2,), hint="define it"),))
        elif "found" in block.code:
            yield (
                block.id,
                BlockResult((Error("NameError", "name 'found' \x1b[31mis\x1b[0m\nnot", (), (1,), cause="1.1"),)),
            )
        elif "old" in block.code:
            yield block.id, BlockResult((Warning("DeprecationWarning", "100%: old", (1,)),))
        else:
            yield block.id, BlockResult((Stream("stdout", "1\n", (1,)),), cached="cached" in block.code)


def saying(*outputs: Output) -> Runner:
    """A runner by which every block does the same."""
    return lambda session: ((block.id, BlockResult(outputs)) for block in session.blocks)


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def pages() -> list[str]:
    return sorted(path.name for path in Path("build").glob("*")) if Path("build").is_dir() else []
