"""Headmatter -> what holds for every block of the deck: `lineNumbers` and `python: {run, timeout}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from deck_builder.model import BlockOptions
from deck_builder.parse.frontmatter import FrontMatter
from deck_builder.parse.info import OPTIONS, did_you_mean
from deck_builder.parse.report import Report

_BLOCK_KEYS = ("run", "timeout", "show", "output", "max-lines", "fig", "frames")
_KEYS = (*_BLOCK_KEYS, "seed", "threads")  # the others are the worker's
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
        if key in _BLOCK_KEYS:
            options = _with(options, key, value, f"python.{key}", head, report)
        elif key == "prelude":
            hint = "put it into a block of the first slide: ```python {hide}"
            report.warn("D020", "the prelude of python is not run", head.spans["python.prelude"], hint)
        elif key not in (*_KEYS, *_RUNNER_KEYS, "alwaysReload"):
            report.warn("D011", f"unknown key {key} of python", head.spans[f"python.{key}"], did_you_mean(key, _KEYS))
    return options


def read_slide_defaults(head: FrontMatter, report: Report) -> Mapping[str, Any]:
    """The front matter that every slide has unless it says otherwise."""
    shared = head.values.get("defaults")
    if shared is not None and not isinstance(shared, dict):
        message = "defaults is not read: it is no mapping"
        report.warn("D011", message, head.spans["defaults"], "write the keys of a front matter below it, indented")
        return {}
    return shared or {}


def _with(options: BlockOptions, name: str, value: Any, key: str, head: FrontMatter, report: Report) -> BlockOptions:
    option = OPTIONS[name]
    try:
        changed: dict[str, Any] = {option.field: option.read(value)}
    except ValueError as error:
        hint = str(error) or f"it takes {option.allowed}"
        report.warn("D011", f"{key} can't be {value!r}", head.spans[key], hint)
        return options
    return replace(options, **changed)
