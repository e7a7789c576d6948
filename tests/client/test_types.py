"""The client's types: JSDoc, checked by TypeScript."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deck_builder.render.page import MODULES

TOP = re.compile(r"^(?:export )?(?:const|let|class|function) (\w+)", re.M)
CLIENT = Path(__file__).resolve().parents[2] / "deck_builder" / "client"


def test_every_module_of_the_client_is_in_the_page_after_those_it_imports() -> None:
    assert sorted(MODULES) == sorted(path.stem for path in CLIENT.glob("*.js"))
    for at, name in enumerate(MODULES):
        imports = (line for line in (CLIENT / f"{name}.js").read_text().splitlines() if line.startswith("import "))
        for line in imports:
            assert line.split('"')[1].removeprefix("./").removesuffix(".js") in MODULES[:at]


def test_no_two_modules_give_a_thing_the_same_name() -> None:
    """In the page all are one module."""
    names = [name for path in CLIENT.glob("*.js") for name in TOP.findall(path.read_text())]
    assert len(names) > len(MODULES)
    assert sorted(names) == sorted(set(names))


def test_the_client_is_well_typed() -> None:
    npx = shutil.which("npx")
    if npx is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have npx (Debian's npm)")
        pytest.skip("needs npx to fetch TypeScript")
    check = [npx, "--yes", "--package", "typescript@5.9.3", "tsc", "--project", str(CLIENT / "jsconfig.json")]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
