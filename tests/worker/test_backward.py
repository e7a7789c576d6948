"""Backward passes are observed, and slide code can't tell."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from deck_builder.worker import backward
from deck_builder.worker.backward import observe

BAD: Any = 7


@pytest.fixture
def untouched() -> Iterator[None]:
    """torch as it came."""
    _restore()
    yield
    _restore()


def _restore() -> None:
    for function, code in backward._originals:
        function.__code__ = code
    for kept in (backward._originals, backward._made, backward._is_awaited, backward._observers):
        kept.clear()


def _passes() -> list[str]:
    """What is to be seen of some passes, most of which fail."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    seen = []
    attempts: tuple[Any, ...] = (
        lambda: x.backward(),
        lambda: (x * 2).sum().backward(inputs=[]),
        lambda: torch.autograd.backward(x * 2),
        lambda: torch.autograd.backward(iter([x * 2])),
        lambda: torch.tensor(1.0).backward(),
        lambda: torch.autograd.backward(BAD),
    )
    for attempt in attempts:
        try:
            attempt()
        except Exception:
            seen.append(traceback.format_exc())
    (x * x).sum().backward()
    return [*seen, str(x.grad), inspect.getsource(torch.autograd.backward), inspect.getsource(torch.Tensor.backward)]


@pytest.mark.usefixtures("untouched")
def test_what_is_observed_is_byte_for_byte_as_it_was() -> None:
    alone = _passes()
    code = torch.autograd.backward.__code__
    observe(lambda tensors: None, lambda: None)
    assert torch.autograd.backward.__code__ is not code
    assert _passes() == alone


@pytest.mark.usefixtures("untouched")
def test_a_pass_is_told_of_once_before_and_once_after() -> None:
    told: list[object] = []
    stop = observe(lambda tensors: told.append([one.item() for one in tensors]), lambda: told.append("after"))
    x = torch.tensor(3.0, requires_grad=True)
    (x * x).backward()
    torch.autograd.backward([x * 2, x * 5])
    assert told == [[9.0], "after", [6.0, 15.0], "after"]
    stop()
    (x * x).backward()
    assert len(told) == 4


@pytest.mark.usefixtures("untouched")
def test_an_observer_that_fails_harms_no_one() -> None:
    told: list[str] = []
    observe(lambda tensors: tensors[7], lambda: None)
    observe(lambda tensors: told.append("before"), lambda: [][0])
    x = torch.tensor(3.0, requires_grad=True)
    (x * x).backward()
    assert (told, x.grad) == (["before"], torch.tensor(6.0))


@pytest.mark.usefixtures("untouched")
def test_where_there_is_no_source_nothing_is_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(code: object) -> None:
        raise OSError

    monkeypatch.setattr(inspect, "getsourcelines", nothing)
    code = torch.autograd.backward.__code__
    observe(lambda tensors: None, lambda: None)
    assert torch.autograd.backward.__code__ is code


@pytest.mark.usefixtures("untouched")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_process_that_is_forked_observes_too() -> None:
    told: list[str] = []
    observe(lambda tensors: told.append("before"), lambda: None)
    if not (child := os.fork()):
        x = torch.tensor(3.0, requires_grad=True)
        (x * x).backward()
        os._exit(len(told))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


def test_torch_may_come_later() -> None:
    code = (
        "from deck_builder.worker.backward import observe; import sys; told = []\n"
        "observe(told.append, lambda: told.append('after')); assert 'torch' not in sys.modules\n"
        "import torch; x = torch.tensor(3.0, requires_grad=True); (x * x).backward(); print(len(told))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "2\n"
