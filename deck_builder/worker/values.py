"""The value of a block's last expression -> an output message: its text, what a tensor is, the table it shows."""

from __future__ import annotations

import re
import sys
from typing import Any

from deck_builder.worker.protocol import MAX_FACT, MAX_HTML, Message, clip

_MAX_TEXT = 20_000
_MAX_GRADIENT = 80
_ADDRESS = re.compile(r"(?<= at 0x)[0-9a-fA-F]{6,}")


def value_message(value: object, lines: list[int]) -> Message:
    """The message for a value. Raises what its `__repr__` or `_repr_html_` raises: both are slide code's."""
    text = _ADDRESS.sub("…", str.__str__(repr(value)))  # where an object lies differs from run to run
    message: Message = {"type": "value", "text": clip(text, _MAX_TEXT), "lines": lines}
    if facts := _facts(value):
        message["facts"] = [clip(fact, MAX_FACT) for fact in facts]
    if html := _html(value):
        message["html"] = html
    return message


def _facts(value: Any) -> list[str]:
    """What a tensor or an array is, beside its numbers."""
    try:
        if _is_a(value, "torch", "Tensor"):
            return _tensor(value)
        if _is_a(value, "numpy", "ndarray"):
            return [_shape(value), str(value.dtype)]
    except Exception:  # slide code may derive from either, and break what it derives
        return []
    return []


def _is_a(value: object, module: str, name: str) -> bool:
    kind = getattr(sys.modules.get(module), name, None)  # what is not imported has made no value
    return isinstance(kind, type) and isinstance(value, kind)


def _tensor(value: Any) -> list[str]:
    facts = [_shape(value), str(value.dtype).removeprefix("torch.")]
    if value.device.type != "cpu":
        facts.append(str(value.device))
    if value.requires_grad:
        facts.append("requires_grad")
    if (value.is_leaf or value.retains_grad) and value.grad is not None:  # else to ask for it is warned of
        gradient = " ".join(str.__str__(repr(value.grad)).split())
        facts.append(f"grad {gradient if len(gradient) <= _MAX_GRADIENT else _shape(value.grad)}")
    return facts


def _shape(value: Any) -> str:
    return f"shape {tuple(value.shape)}"


def _html(value: Any) -> str:
    """What it says of itself as HTML, if that is not too much; of a class it would be its instances'."""
    show = getattr(type(value), "_repr_html_", None)
    if not callable(show):
        return ""
    html = show(value)
    return _ADDRESS.sub("…", str.__str__(html)) if isinstance(html, str) and len(html) <= MAX_HTML else ""
