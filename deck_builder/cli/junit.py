"""Judged decks -> JUnit XML: a suite per deck, a case per block that ran and per problem that no block has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from deck_builder.cli.judged import Judged
from deck_builder.cli.report import frame, where
from deck_builder.cli.say import plain
from deck_builder.model import Problem


def junit(judged: Iterable[Judged]) -> str:
    """The report that build servers read."""
    suites = ET.Element("testsuites")
    suites.extend(_suite(deck) for deck in judged)
    for name in ("tests", "failures", "errors"):
        suites.set(name, str(sum(int(suite.get(name, 0)) for suite in suites)))
    ET.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suites, "unicode")


def _suite(judged: Judged) -> ET.Element:
    suite = ET.Element("testsuite", name=judged.name)
    failed = [found for found in judged.findings if found.problem.severity == "error"]
    suite.extend(_block_cases(judged, [found.problem for found in failed]))
    ran = {run.block for run in judged.runs}
    for found in failed:
        if (problem := found.problem).block not in ran:
            case = _case(judged, " ".join((found.place or "reading", problem.code)).strip())
            _locate(case, problem)
            case.append(_failure("failure" if judged.is_readable else "error", judged, [problem]))
            suite.append(case)
    warnings = [_said(problem, judged) for problem in judged.problems if problem.severity == "warning"]
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
    suite.set("time", f"{judged.seconds:.3f}")
    if warnings:
        ET.SubElement(suite, "system-out").text = _clean("\n".join(warnings))
    return suite


def _block_cases(judged: Judged, failed: Sequence[Problem]) -> Iterable[ET.Element]:
    for run in judged.runs:
        case = _case(judged, f"slide {run.slide} block {run.block}")
        case.attrib |= {"file": run.path.as_posix(), "line": str(run.line)}
        case.set("time", f"{run.seconds:.3f}")
        if run.skipped:
            ET.SubElement(case, "skipped", message=f"needs {' and '.join(run.skipped)}")
        if own := [found for found in failed if found.block == run.block]:
            _locate(case, own[0])
            case.append(_failure("failure", judged, own))
        yield case


def _case(judged: Judged, name: str) -> ET.Element:
    return ET.Element("testcase", classname=judged.name, name=name)


def _locate(case: ET.Element, problem: Problem) -> None:
    if problem.span:
        case.attrib |= {"file": problem.span.path.as_posix(), "line": str(problem.span.start)}


def _failure(tag: str, judged: Judged, problems: Sequence[Problem]) -> ET.Element:
    """What went wrong with a case; a consequence says of which block."""
    first = problems[0]
    message = f"{first.hint}: {first.message}" if first.code == "D002" else first.message
    failure = ET.Element(
        tag, type=first.code or ("refused" if judged.refused else "unreadable"), message=_clean(message)
    )
    texts = []
    for found in problems:
        shown = frame(found.span, judged.lines(found.span.path)) if found.span else ""
        texts.append("\n".join(part for part in (_said(found, judged), shown, found.hint) if part))
    failure.text = _clean("\n\n".join(texts))
    return failure


def _said(problem: Problem, judged: Judged) -> str:
    """Where and what, and where that began."""
    message = f"{problem.message}\n    {problem.origin}" if problem.origin else problem.message
    return ": ".join(part for part in (where(problem, judged.path), message) if part)


def _clean(text: str) -> str:
    """Text that XML 1.0 can hold."""
    return plain(text).translate({0xFFFE: None, 0xFFFF: None})
