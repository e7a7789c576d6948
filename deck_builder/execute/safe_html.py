"""HTML that an object says of itself -> HTML that may stand on a page: tables and plain words, or nothing.

Only what this module returns is a `SafeHtml`; mypy sees to it that nothing else becomes a `Value`'s markup.
"""

from __future__ import annotations

import re
from typing import Final

from deck_builder.execute.nesting import nodes
from deck_builder.model import SafeHtml
from deck_builder.steering import CONTROL
from deck_builder.worker.protocol import MAX_HTML

_TABLE: Final = ("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")
_WORDS: Final = ("b", "i", "em", "strong", "small", "code", "sub", "sup", "br", "p", "span", "div", "ul", "ol", "li")
_SPANS: Final = {"colspan", "rowspan"}
# where one of these carries the meaning, what is left without it would be a heap of words: the text says it better
_MORE = re.compile(
    r"<(?:svg|math|img|picture|canvas|video|audio|iframe|object|embed|form|input|button|select|textarea|details|pre)\b",
    re.IGNORECASE,
)


def safe_html(html: str) -> SafeHtml:
    """What of it a page may show; "" where that is nothing, needs more than tables and words, or has tags amiss."""
    if not html.strip() or _MORE.search(html) or nodes(html) is None:
        return SafeHtml("")
    import nh3  # only a deck that shows a table pays for it

    clean = nh3.clean(
        html,
        tags={*_TABLE, *_WORDS},
        clean_content_tags={"script", "style", "title", "template", "noscript"},
        attributes={"*": {"style"}, "th": _SPANS | {"style", "scope"}, "td": _SPANS | {"style"}},
        filter_style_properties={"text-align"},
        url_schemes=set(),
        link_rel=None,
        strip_comments=True,
    )
    clean = CONTROL.sub("", clean).strip()  # not whole codes: what stands within one may be a tag
    return SafeHtml(clean if len(clean) <= MAX_HTML else "")
