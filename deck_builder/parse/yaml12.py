"""Text -> YAML node -> values, by the core schema of YAML 1.2: `yes`, `12:30` and dates stay text, `0o17` is 15.

PyYAML reads YAML 1.1; only its resolvers and constructors of scalars differ, so those are replaced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import yaml
from yaml.constructor import ConstructorError

_N = TypeVar("_N", int, float)

DEEPEST = 100
MOST = 10_000

_BASE: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STR, _INT, _FLOAT, _BOOL, _NULL = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null"))


class CoreLoader(_BASE):  # type: ignore[valid-type, misc]
    """A safe loader of YAML 1.2; the parser in C where PyYAML has it."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _pattern, _first in (
    (_NULL, r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    (_BOOL, r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    (_INT, r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (_FLOAT, r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
    (_FLOAT, r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", list("-+.")),
):
    CoreLoader.add_implicit_resolver(_tag, re.compile(f"(?:{_pattern})\\Z"), _first)


def _bool(loader: CoreLoader, node: yaml.ScalarNode) -> bool:
    return bool(loader.construct_scalar(node).lower() == "true")


def _int(loader: CoreLoader, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node)
    return _number(node, lambda: int(text, 0 if text[:2] in ("0o", "0x") else 10))


def _float(loader: CoreLoader, node: yaml.ScalarNode) -> float:
    text = loader.construct_scalar(node).lower()
    return _number(node, lambda: float(text.replace(".inf", "inf").replace(".nan", "nan")))


def _number(node: yaml.ScalarNode, read: Callable[[], _N]) -> _N:
    try:
        return read()
    except ValueError:
        raise ConstructorError(None, None, "this is no number, or too long a one", node.start_mark) from None


CoreLoader.yaml_constructors = {
    _NULL: _BASE.construct_yaml_null,
    _BOOL: _bool,
    _INT: _int,
    _FLOAT: _float,
    _STR: _BASE.construct_yaml_str,
    "tag:yaml.org,2002:seq": _BASE.construct_yaml_seq,
    "tag:yaml.org,2002:map": _BASE.construct_yaml_map,
    None: _BASE.construct_undefined,
}


class ExcessError(yaml.YAMLError):
    """A YAML text deeper than any deck needs, or one whose aliases stand for too much; `mark` is where."""

    def __init__(self, problem: str, mark: Any) -> None:
        super().__init__(problem)
        self.problem, self.mark = problem, mark


def compose(text: str) -> tuple[yaml.Node | None, Any]:
    """The node of a YAML text, for its marks, and its value. Keys are text, whatever they look like.

    Raises yaml.YAMLError, or UnicodeError for characters that no file holds.
    """
    _refuse_excess(text)
    loader = CoreLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, None
        for mapping in _mappings(node):
            for key, _ in mapping.value:
                if isinstance(key, yaml.ScalarNode):
                    key.tag = _STR
        return node, loader.construct_document(node)
    finally:
        loader.dispose()


def _refuse_excess(text: str) -> None:
    """Raise ExcessError before a node is made: composing recurses, in C without any limit, and aliases multiply."""
    loader = CoreLoader(text)
    total = 0
    sizes: dict[str | None, int] = {}
    opened: list[tuple[str | None, int]] = []
    try:
        while loader.check_event():
            event = loader.get_event()
            match event:
                case yaml.AliasEvent():
                    total += sizes.get(event.anchor, 1)
                    if total > MOST:
                        raise ExcessError(f"its aliases stand for more than {MOST} values", event.start_mark)
                case yaml.ScalarEvent():
                    total += 1
                    sizes[event.anchor] = 1
                case yaml.CollectionStartEvent():
                    opened.append((event.anchor, total))
                    total += 1
                    sizes[event.anchor] = MOST  # until it ends: what holds itself has no end
                    if len(opened) > DEEPEST:
                        raise ExcessError(f"it is nested more than {DEEPEST} levels deep", event.start_mark)
                case yaml.CollectionEndEvent():
                    anchor, before = opened.pop()
                    sizes[anchor] = total - before
    except yaml.MarkedYAMLError as error:
        if "nesting depth" not in (error.problem or ""):
            raise
        # libyaml 0.2.6 looks ahead over brackets, and has a limit of its own there: it may come first
        raise ExcessError(f"it is nested more than {DEEPEST} levels deep", error.problem_mark) from error
    finally:
        loader.dispose()


def repeated_keys(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Every key that its mapping holds already, at any depth."""
    for mapping in _mappings(node):
        seen: set[str] = set()
        for key, _ in mapping.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    yield key
                seen.add(key.value)


def _mappings(node: yaml.Node) -> Iterator[yaml.MappingNode]:
    """Every mapping in a node, once: an alias may lead back to it."""
    waiting, seen = [node], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or isinstance(node, yaml.ScalarNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield node
            waiting += [part for pair in reversed(node.value) for part in reversed(pair)]
        else:
            waiting += reversed(node.value)
