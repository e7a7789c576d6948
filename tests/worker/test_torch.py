"""The same numbers in every run, and torch as authors use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deck_builder.execute.running import worker_runner
from deck_builder.model import Output, Value, Warning
from tests.execute.decks import session
from tests.worker.conftest import RunCode, texts

BLOCKS = [
    "import random, sys\nprint(sorted({'torch', 'numpy', 'matplotlib'} & sys.modules.keys()))\nrandom.random()",
    "list({'a', 'b', 'c', 'd', 'e', 'f'})",
    "import torch, numpy\ntorch.rand(2)",
    "numpy.random.rand(2)",
    "torch.get_num_threads()",
    "x = 0\nloss = torch.nn.MSELoss(size_average=False)",
    "@torch.jit.script\ndef f(x: torch.Tensor):\n    return x + 1\nf(torch.zeros(1))",
    "w = torch.ones(1, requires_grad=True)\n(w * 3).backward()\nw.grad",
    "torch.cuda.is_available()",
]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[list[tuple[Output, ...]]]:
    """The outputs of all blocks, of two runs."""
    folder = tmp_path_factory.mktemp("deck")
    return [
        [result.outputs for _, result in worker_runner()(session(folder, *BLOCKS, timeout_s=120))] for _ in range(2)
    ]


def test_only_what_the_decks_code_imports_is_there_before_it_does(runs: list[list[tuple[Output, ...]]]) -> None:
    assert texts(runs[0][0]) == "['numpy', 'torch']\n"


def test_two_runs_give_the_same_numbers_and_the_same_order(runs: list[list[tuple[Output, ...]]]) -> None:
    assert runs[0] == runs[1]


def test_torch_works(runs: list[list[tuple[Output, ...]]]) -> None:
    values = [output.text for outputs in runs[0] for output in outputs if isinstance(output, Value)]
    assert values[-4:] == ["1", "tensor([1.])", "tensor([3.])", "False"]


def test_a_warning_from_within_torch_stands_at_the_decks_line(runs: list[list[tuple[Output, ...]]]) -> None:
    warnings = [output for output in runs[0][5] if isinstance(output, Warning)]
    assert [(warning.category, warning.lines) for warning in warnings] == [("UserWarning", (2,))]
    assert "size_average" in warnings[0].message


def test_another_seed_gives_other_numbers(tmp_path: Path, run_code: RunCode) -> None:
    from dataclasses import replace

    one = session(tmp_path, "import random\nrandom.random()")
    (_, first), (_, second) = (next(worker_runner()(replace(one, seed=seed))) for seed in (0, 1))
    assert first.outputs != second.outputs


def test_the_profiler_logs_no_times_of_its_own(run_code: RunCode) -> None:
    code = "import torch\nfrom torch.profiler import profile\nwith profile():\n    torch.ones(1).sum()"
    assert run_code(code) == [()]
