"""A quotation that begins with `[!NOTE]` -> one with a class and a title, as GitHub has alerts.

What follows on that line is the title, as in Slidev.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

KINDS = ("note", "tip", "important", "warning", "caution")

_MARK = re.compile(rf"\[!({'|'.join(KINDS)})\][ \t]*([^\n]*?)[ \t]*(?:\n|$)", re.I)


def alert_plugin(md: MarkdownIt) -> None:
    """The marker goes before inline text is read, so that it is never taken for a link."""
    md.core.ruler.before("inline", "alerts", _alerts)


def _alerts(state: StateCore) -> None:
    for quote, paragraph, text in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        found = _MARK.match(text.content)
        if quote.type != "blockquote_open" or paragraph.type != "paragraph_open" or not found:
            continue
        kind = found[1].lower()
        quote.attrSet("class", f"alert alert-{kind}")
        quote.meta["alert"] = kind
        # Its line stays as a break, so that the lines of the text are still counted right.
        ending = "<br>\n" if found[0].endswith("\n") else ""
        title = found[2] or kind.capitalize()
        text.content = f"<strong>{title}</strong>{ending}{text.content[found.end() :]}"
