"""What a build found and what that hangs on <-> JSON. Pure."""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from deck_builder.cli.judged import Finding, Run
from deck_builder.disk import Note
from deck_builder.errors import Span
from deck_builder.execute.proof import Proof


@dataclass(frozen=True, slots=True)
class Record:
    """What was found of a deck, and by which program; `page` is the page's hash, `files` the deck's own.

    It hangs on the answers of the disk, and on the proofs of the code's results.
    """

    program: str
    notes: tuple[Note, ...]
    proofs: tuple[Proof, ...]
    page: str
    files: tuple[Path, ...]
    slides: int
    runs: tuple[Run, ...]
    findings: tuple[Finding, ...]


def to_json(record: Record) -> str:
    """On one line."""
    data = {
        "program": record.program,
        "notes": record.notes,
        "proofs": [astuple(proof) for proof in record.proofs],
        "page": record.page,
        "files": list(map(str, record.files)),
        "slides": record.slides,
        "runs": [astuple(run) for run in record.runs],
        "findings": [astuple(finding) for finding in record.findings],
    }
    return json.dumps(data, separators=(",", ":"), default=str)


def from_json(text: str, program: str) -> Record | None:
    """A record of this program's; None for another's, of which nobody knows what it means."""
    data = json.loads(text)
    if data["program"] != program:
        return None
    return Record(
        program,
        tuple(_note(*note) for note in data["notes"]),
        tuple(Proof(*proof) for proof in data["proofs"]),
        data["page"],
        tuple(map(Path, data["files"])),
        data["slides"],
        tuple(_run(*run) for run in data["runs"]),
        tuple(_finding(*finding) for finding in data["findings"]),
    )


def _note(question: str, path: str, answer: str, status: list[int] | None) -> Note:
    return Note(question, path, answer, tuple(status) if status else None)


def _run(block: str, slide: int, path: str, line: int, seconds: float, cached: bool, ran: bool, skipped: Any) -> Run:
    return Run(block, slide, Path(path), line, seconds, cached, ran, tuple(skipped))


def _finding(problem: list[Any], place: str) -> Finding:
    from deck_builder.model import Problem  # a deck without problems does without it

    code, message, span, *rest = problem
    return Finding(Problem(code, message, span and Span(Path(span[0]), *span[1:]), *rest), place)
