"""What every test may use: the shared specifications, which CI must have, and the golden files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

SHARED = Path(__file__).resolve().parents[2] / "shared"
GOLDEN = Path(__file__).parent / "golden"


LONGEST = ("test_wheel.py", "test_attacks.py", "test_engine.py", "test_forgery.py", "test_fit.py", "test_animations.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: files run side by side, and none is to be left alone at the end."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the golden files; read the diff afterwards")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a file in tests/golden."""

    def compare(name: str, text: str) -> None:
        if request.config.getoption("--update"):
            (GOLDEN / name).write_text(text, encoding="utf-8")
        assert text == (GOLDEN / name).read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what decks' code did is kept for all processes of this run, so that each deck is run once."""
    own = tmp_path_factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "results"


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What starts browsers: a process has one, whatever its tests start with it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of specifications and source lectures beside the checkout."""
    if not SHARED.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{SHARED} is missing: CI must lay it beside the checkout")
        pytest.skip(f"needs the specifications in {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def lecture_000(shared: Path) -> Path:
    """The original Slidev deck, as it stands."""
    return next((shared / "lectures").glob("000_*.txt"))
