"""An exception about a name that is not there -> the one that is there and nearly so called, "" if there is none."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

_MOST = 5000
_LONGEST = 100
_CLOSE = 0.75
_IMPORT = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")

_name: Callable[[Any], Any] = AttributeError.__dict__["name"].__get__
_object: Callable[[Any], Any] = AttributeError.__dict__["obj"].__get__


def near(exc: BaseException, said: str) -> str:
    """The attribute or the part of a module that is perhaps meant: `ones` for `torch.one`. Raises anything."""
    found = _IMPORT.match(said)
    if issubclass(type(exc), ImportError) and found:
        name, owner = found[1], sys.modules.get(found[2])
    elif issubclass(type(exc), AttributeError):
        name, owner = _name(exc), _object(exc)
    else:
        return ""
    if type(name) is not str or len(name) > _LONGEST or owner is None:
        return ""
    known = [one for one in dir(owner)[:_MOST] if type(one) is str and len(one) <= _LONGEST]
    public = [one for one in known if name.startswith("_") or not one.startswith("_")]
    by_case = [one for one in public if one.lower() == name.lower()]
    return next(iter(by_case or get_close_matches(name, public, 1, _CLOSE)), "")
