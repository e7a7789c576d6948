"""A tensor -> a short text and its few numbers, as plain data."""

from __future__ import annotations

from typing import Any, Final

from deck_builder.worker.captured import SMALL, sent

_SPELT_OUT: Final = 6
_DEEPEST: Final = 2


def shown(tensor: Any) -> list[Any] | None:
    """A `Shown` as plain data: of a scalar or a small tensor its numbers, else its shape."""
    if tensor is None:
        return None
    count = tensor.numel()
    values = tensor.detach().tolist() if count <= SMALL and tensor.dim() <= _DEEPEST else None
    if values is None or tensor.is_complex():
        return [_shape(tensor), None]
    text = _text(values) if count <= _SPELT_OUT else _shape(tensor)
    return [text, sent(values)]


def number(value: float | int | bool) -> str:
    """A number in four digits."""
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) < 10**6):
        return str(value)
    return f"{value:.4g}"


def _shape(tensor: Any) -> str:
    return "×".join(map(str, tensor.shape)) or "1"


def _text(values: Any) -> str:
    return f"[{', '.join(map(_text, values))}]" if isinstance(values, list) else number(values)
