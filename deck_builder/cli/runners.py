"""Settings -> what runs slide code in a command: one engine for each sandbox, started when it is first needed."""

from __future__ import annotations

import re
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final, Self

from deck_builder.cli.caches import cache_folder
from deck_builder.cli.settings import Settings
from deck_builder.kept import write_whole

if TYPE_CHECKING:
    from deck_builder.execute.engine import Engine, Mode, Stop
    from deck_builder.execute.plan import Plan
    from deck_builder.execute.sandbox import Sandbox
    from deck_builder.execute.session import Runner, Session
    from deck_builder.execute.store import Store
    from deck_builder.model import BlockResult, Source

_FENCE: Final = re.compile(r"^[ \t>]*(`{3,}|~{3,})[ \t]*(?:python|py)\b.*\n([\s\S]*?)^[ \t>]*\1", re.MULTILINE)
_STRICT: Final = re.compile(r"""\bsandbox:[ \t]*['"]?strict\b""")
_INTERPRETER: Final = re.compile(r"^[ \t]+interpreter:", re.MULTILINE)


class Runners:
    """Runs the decks of a command. A context: at its end no process is left.

    If it `resumes`, a block that changed goes on from the state before it, for which processes wait.
    """

    def __init__(self, settings: Settings, *, resumes: bool = False) -> None:
        self.settings = settings
        self._mode: Mode | None = "snapshot" if resumes and sys.platform == "linux" else None
        self._lock, self._stack = Lock(), ExitStack()
        self._engines: dict[Sandbox, Engine] = {}
        self.engaged: dict[Sandbox, list[Session]] = {}
        """What had code to run, by what held it."""
        self._is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._is_over = True
        self._stack.close()

    def runner(self, source: Source) -> Runner | None:
        """What runs a deck's code; None where none is to run.

        What the code imports is imported already while the deck is parsed, unless the very same code ran before.
        """
        if self.settings.no_run:
            return None
        code = _code(source)
        mark = _Mark(None if self.settings.no_cache else cache_folder("known"), source.path, code)
        if not mark.is_there():
            self.warm(source)

        def run(session: Session) -> Iterator[tuple[str, BlockResult]]:
            yield from self._results(session)
            mark.make()

        return run

    def _results(self, session: Session) -> Iterator[tuple[str, BlockResult]]:
        from deck_builder.execute.plan import plan
        from deck_builder.execute.stricter import policy_of, stricter

        found = plan(session, policy_of(session, self.settings.sandbox), self.store)
        if len(found.entries) == len(session.blocks):
            return iter([(block, entry.result) for block, entry in found.entries.items()])
        from deck_builder.execute.running import results

        held = stricter(self.settings.sandbox, session.sandbox)
        self.engaged.setdefault(held, []).append(session)
        return results(session, found, self._started(held), self.store)

    def warm(self, source: Source) -> None:
        """Have what a deck's code imports imported, beside all else."""
        code = _code(source)
        if code and not self.settings.no_run and not _INTERPRETER.search(source.text):
            likely: Sandbox = "strict" if _STRICT.search(source.text) else self.settings.sandbox
            Thread(target=self._warm, args=(source.path.parent, code, likely), daemon=True).start()

    def resume(
        self, session: Session, found: Plan, store: Store, stop: Stop
    ) -> Generator[tuple[str, BlockResult], None, None]:
        """Run what a plan lacks, from where the store and the engine have it, until it is to stop."""
        from deck_builder.execute.running import results
        from deck_builder.execute.stricter import stricter

        yield from results(session, found, self._started(stricter(self.settings.sandbox, session.sandbox)), store, stop)

    @property
    def store(self) -> Store | None:
        """Where results are kept, if they are."""
        from deck_builder.execute.store import Store

        folder = None if self.settings.no_cache else cache_folder("results")
        return Store(folder) if folder else None

    def _warm(self, folder: Path, code: str, sandbox: Sandbox) -> None:
        with suppress(Exception):  # whoever needs it will be told
            self._started(sandbox).warm(folder, code)

    def _started(self, sandbox: Sandbox) -> Engine:
        """The engine of all decks that one sandbox holds. Raises `SandboxError`."""
        from deck_builder.execute.engine import Engine

        with self._lock:
            if self._is_over:
                raise RuntimeError("the command has come to its end")  # nobody hears of it any more
            if sandbox not in self._engines:
                self._engines[sandbox] = self._stack.enter_context(Engine(sandbox, self._mode, self.settings.jobs))
            return self._engines[sandbox]


def _code(source: Source) -> str:
    return "".join(body for _, body in _FENCE.findall(source.text))


class _Mark:
    """Tells that this code of a deck is that of its last run: then it is likely that all its results are known."""

    def __init__(self, folder: Path | None, deck: Path, code: str) -> None:
        self._file = folder / _hash(str(deck.absolute())) if folder else None
        self._code = _hash(code).encode()

    def is_there(self) -> bool:
        """Whether the last run was of this code."""
        with suppress(OSError):
            return self._file is not None and self._file.read_bytes() == self._code
        return False

    def make(self) -> None:
        """Note that it was."""
        if self._file and not self.is_there():
            with suppress(OSError):
                write_whole(self._file, self._code)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
