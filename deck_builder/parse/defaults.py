"""Headmatter -> what holds for every block of the deck: `lineNumbers` and `python: {run, timeout, warnings …}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from deck_builder.keys.python import WORKER_KEYS
from deck_builder.model import BlockOptions
from deck_builder.parse.frontmatter import FrontMatter
from deck_builder.parse.info import OPTIONS, did_you_mean
from deck_builder.parse.report import Report

BLOCK_KEYS = ("run", "timeout", "cache", "warnings", "requires", "show", "output", "max-lines", "fig", "frames")
_KEYS = (*BLOCK_KEYS, *WORKER_KEYS)
_SESSIONS = (
    "seed",
    "threads",
    "data",
    "sandbox",
)  # a deck without sense in these does not run: execute/session.py says so
_RUNNER_KEYS = ("installs", "loadPackagesFromImports", "loadPyodideOptions", "suppressDeprecationWarnings")
"""How slidev-addon-python-runner sets up a browser's Python; ours has what is installed."""


def read_defaults(head: FrontMatter, report: Report) -> BlockOptions:
    """The options of a block that says nothing of its own."""
    options = BlockOptions(run=True)
    if "lineNumbers" in head.values:
        options = _with(options, "lines", head.values["lineNumbers"], "lineNumbers", head, report)
    python = head.values.get("python")
    if python is not None and not isinstance(python, dict):
        report.warn("D011", "python is not read: it is no mapping", head.spans["python"], "write python: {run: false}")
        return options
    for key, value in (python or {}).items():
        if key in BLOCK_KEYS:
            options = _with(options, key, value, f"python.{key}", head, report)
        elif key == "prelude":
            hint = "put it into a file beside the deck, and name that: setup: prelude.py"
            report.warn("D020", "the prelude of python is not run", head.place("python.prelude"), hint)
        elif key in WORKER_KEYS and key not in _SESSIONS:
            _report_value(key, value, head, report)
        elif key not in (*_KEYS, *_RUNNER_KEYS, "alwaysReload"):
            report.warn("D011", f"unknown key {key} of python", head.place(f"python.{key}"), did_you_mean(key, _KEYS))
    return options


def read_slide_defaults(head: FrontMatter, report: Report) -> Mapping[str, Any]:
    """The front matter that every slide has unless it says otherwise."""
    shared = head.values.get("defaults")
    if shared is not None and not isinstance(shared, dict):
        message = "defaults is not read: it is no mapping"
        report.warn("D011", message, head.spans["defaults"], "write the keys of a front matter below it, indented")
        return {}
    return shared or {}


def _report_value(name: str, value: Any, head: FrontMatter, report: Report) -> None:
    key = WORKER_KEYS[name]
    try:
        key.read(value)
    except ValueError as error:
        hint = str(error) or f"it takes {key.takes}"
        report.warn("D011", f"python.{name} can't be {value!r}", head.place(f"python.{name}"), hint)


def _with(options: BlockOptions, name: str, value: Any, key: str, head: FrontMatter, report: Report) -> BlockOptions:
    option = OPTIONS[name]
    try:
        changed: dict[str, Any] = {option.field: option.read(value)}
    except ValueError as error:
        hint = str(error) or f"it takes {option.allowed}"
        report.warn("D011", f"{key} can't be {value!r}", head.place(key), hint)
        return options
    return replace(options, **changed)
