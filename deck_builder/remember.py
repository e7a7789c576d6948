"""What is slow to make and may be kept from one build to the next: whoever builds a deck brings the memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Remember: TypeAlias = Callable[[str, Callable[[], str]], str]
"""A key and how to make what it stands for -> that text, made now or before. The key says all that it hangs on."""


def make_anew(key: str, make: Callable[[], str]) -> str:
    """A memory that keeps nothing."""
    return make()
