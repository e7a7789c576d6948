"""A worker process, seen from outside: started in a clean environment, listened to, and put an end to."""

from __future__ import annotations

import json
import os
import re
import secrets
import selectors
import signal
import site
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from deck_builder.execute.environment import PACKAGE, environment, matplotlib_cache
from deck_builder.execute.sandbox import Layer
from deck_builder.execute.scratch import scratch
from deck_builder.execute.session import Session
from deck_builder.model import CodeBlock
from deck_builder.worker.protocol import MAX_TEXT, Decoder, Message, ProtocolError

_POLL_S: Final = 0.1
# a stub of our package, so that the worker can import itself, and slide code nothing else that is ours
_BOOT: Final = """
import sys, types
package = types.ModuleType("deck_builder")
package.__path__ = [sys.argv[1]]
sys.modules["deck_builder"] = package
from deck_builder.worker.main import main
package.__path__ = []
main(int(sys.argv[2]), int(sys.argv[3]))
"""


class WorkerProcess:
    """A running worker. `receive` gives its messages; `stop` ends it and all of its process group."""

    def __init__(self, process: subprocess.Popen[bytes], frames: int, files: Sequence[IO[bytes]], nonce: str) -> None:
        self._process = process
        self._frames = frames
        self._stdout, self._stderr, self._crash = files
        self._decoder = Decoder(nonce)
        self._messages: deque[Message] = deque()
        self._broken: ProtocolError | None = None
        self._stopped = False

    def receive(self, until: float) -> Message:
        """The next message. Raises `TimeoutError` after `until`, `EOFError` when none will come, `ProtocolError`."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._frames, selectors.EVENT_READ)
            while not self._messages:
                if self._broken:
                    raise self._broken
                left = until - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                if selector.select(min(left, _POLL_S)):
                    self._read()
                elif self._is_dead():  # and a child of its own holds the pipe open
                    raise EOFError
        return self._messages.popleft()

    def _read(self) -> None:
        data = os.read(self._frames, 1 << 16)
        if not data:
            raise EOFError
        try:
            self._messages.extend(self._decoder.feed(data))
        except ProtocolError as exc:
            self._broken = exc  # the messages before it still count

    def _is_dead(self) -> bool:
        if not hasattr(os, "waitid"):  # macOS, before Python 3.13
            return self._process.poll() is not None
        # the process is not reaped yet: until `stop`, no other can get its number
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._process.pid, flags) is not None

    def died(self) -> int | None:
        """Like `stop`, for one that is no longer heard; None if it had to be killed for that."""
        until = time.monotonic() + _POLL_S * 5
        while not (dead := self._is_dead()) and time.monotonic() < until:
            time.sleep(0.005)  # its end of the pipe closes a little before it is gone
        status = self.stop()
        return status if dead else None

    def stop(self) -> int:
        """Kill whatever of it is left; its exit status, or minus the signal that ended it."""
        if not self._stopped:
            self._stopped = True
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
                until = time.monotonic() + 1
                while time.monotonic() < until:  # its children take a moment to die, and may write till then
                    os.killpg(self._process.pid, 0)
                    time.sleep(0.005)
        return self._process.wait()

    def ask_place(self) -> None:
        """Let a worker that hangs write down where."""
        os.kill(self._process.pid, signal.SIGUSR1)
        for _ in range(10):
            time.sleep(0.02)
            if os.fstat(self._crash.fileno()).st_size:
                return

    def place(self, session: Session, block: CodeBlock) -> tuple[int, ...]:
        """The block's line where the worker crashed or hung; () if unknown."""
        path = session.folder.resolve() / session.path.name
        name = str(path).encode("ascii", "backslashreplace").decode()  # as faulthandler writes it
        text = os.pread(self._crash.fileno(), 1 << 16, 0).decode("ascii", "replace")
        for match in re.finditer(rf'File "{re.escape(name)}", line (\d+) ', text):
            line = int(match[1]) - block.first_line + 1
            if 1 <= line <= line_count(block):
                return (line,)
        return ()

    def left_text(self) -> list[tuple[str, str]]:
        """What C code had written, and the worker could not pass on, by stream name."""
        files = {"stdout": self._stdout, "stderr": self._stderr}
        texts = {name: os.pread(file.fileno(), MAX_TEXT // 2, 0) for name, file in files.items()}
        return [(name, text.decode("utf-8", "replace")) for name, text in texts.items() if text]


def line_count(block: CodeBlock) -> int:
    """How many lines of code a block has."""
    return block.code.rstrip("\n").count("\n") + 1


@contextmanager
def started(session: Session, layers: Sequence[Layer]) -> Iterator[WorkerProcess]:
    """A worker at work on a session, inside the layers; at the end neither a process nor a file of it is left."""
    with ExitStack() as stack:
        root = stack.enter_context(scratch(session.folder.resolve()))
        cache = matplotlib_cache() or root / "home"
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]  # unlinked: no path leads to them
        reading, writing = os.pipe()
        stack.callback(os.close, reading)
        try:
            process = _spawn(root, environment(session, root, cache), files, writing)
        finally:
            os.close(writing)
        nonce = secrets.token_hex(16)
        worker = WorkerProcess(process, reading, files, nonce)
        stack.callback(worker.stop)
        for layer in layers:
            layer.apply(process.pid)
        assert process.stdin is not None
        with suppress(BrokenPipeError), process.stdin as stdin:  # it may have died at once: `receive` will tell
            stdin.write(json.dumps(_job(session, nonce, [str(root), str(cache)])).encode())
        yield worker


def _spawn(root: Path, env: Mapping[str, str], files: Sequence[IO[bytes]], frames: int) -> subprocess.Popen[bytes]:
    stdout, stderr, crash = files
    flags = ["-B", "-P", *([] if site.ENABLE_USER_SITE else ["-s"])]
    return subprocess.Popen(
        [sys.executable, *flags, "-c", _BOOT, str(PACKAGE), str(frames), str(crash.fileno())],
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=stderr,
        pass_fds=(frames, crash.fileno()),
        cwd=root / "work",
        env=env,
        start_new_session=True,
    )


def _job(session: Session, nonce: str, ignored: list[str]) -> Message:
    folder = session.folder.resolve()
    return {
        "nonce": nonce,
        "path": str(folder / session.path.name),
        "folder": str(folder),
        "ignored": ignored,
        "seed": session.seed,
        "threads": session.threads,
        "blocks": [{"id": block.id, "code": block.code, "line": block.first_line} for block in session.blocks],
    }
