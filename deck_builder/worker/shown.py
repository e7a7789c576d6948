"""A tensor -> a short text and its few numbers, as plain data."""

from __future__ import annotations

import math
from typing import Any, Final

FEW: Final = 16
"""The most numbers that go along with a text."""

_SPELT_OUT: Final = 6
_DEEPEST: Final = 2
_WORDS: Final = {math.inf: "inf", -math.inf: "-inf"}


def shown(tensor: Any) -> list[Any] | None:
    """A `Shown` as plain data: of a scalar or a small tensor its numbers, else its shape."""
    if tensor is None:
        return None
    count = tensor.numel()
    values = tensor.detach().tolist() if count <= FEW and tensor.dim() <= _DEEPEST else None
    if values is None or tensor.is_complex():
        return [_shape(tensor), None]
    text = _text(values) if count <= _SPELT_OUT else _shape(tensor)
    return [text, _plain(values)]


def number(value: float | int | bool) -> str:
    """A number in four digits."""
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) < 10**6):
        return str(value)
    return f"{value:.4g}"


def _shape(tensor: Any) -> str:
    return "×".join(map(str, tensor.shape)) or "1"


def _text(values: Any) -> str:
    return f"[{', '.join(map(_text, values))}]" if isinstance(values, list) else number(values)


def _plain(values: Any) -> Any:
    """Numbers as JSON has them, and words for those that it has not."""
    if isinstance(values, list):
        return [_plain(one) for one in values]
    if isinstance(values, float) and not math.isfinite(values):
        return _WORDS.get(values, "nan")
    return values
