"""What Slidev's own parser makes of hazardous inputs, and where we make something else of them, with the reason."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.parse.reading import FIXTURES, Read, errors, read_slides


def expected(slide: dict[str, Any]) -> Read:
    """A slide of the case file as we tell it: no title is "", no level is that of a title in front matter."""
    title = slide.get("title") or ""
    level = slide.get("level") or (1 if title else 0)
    return Read(slide["fm"], slide["content"], slide.get("note") or "", title, level, slide["start"], slide["end"])


def told_apart(case: dict[str, Any], deviation: dict[str, Any] | None) -> str:
    """How what we read differs from what is expected; "" if it does not."""
    found = [error.removeprefix("error ").partition(" | ")[0] for error in errors(case["input"])]
    wanted = (deviation or {}).get("errors", [])
    if found or wanted:
        return "" if found == wanted else f"errors {found}, not {wanted}"
    read = [replace(slide, infos=()) for slide in read_slides(case["input"])]
    slides = [expected(slide) for slide in (deviation or case)["slides"]]
    return "" if read == slides else f"{read}, not {slides}"


def test_every_edge_case_is_as_in_slidev_or_a_listed_deviation(shared: Path) -> None:
    cases = json.loads((shared / "spec" / "slidev-edge-cases.json").read_text(encoding="utf-8"))
    deviations = json.loads((FIXTURES / "deviations.json").read_text(encoding="utf-8"))
    assert len(cases) == 45
    assert not deviations.keys() - cases.keys(), "a deviation from no case"
    differing = {name: told_apart(case, deviations.get(name)) for name, case in cases.items()}
    assert not {name: how for name, how in differing.items() if how}


def test_every_deviation_differs_from_slidev_and_says_why(shared: Path) -> None:
    cases = json.loads((shared / "spec" / "slidev-edge-cases.json").read_text(encoding="utf-8"))
    deviations = json.loads((FIXTURES / "deviations.json").read_text(encoding="utf-8"))
    assert all(deviation["reason"] for deviation in deviations.values())
    assert [name for name in deviations if not told_apart(cases[name], None)] == []
