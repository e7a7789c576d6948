"""The lectures in a browser, click by click and pass by pass: the numbers that show are those of a plain run."""

from __future__ import annotations

import random
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
import torch
from playwright.sync_api import Page

from deck_builder.load import deck_files, load_source
from deck_builder.parse import parse
from tests.client.conftest import LECTURE, ROOT, Opened
from tests.client.test_replay import numbers

PASSES = (0, 1, 3, 42, 99)
LOGGED = """\
    BEFORE = [p.item() for p in optimizer.param_groups[0]["params"]]
    optimizer.step()
    LOG.append((guess.tolist(), guess.grad.tolist(), loss.item(), [p.grad.item() for p in line.parameters()], BEFORE))
"""
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


@pytest.fixture(scope="module")
def log() -> list[Any]:
    """What each pass of the lecture's training computes, by a plain run that notes it."""
    mpl.use("agg")
    deck = parse(load_source(LECTURE), deck_files(LECTURE.parent))
    codes = [block.code for block in deck.blocks if block.options.run and not block.options.raises]
    codes[-1] = (
        codes[-1]
        .replace("    optimizer.step()\n", LOGGED)
        .replace("    loss.backward()\n", "    guess.retain_grad()\n    loss.backward()\n")
    )
    main = ModuleType("lecture")
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    main.LOG = []  # type: ignore[attr-defined]
    for code in codes:
        exec(code, vars(main))
    return list(main.LOG)


def rows(page: Page) -> dict[str, list[float]]:
    """The rows of the pane that shows: the numbers of each name."""
    found = page.evaluate(
        "[...document.querySelectorAll('.slide.current .pane:not(.away) tr:has(.held)')]"
        ".map((row) => [row.querySelector('th').textContent, row.querySelector('.held').textContent])"
    )
    return {name: [float(number) for number in NUMBER.findall(text)] for name, text in found}


def walk(page: Page, at: int) -> None:
    """Pull the scrubber to a pass."""
    page.evaluate(
        "(at) => { const slider = document.querySelector('.slide.current .pane:not(.away) .passes > input');"
        " slider.value = at; slider.dispatchEvent(new Event('input', { bubbles: true })); }",
        at,
    )


def test_the_training_of_the_lecture_shows_what_a_plain_run_computes(opened: Opened, log: list[Any]) -> None:
    page = opened(LECTURE, run=True, at="#/15")
    seen: dict[tuple[int, str], list[float]] = {}
    for _ in range(int(page.evaluate("document.querySelector('.slide.current').dataset.clicks"))):
        page.keyboard.press("ArrowRight")
        if page.locator(".slide.current .pane:not(.away) .passes").count():
            for at in PASSES:
                walk(page, at)
                seen |= {(at, name): numbers for name, numbers in rows(page).items()}
    for at in PASSES:
        guess, flowed, loss, gradients, before = log[at]
        after = log[at + 1][4] if at + 1 < len(log) else None
        expected = {
            "guess": [one for (one,) in guess],
            "∂loss/∂guess": [one for (one,) in flowed],
            "loss": [loss],
            "∂loss/∂weight": gradients[:1],
            "∂loss/∂bias": gradients[1:],
        }
        if after:
            expected |= {"weight": [before[0], after[0]], "bias": [before[1], after[1]]}
        for name, values in expected.items():
            assert seen[at, name] == pytest.approx(values, rel=6e-4), (at, name)


def _autograd(w: float, x: float, y: float) -> dict[str, float]:
    """The values and gradients of L = (w x - y)², as autograd has them."""
    leaves = [torch.tensor(one, requires_grad=True) for one in (w, x)]
    z = leaves[0] * leaves[1]
    r = z - y
    loss = r**2
    for one in (z, r):
        one.retain_grad()
    loss.backward()
    grads = {name: one.grad.item() for name, one in zip("wxzr", (*leaves, z, r), strict=True)}
    return {"z": z.item(), "r": r.item(), "L": loss.item()} | {f"d{name}": one for name, one in grads.items()}


def test_the_replays_of_back_propagation_show_what_autograd_computes(opened: Opened) -> None:
    page = opened(Path(ROOT / "slides" / "back-propagation" / "slides.md"), run=True, at="#/8")
    told: list[list[str]] = []
    for _ in range(int(page.evaluate("document.querySelector('.slide.current').dataset.clicks"))):
        page.keyboard.press("ArrowRight")
        told.append([text.replace("−", "-") for text in numbers(page)])
    found = _autograd(1.0, 2.0, 4.0)
    forward = [f"z = {found['z']:g}", f"r = {found['r']:g}"]
    assert [sum(text in now for text in forward) for now in told[-6:]] == [1, 2, 2, 2, 2, 2]
    assert [now.count(f"{found['L']:g}") for now in told[-6:]] == [1, 1, 2, 2, 2, 2]  # y, which is 4 too, and L
    assert told[-6].count("1") == 1  # of w; the gradient of L by itself comes later
    assert [f"{found['dw']:g}" in " ".join(now) for now in told[-6:]] == [False] * 5 + [True]
    assert f"{found['dz']:g} × 2 = {found['dw']:g}" in told[-1]
    assert [now.count(f"{found['dr']:g}") for now in told[-6:]] == [0, 0, 0, 1, 2, 3]  # of r, then z, then x

    page.goto(f"{page.url.partition('#')[0]}#/10?clicks=2")
    x, w = (torch.tensor(one, requires_grad=True) for one in (2.0, 3.0))
    (x * w).backward(gradient=torch.tensor(5.0))
    assert x.grad is not None
    assert w.grad is not None
    assert {f"5 × 3 = {x.grad.item():g}", f"5 × 2 = {w.grad.item():g}"} <= set(numbers(page))
