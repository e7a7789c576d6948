"""Session -> a worker at work on it: in a clean environment and a throw-away folder, with its ends in our hands."""

from __future__ import annotations

import json
import os
import secrets
import site
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

from deck_builder.execute.descendants import adopting
from deck_builder.execute.environment import PACKAGE, environment, matplotlib_cache
from deck_builder.execute.sandbox import Layer
from deck_builder.execute.scratch import scratch
from deck_builder.execute.session import Session, file_of, line_count
from deck_builder.execute.worker_process import Files, WorkerProcess
from deck_builder.model import CodeBlock
from deck_builder.worker.protocol import Message
from deck_builder.worker.slate import SIZE

# a stub of our package, so that the worker can import itself, and slide code nothing else that is ours
_BOOT: Final = """
import sys, types
package = types.ModuleType("deck_builder")
package.__path__ = [sys.argv[1]]
sys.modules["deck_builder"] = package
from deck_builder.worker.main import main
package.__path__ = []
main(*map(int, sys.argv[2:]))
"""


@contextmanager
def started(session: Session, layers: Sequence[Layer]) -> Iterator[WorkerProcess]:
    """A worker at work on a session, inside the layers; at the end neither a process nor a file of it is left."""
    with ExitStack() as stack:
        root = stack.enter_context(scratch(session.folder.resolve()))
        cache = matplotlib_cache() or root / "home"
        # unlinked: no path leads to them
        files = Files(*(stack.enter_context(tempfile.TemporaryFile()) for _ in range(4)))
        files.slate.truncate(SIZE)
        reading, writing = os.pipe()
        stack.callback(os.close, reading)
        family = stack.enter_context(adopting())
        try:
            process = family.start(partial(_spawn, root, environment(session, root, cache), files, writing))
        finally:
            os.close(writing)
        nonce = secrets.token_hex(16)
        worker = WorkerProcess(process, reading, files, nonce, family)
        stack.callback(worker.stop)
        for layer in layers:
            layer.apply(process.pid)
        assert process.stdin is not None
        with suppress(BrokenPipeError), process.stdin as stdin:  # it may have died at once: `receive` will tell
            stdin.write(json.dumps(_job(session, nonce, [str(root), str(cache)])).encode())
        yield worker


def _spawn(root: Path, env: Mapping[str, str], files: Files, frames: int) -> subprocess.Popen[bytes]:
    flags = ["-B", "-P", *([] if site.ENABLE_USER_SITE else ["-s"])]
    passed = (frames, files.crash.fileno(), files.slate.fileno())
    return subprocess.Popen(
        [sys.executable, *flags, "-c", _BOOT, str(PACKAGE), *map(str, passed)],
        stdin=subprocess.PIPE,
        stdout=files.stdout,
        stderr=files.stderr,
        pass_fds=passed,
        cwd=root / "work",
        env=env,
        start_new_session=True,
    )


def _job(session: Session, nonce: str, ignored: list[str]) -> Message:
    folder = session.folder.resolve()
    return {
        "nonce": nonce,
        "path": str(file_of(session, session.path)),
        "folder": str(folder),
        "ignored": ignored,
        "seed": session.seed,
        "threads": session.threads,
        "blocks": [_block(session, block) for block in session.blocks],
    }


def _block(session: Session, block: CodeBlock) -> Message:
    """A block with its lines in its file; `alone` if that is a file of code, which Python can look into by itself."""
    numbers = [block.line(no) for no in range(1, line_count(block) + 1)]
    written = dict(zip(numbers, block.code.split("\n"), strict=False))  # what is left is blank
    whole = range(numbers[0], numbers[-1] + 1)
    fig = block.options.fig
    return {
        "id": block.id,
        "path": str(file_of(session, block.path)),
        "line": numbers[0],
        # the marks of regions are left out of a snippet: blank lines keep what follows them in its place
        "code": "\n".join(written.get(line, "") for line in whole),
        "skipped": [line for line in whole if line not in written],
        "alone": block.origin is not None,
        "drawing": {
            "width": fig.width,
            "height": fig.height,
            "pixels": fig.format == "png",
            "frames": block.options.frames,
        },
    }
