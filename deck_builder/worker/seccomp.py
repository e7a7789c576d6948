"""Rules on system calls -> a program that the kernel runs at each of them (seccomp's BPF)."""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping, Sequence
from typing import Any

_LOAD, _AND, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_X32 = 0x40000000  # the same calls under other numbers: past every rule


def compiled(rules: Mapping[str, Any]) -> bytes:
    """A filter as the kernel takes it: instructions of eight bytes.

    `calls` are lists: a call's number, the error that it fails with, and, if that hangs on one, the position of an
    argument, "one of", "none of" or "any bit", and numbers ("self" for this process); or "bits", and two numbers: a
    mask, and what it is to leave of the argument. The first that fits counts.
    """
    code = [_word(_LOAD, _ARCHITECTURE), _jump(_EQUAL, rules["architecture"], 1, 0), _word(_RETURN, _KILL)]
    code.append(_word(_LOAD, _NUMBER))
    if rules["x32"]:
        code += [_jump(_AT_LEAST, _X32, 0, 1), _word(_RETURN, _KILL)]
    for number, error, *condition in rules["calls"]:
        body = _body(error, *condition)
        code += [_jump(_EQUAL, number, 0, len(body)), *body]
    return b"".join([*code, _word(_RETURN, _ALLOW)])


def _body(error: int, argument: int = 0, how: str = "", values: Sequence[int | str] = ()) -> list[bytes]:
    """What happens at a call of the right number; at its end the number is at hand again for the next rule."""
    fail = [_word(_RETURN, _FAIL | error)]
    if not how:
        return fail
    if how == "bits":
        mask, left = map(int, values)
        tests = [_word(_AND, mask), _jump(_EQUAL, left, 0, 1)]
        return [_word(_LOAD, _ARGUMENTS + 8 * argument), *tests, *fail, _word(_LOAD, _NUMBER)]
    numbers = [os.getpid() if value == "self" else int(value) for value in values]
    test = _ANY_BIT if how == "any bit" else _EQUAL
    hit, miss = (0, 1) if how != "none of" else (1, 0)  # how far it is from the last test to the failure
    last = len(numbers) - 1
    tests = [_jump(test, value, last - at + hit, 0 if at < last else miss) for at, value in enumerate(numbers)]
    return [_word(_LOAD, _ARGUMENTS + 8 * argument), *tests, *fail, _word(_LOAD, _NUMBER)]


def _word(code: int, value: int) -> bytes:
    return struct.pack("=HBBI", code, 0, 0, value & 0xFFFFFFFF)


def _jump(code: int, value: int, hit: int, miss: int) -> bytes:
    return struct.pack("=HBBI", code, hit, miss, value & 0xFFFFFFFF)
