"""CodeBlock -> its panel: one element a line, coloured, numbered, with the steps that light it. Pure."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from deck_builder.model import CodeBlock, Step


def code_html(block: CodeBlock, *, label: str, failed: tuple[int, ...] = ()) -> str:
    """The `<figure class="block">` of a block, lit as at its first step; `failed` are the lines where it broke."""
    options = block.options
    numbered = " numbered" if options.lines else ""
    attributes = f'data-block="{block.id}" data-lang="{escape(block.lang)}"'
    if len(options.steps) > 1:
        attributes += f' data-steps="{steps_attribute(options.steps)}" data-click="{block.click}"'
    caption = f"<figcaption>{escape(options.title)}</figcaption>" if options.title else ""
    style = f' style="max-height:{escape(options.max_height)}"' if options.max_height else ""
    return (
        f'<figure class="block{numbered}" {attributes}>{caption}'
        f'<pre tabindex="0" aria-label="{escape(label)}"{style}><code>{lines_html(block, failed)}</code></pre></figure>'
    )


def steps_attribute(steps: tuple[Step, ...]) -> str:
    """Steps as the client reads them: `all|2,5|none`, displayed line numbers."""
    return "|".join("all" if step is None else ",".join(map(str, step)) or "none" for step in steps)


def lines_html(block: CodeBlock, failed: tuple[int, ...] = ()) -> str:
    """Each line of code in a span of its own."""
    rows = highlight(block.code, block.lang.lower())
    shown = len(block.code.rstrip().split("\n"))
    lit = _lit(block.options.steps[0], block) if block.options.steps else None
    out = []
    for at, row in enumerate(rows):
        no = at + block.options.start_line
        state = "" if lit is None else " lit" if no in lit else " dim"
        state += "" if at < shown else " trailing"
        state += " failed" if at + 1 in failed else ""
        out.append(f'<span class="line{state}" data-line="{no}">{row}\n</span>')
    return "".join(out)


def _lit(step: Step, block: CodeBlock) -> frozenset[int]:
    first = block.options.start_line
    return frozenset(range(first, first + block.code.count("\n") + 1) if step is None else step)


@lru_cache(maxsize=4096)
def highlight(code: str, lang: str) -> tuple[str, ...]:
    """The HTML of each line, coloured by pygments' short classes; plain where pygments does not know the language."""
    from pygments import highlight as colour
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(lang or "text", stripnl=False, ensurenl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name("text", stripnl=False, ensurenl=False)
    rows = colour(code, lexer, HtmlFormatter(nowrap=True)).split("\n")
    wanted = code.count("\n") + 1
    return tuple((rows + [""] * wanted)[:wanted])
