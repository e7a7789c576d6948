"""Names of tags, as HTML and Slidev have them: what the parser and the renderer both go by."""

from __future__ import annotations

import re

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
"""HTML's elements without an end tag."""


def kebab(name: str) -> str:
    """A component's name as HTML would write it: `VClicks` is `v-clicks`, `AutoFitText` is `auto-fit-text`."""
    return re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower() if name[:1].isupper() else name
