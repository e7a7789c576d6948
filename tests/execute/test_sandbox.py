"""The layers around a worker: each stops something that happens without it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from deck_builder.errors import SandboxError
from deck_builder.execute.running import worker_runner
from deck_builder.execute.sandbox import LAYERS, Sandbox, describe
from deck_builder.model import Stream
from tests.execute.decks import session

# each prints "stopped" if its layer holds; none does harm if it does not
ESCAPES = {
    "limits": [
        "import mmap\ntry:\n    mmap.mmap(-1, 5 << 30, flags=mmap.MAP_PRIVATE)\nexcept OSError:\n    print('stopped')",
        "file = open('sparse', 'wb')\ntry:\n    file.truncate(2 << 30)\nexcept OSError:\n    print('stopped')",
        "import resource\nif resource.getrlimit(resource.RLIMIT_CORE) == (0, 0): print('stopped')",
        "import os\ntry:\n    for i in range(300): os.dup(0)\nexcept OSError:\n    print('stopped')",
    ]
}


def stopped(folder: Path, code: str, sandbox: Sandbox) -> bool:
    (result,) = [result for _, result in worker_runner(sandbox)(session(folder, code))]
    assert result.error is None
    return result.outputs == (Stream("stdout", "stopped\n", (result.outputs[0].lines)),) if result.outputs else False


def test_every_layer_has_an_escape() -> None:
    assert ESCAPES.keys() == LAYERS.keys()


@pytest.mark.skipif(sys.platform != "linux", reason="limits are put on a process on Linux only")
@pytest.mark.parametrize(("layer", "code"), [(layer, code) for layer, codes in ESCAPES.items() for code in codes])
def test_an_escape_is_stopped_with_its_layer(tmp_path: Path, layer: str, code: str) -> None:
    assert stopped(tmp_path, code, "auto")


@pytest.mark.skipif(sys.platform != "linux", reason="limits are put on a process on Linux only")
@pytest.mark.parametrize("code", ESCAPES["limits"][:2])
def test_an_escape_succeeds_without_its_layer(tmp_path: Path, code: str) -> None:
    assert not stopped(tmp_path, code, "off")


def test_a_strict_sandbox_is_refused_before_anything_runs() -> None:
    with pytest.raises(SandboxError, match="strict") as caught:
        worker_runner("strict")
    assert "process separation and limits" in caught.value.hint


def test_the_description_says_what_does_not_hold() -> None:
    assert "not held: files, network" in describe()
    assert "memory" in describe("auto") or sys.platform != "linux"
    assert "memory" not in describe("off")
