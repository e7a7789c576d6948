"""A worker process, seen from outside: told what to do, listened to, and put an end to."""

from __future__ import annotations

import os
import re
import selectors
import signal
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final, NamedTuple

from deck_builder.execute.descendants import end, is_dead
from deck_builder.execute.link import Link
from deck_builder.execute.session import Session, file_of, line_count
from deck_builder.execute.watch import Watch
from deck_builder.model import CodeBlock, Stream
from deck_builder.worker.protocol import MAX_TEXT, Decoder, Message, ProtocolError
from deck_builder.worker.slate import SIZE, read

_POLL_S: Final = 0.1
_PATIENCE_S: Final = 2.0


class Files(NamedTuple):
    """What a worker writes to: its two streams, where it crashed, and what it holds."""

    stdout: IO[bytes]
    stderr: IO[bytes]
    crash: IO[bytes]
    slate: IO[bytes]

    @classmethod
    def made(cls, stack: ExitStack) -> Files:
        """New ones, unlinked: no path leads to them."""
        stdout, stderr, crash, slate = (stack.enter_context(TemporaryFile()) for _ in range(4))  # noqa: SIM115
        slate.truncate(SIZE)
        return cls(stdout, stderr, crash, slate)

    def fds(self) -> list[int]:
        """Their descriptors."""
        return [file.fileno() for file in self]


class ExcessError(Exception):
    """A worker that uses beyond measure; its text says of what, as Watch.over does."""


class WorkerProcess:
    """A running worker. `order` tells it what to do, `receive` gives its messages; `stop` ends all of it."""

    def __init__(self, link: Link, files: Files, nonce: str) -> None:
        self.has_gpu = False
        self.pid = link.pid
        self._link = link
        self._files = files
        self._decoder = Decoder(nonce)
        self._messages: deque[Message] = deque()
        self._broken: ProtocolError | None = None
        self._status: int | None = None
        self._watch: Watch | None = None
        self._take(link.early)

    def greet(self, until: float) -> None:
        """Take its first message. Raises what `receive` raises."""
        self.has_gpu = self.receive(until).get("gpu") is True

    def watch(self, scratch: Path) -> None:
        """Look at what it uses from now on, and at what it writes below a folder."""
        self._watch = Watch(self.pid, (self._files.stdout, self._files.stderr), scratch)

    def order(self, message: Message, *fds: int) -> None:
        """Tell it what to do; one that has died is not told, and `receive` says so."""
        self._link.order(message, *fds)

    def receive(self, until: float) -> Message:
        """The next message.

        Raises `TimeoutError` after `until`, `EOFError` when none will come, `ExcessError` and `ProtocolError`.
        """
        self._look()
        if not self._messages:
            self._wait(until)
        return self._messages.popleft()

    def _look(self) -> None:
        if self._watch and (over := self._watch.over()):
            raise ExcessError(over)

    def _wait(self, until: float) -> None:
        """Read until there is a message."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._link, selectors.EVENT_READ)
            while not self._messages:
                if self._broken:
                    raise self._broken
                left = until - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                # asked first: what it wrote before it died is in the socket then, and is read to the end
                dead = self._is_dead()
                self._look()
                if selector.select(0 if dead else min(left, _POLL_S)):
                    self._read()
                elif dead:  # and a child of its own holds the socket open
                    raise EOFError

    def _read(self) -> None:
        data = self._link.read()
        if not data:
            raise EOFError
        self._take(data)

    def _take(self, data: bytes) -> None:
        try:
            self._messages.extend(self._decoder.feed(data))
        except ProtocolError as exc:
            self._broken = exc  # the messages before it still count

    def _is_dead(self) -> bool:
        return self._status is not None or is_dead(self.pid)

    def died(self) -> int | None:
        """Like `stop`, for one that is no longer heard; None if it had to be killed for that."""
        until = time.monotonic() + _PATIENCE_S
        while not (dead := self._is_dead()) and time.monotonic() < until:
            time.sleep(0.005)  # its end of the socket closes a little before it is gone
        status = self.stop()
        return status if dead else None

    def stop(self) -> int:
        """Kill whatever of it is left; its exit status, or minus the signal that ended it."""
        if self._status is None:
            self._status = end(self.pid)
            self._link.close()
        return self._status

    def ask_place(self, seconds: float = _PATIENCE_S) -> None:
        """Let a worker that hangs write down where, and wait until that is done."""
        if self._is_dead():
            return
        with suppress(ProcessLookupError):  # it may end right now, and it is not always we who reap it
            os.kill(self.pid, signal.SIGUSR1)
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._is_dead():
            time.sleep(0.01)
            if re.search(r'^  (File "<string>", .*|\.\.\.)\n\Z', self._crash_text(), re.MULTILINE):
                return  # the outermost call is the start itself, or is left out

    def place(self, session: Session, block: CodeBlock) -> tuple[int, ...]:
        """The block's line where the worker crashed or hung; () if unknown."""
        path = str(file_of(session, block.path))
        name = path.encode("ascii", "backslashreplace").decode()  # as faulthandler writes it
        for match in re.finditer(rf'File "{re.escape(name)}", line (\d+) ', self._crash_text()):
            no = block.number(int(match[1]))
            if 1 <= no <= line_count(block):
                return (no,)
        return ()

    def _crash_text(self) -> str:
        return os.pread(self._files.crash.fileno(), 1 << 16, 0).decode("ascii", "replace")

    def left_text(self, block: CodeBlock) -> Iterator[Stream]:
        """What the block had printed, and the worker could not pass on."""
        left = read(os.pread(self._files.slate.fileno(), SIZE, 0))
        if left.text:
            lines = (left.line,) if 1 <= left.line <= line_count(block) else ()
            yield Stream("stdout" if left.fd == 1 else "stderr", left.text, lines)
        for fd, file in ((1, self._files.stdout), (2, self._files.stderr)):
            if text := os.pread(file.fileno(), MAX_TEXT // 2, left.taken[fd]):
                yield Stream("stdout" if fd == 1 else "stderr", text.decode("utf-8", "replace"), ())
