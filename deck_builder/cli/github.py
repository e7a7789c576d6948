"""Problems -> workflow commands, which GitHub shows as annotations on the deck's own lines."""

from __future__ import annotations

from deck_builder.cli.report import place, plain
from deck_builder.model import Deck, Problem


def annotation(problem: Problem, deck: Deck | None) -> str:
    """One workflow command, `::error file=…,line=…,col=…,title=…::…`."""
    title = " ".join(part for part in (problem.code, place(problem, deck)) if part) or "unreadable deck"
    properties = {"title": title}
    if span := problem.span:
        where = {"file": span.path.as_posix(), "line": span.start, "endLine": span.end, "col": span.column}
        properties = {name: str(value) for name, value in where.items()} | properties
    message = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{problem.severity} {written}::{_data(message)}"


def _data(text: str) -> str:
    return plain(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
