"""CodeBlock -> its panel: one element a line, coloured, numbered, with the steps that light it. Pure."""

from __future__ import annotations

from html import escape

from deck_builder.model import CodeBlock, Step
from deck_builder.remember import Remember, make_anew
from deck_builder.render.colour import coloured
from deck_builder.render.sweeps import swept_rows
from deck_builder.sweep import replaced


def code_html(
    block: CodeBlock,
    *,
    label: str,
    failed: tuple[int, ...] = (),
    keys: tuple[str, ...] = (),
    remember: Remember = make_anew,
    moves: bool = False,
) -> str:
    """The `<figure class="block">` of a block, lit as at its first step; `failed` are the lines where it broke.

    `keys` tell the lines of one version of a code from those of the others. One that `moves` has in it all values of
    its sweep.
    """
    options = block.options
    state = " numbered" if options.lines else ""
    state += " stepped" if options.steps and options.steps[0] is not None else ""
    attributes = f'data-block="{block.id}" data-lang="{escape(block.lang)}"'
    if len(options.steps) > 1 or (options.output == "step" and options.steps):
        attributes += f' data-steps="{steps_attribute(options.steps, options.veiled)}" data-click="{block.click}"'
        attributes += f' data-finally="{steps_attribute(options.finally_)}"' if options.finally_ else ""
    caption = f"<figcaption>{escape(options.title)}</figcaption>" if options.title else ""
    style = f' style="--most:{escape(options.max_height)}"' if options.max_height else ""  # the fit may ask for less
    lines = lines_html(block, failed, keys, remember, moves=moves)
    return (
        f'<figure class="block{state}" {attributes}>{caption}'
        f'<pre tabindex="0" aria-label="{escape(label)}"{style}><code>{lines}</code></pre></figure>'
    )


def editable(figure: str, block: CodeBlock) -> str:
    """A block's figure that has its code as it is written, for who edits it on the slide."""
    return figure.replace("<figure ", f'<figure data-edit data-code="{escape(block.code)}" ', 1)


def steps_attribute(steps: tuple[Step, ...], veiled: tuple[int, ...] = ()) -> str:
    """Steps as the client reads them: `all|2,5|none`, displayed line numbers; a `!` before one that hides the block."""
    words = ("all" if step is None else ",".join(map(str, step)) or "none" for step in steps)
    return "|".join("!" * (at in veiled) + word for at, word in enumerate(words))


def lines_html(
    block: CodeBlock,
    failed: tuple[int, ...] = (),
    keys: tuple[str, ...] = (),
    remember: Remember = make_anew,
    *,
    moves: bool = False,
) -> str:
    """Each line of code in a span of its own."""
    rows = _moving(block, remember) if moves else coloured(block.code, block.lang, remember)
    shown = len(block.code.rstrip().split("\n"))
    lit = _lit(block.options.steps[0], block) if block.options.steps else None
    out = []
    for at, row in enumerate(rows):
        no = at + block.options.start_line
        state = "" if lit is None else " lit" if no in lit else " dim"
        state += "" if at < shown else " trailing"
        state += " failed" if at + 1 in failed else ""
        key = f' data-key="{keys[at]}"' if keys else ""
        out.append(f'<span class="line{state}" data-line="{no}"{key}>{row}\n</span>')
    return "".join(out)


def _moving(block: CodeBlock, remember: Remember) -> tuple[str, ...]:
    """The lines with every value of the block's sweep in its place."""
    sweep = block.options.sweep
    assert sweep, "it moves"
    codes = [replaced(block.code, sweep, at) for at in range(len(sweep.values))]
    return tuple(swept_rows(block, sweep, [coloured(code, block.lang, remember) for code in codes]))


def _lit(step: Step, block: CodeBlock) -> frozenset[int]:
    first = block.options.start_line
    return frozenset(range(first, first + block.code.count("\n") + 1) if step is None else step)
