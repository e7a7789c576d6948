"""Problems -> workflow commands, which GitHub shows as annotations on the deck's own lines."""

from __future__ import annotations

from deck_builder.cli.judged import Finding, Judged
from deck_builder.cli.say import plain


def annotation(found: Finding, judged: Judged) -> str:
    """One workflow command, `::error file=…,line=…,col=…,title=…::…`.

    It stands on one line: GitHub would show a longer one below its last line, which may be far from the fault.
    """
    problem = found.problem
    properties = {"file": judged.path.as_posix()}
    if span := problem.span:
        line = str(span.start)
        properties = {"file": span.path.as_posix(), "line": line, "endLine": line, "col": str(span.column)}
    properties["title"] = " ".join(part for part in (problem.code, found.place) if part) or "unreadable deck"
    message = "\n".join(part for part in (problem.message, problem.origin, problem.hint) if part)
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{problem.severity} {written}::{_data(message)}"


def _data(text: str) -> str:
    return plain(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
