"""Attack -> verdict: it is run as a slide's code, and what counts is what is seen of it from outside."""

from __future__ import annotations

import ctypes
import hashlib
import os
import resource
import secrets
import signal
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final, Literal, Self

from deck_builder.attacks.attack import Attack
from deck_builder.attacks.proofs import PROOFS, Ran, look, named
from deck_builder.attacks.victims import Victims
from deck_builder.errors import Span
from deck_builder.execute.engine import Engine
from deck_builder.execute.running import runner
from deck_builder.execute.sandbox import Sandbox
from deck_builder.execute.session import Runner, session_of
from deck_builder.model import BlockOptions, BlockResult, CodeBlock, Deck, Slide, Source

_KNOCK: Final = signal.SIGURG
"""A signal that does nothing to a program that does not wait for it."""

_SHADOW: Final = Path("/etc/shadow")
_COUNT_S: Final = 0.02
_HOW: Final = {"Timeout": "killed", "WorkerDied": "reported"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of an attack, and how: the trace that it left, or what it was stopped by."""

    attack: Attack
    outcome: Literal["succeeded", "stopped"]
    how: str
    seconds: float


class Trials:
    """Tries attacks, one at a time. A context, for the main thread: at its end nothing is left.

    While it is open this program has secrets in its environment, its memory and an open file, and hears a signal:
    what `run` starts is to be started then.
    """

    def __init__(self, run: Runner, base: Path | None = None) -> None:
        """The victims lie in `base`, or where temporary files do."""
        self._run = run
        self._base = base
        self._stack = ExitStack()
        self._knocks = 0
        self._places = 0

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="attacks-", dir=self._base))
            self._root = Path(folder).resolve()
            self._hide(stack)
            stack.callback(signal.signal, _KNOCK, signal.signal(_KNOCK, self._hear))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def verdict(self, attack: Attack) -> Verdict:
        """Try one."""
        self._places += 1
        place = self._root / str(self._places)
        place.mkdir()
        with Victims(place, self._names, self._tokens) as victims, _limits_kept():
            session = session_of(_deck(victims.deck, victims.fill_in(attack.code), attack.timeout_s))
            before = look(victims, self._knocks)
            began = time.monotonic()
            with _counted(victims.mark, attack.proof == "crowded") as counts:
                results = [result for _, result in self._run(session)]
            seconds = time.monotonic() - began
            ran = Ran(results, before, look(victims, self._knocks), max(counts, default=0))
            found = PROOFS[attack.proof](victims, ran)
        return Verdict(attack, "succeeded" if found else "stopped", found or _how(results), seconds)

    def _hide(self, stack: ExitStack) -> None:
        """Hide a secret wherever this program has some, and learn what only who reads others' files can tell."""
        token, needle = secrets.token_hex(16), secrets.token_hex(8)
        name = f"SECRET_{needle.upper()}"
        os.environ[name] = token
        stack.callback(os.environ.pop, name, None)
        self._memory = ctypes.create_string_buffer(f"{needle}{token}".encode())
        secret = self._root / "secret"
        secret.write_text(token, encoding="ascii")
        descriptor = os.open(secret, os.O_RDONLY)
        stack.callback(os.close, descriptor)
        os.set_inheritable(descriptor, True)
        self._tokens = {token}
        for path in (Path("/proc/self/environ"), _SHADOW):
            with suppress(OSError):
                if data := path.read_bytes():
                    self._tokens.add(hashlib.sha256(data).hexdigest())
        self._names = {
            "PARENT": str(os.getpid()),
            "ADDRESS": str(ctypes.addressof(self._memory)),
            "LENGTH": str(len(self._memory)),
            "NEEDLE": needle,
            "DESCRIPTOR": str(descriptor),
        }

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._knocks += 1


def verdicts(attacks: Iterable[Attack], sandbox: Sandbox, base: Path | None = None) -> Iterator[Verdict]:
    """Try attacks one by one. Raises `SandboxError` when the sandbox can't be had."""
    with Engine(sandbox) as engine, Trials(runner(engine), base) as trials:
        for attack in attacks:
            yield trials.verdict(attack)


def _deck(path: Path, code: str, timeout_s: float) -> Deck:
    """A deck with that code on its one slide."""
    span = Span(path, 1, code.count("\n") + 2)
    block = CodeBlock("1.1", "python", code, BlockOptions(run=True, timeout_s=timeout_s, cache=False), span)
    return Deck(Source(path, ""), {}, (Slide(1, "default", {}, (), (block,), "", "", 0, 0, span, ""),))


@contextmanager
def _limits_kept() -> Iterator[None]:
    """Whatever an attack does to how this very process is ruled, take it back."""
    kinds = [value for name, value in vars(resource).items() if name.startswith("RLIMIT_")]
    limits = {kind: resource.getrlimit(kind) for kind in kinds}
    try:
        yield
    finally:
        for kind, was in limits.items():
            with suppress(OSError, ValueError):
                resource.setrlimit(kind, was)


@contextmanager
def _counted(mark: str, wanted: bool) -> Iterator[list[int]]:
    """How many processes have a name, counted again and again meanwhile."""
    counts: list[int] = []
    ended = threading.Event()

    def count() -> None:
        while not ended.wait(_COUNT_S):
            counts.append(len(named(mark)))

    thread = threading.Thread(target=count)
    if wanted:
        thread.start()
    try:
        yield counts
    finally:
        ended.set()
        if wanted:
            thread.join()


def _how(results: list[BlockResult]) -> str:
    """What an attack without success ended in."""
    if not results:
        return "reported: no result"
    error = results[-1].error
    return f"{_HOW.get(error.ename, error.ename)}: {error.evalue}" if error else "nothing came of it"
