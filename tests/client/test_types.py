"""The client's types: JSDoc, checked by TypeScript."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deck_builder.render.page import MODULES

CLIENT = Path(__file__).resolve().parents[2] / "deck_builder" / "client"


def test_every_module_of_the_client_is_in_the_page_after_those_it_imports() -> None:
    assert sorted(MODULES) == sorted(path.stem for path in CLIENT.glob("*.js"))
    for at, name in enumerate(MODULES):
        imports = (line for line in (CLIENT / f"{name}.js").read_text().splitlines() if line.startswith("import "))
        for line in imports:
            assert line.split('"')[1].removeprefix("./").removesuffix(".js") in MODULES[:at]


def test_the_client_is_well_typed() -> None:
    npx = shutil.which("npx")
    if npx is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have npx (Debian's npm)")
        pytest.skip("needs npx to fetch TypeScript")
    check = [npx, "--yes", "--package", "typescript@5.9.3", "tsc", "--project", str(CLIENT / "jsconfig.json")]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
