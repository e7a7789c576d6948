"""What is to be said without a deck -> small pages. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from html import escape
from typing import Final
from urllib.parse import quote

PLAIN_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_CSS: Final = """
:root { color-scheme: light dark; --ink: light-dark(#1c1c1e, #e6e6e8); --dim: light-dark(#6a6a70, #9a9aa2);
  --paper: light-dark(#fafafa, #17171a); --card: light-dark(#fff, #212126); --edge: light-dark(#dcdce0, #37373e);
  --accent: light-dark(#2f5fd0, #8fb0ff) }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1120px; padding: 40px 24px; color: var(--ink); background: var(--paper);
  font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif }
h1 { margin: 0 0 4px; font-size: 26px; line-height: 1.25 }
p { margin: 0 0 16px; color: var(--dim) }
a { color: var(--accent) }
"""


def page(title: str, body: str, css: str = "") -> str:
    """A page around HTML; the title is text."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_CSS}{css}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def refusal_page(what: str, why: str) -> str:
    """Why there is nothing to be seen."""
    return page(what, f"<h1>{escape(what)}</h1>\n<p>{escape(why)}</p>")


def missing_page(asked: str, names: Iterable[str]) -> str:
    """There is no such deck; perhaps another was meant."""
    near = get_close_matches(asked, list(names), n=3, cutoff=0.5) if len(asked) < 200 else []
    links = ", ".join(link(name, escape(name)) for name in near)
    meant = f"<p>Did you mean {links}?</p>\n" if near else ""
    return page("Not found", f'<h1>There is no such deck</h1>\n{meant}<p><a href="/">All that is served here</a></p>')


def link(name: str, html: str) -> str:
    """A link to a deck, by its name."""
    return f'<a href="{escape(address(name))}">{html}</a>'


def address(name: str) -> str:
    """Where a deck is served."""
    return f"/{quote(name, safe='')}/"
