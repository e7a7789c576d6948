"""The threads of a server share their memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

THREADS = """
import ctypes, sys, threading
from deck_builder.serve.arena import share_memory
if sys.argv[1] == "shared":
    share_memory()
ready = threading.Barrier(4)
def work():
    held = [bytearray(10_000) for _ in range(100)]
    ready.wait()
threads = [threading.Thread(target=work) for _ in range(4)]
for one in threads: one.start()
for one in threads: one.join()
libc = ctypes.CDLL(None)
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such pools")
def test_threads_take_their_memory_from_one_pool() -> None:
    def pools(how: str) -> int:
        told = subprocess.run([sys.executable, "-c", THREADS, how], capture_output=True, text=True, check=True).stdout
        return told.count("<heap nr=")

    assert pools("shared") == 1 < pools("apart")
