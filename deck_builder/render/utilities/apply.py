"""CSS with UnoCSS's directives -> CSS: `@apply mt-5 text-sm` is what these utilities declare. Pure."""

from __future__ import annotations

import re

from deck_builder.render.utilities import declaration, expanded

_DIRECTIVE = re.compile(r"(?:@apply\s+|--(?:uno|at-apply):\s*)([^;{}]+)")


def applied(css: str) -> str:
    """The CSS with its directives written out; what is no utility, or has a variant (`hover:`), is left as it is."""
    return _DIRECTIVE.sub(_declared, css)


def _declared(found: re.Match[str]) -> str:
    made, left = [], []
    for name in expanded(found[1]).split():
        css = "" if ":" in name else declaration(name)
        important = "!important" if "!" in name else ""
        made += [f"{one}{important}" for one in css.split(";") if one]
        left += [] if css else [name]
    return ";".join([*made, *([f"@apply {' '.join(left)}"] if left else [])])
