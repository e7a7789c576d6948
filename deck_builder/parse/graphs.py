"""`<Autograd of="loss" block="train"/>` -> the block that it means is asked for that graph. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from markdown_it.token import Token

from deck_builder.model import CodeBlock, Slide
from deck_builder.parse.info import did_you_mean
from deck_builder.parse.report import Report
from deck_builder.tags import kebab

_PROPS = ("of", "block", "at")
_OF_HTML = ("class", "style", "id")


def with_graphs(slides: Sequence[Slide], report: Report) -> list[Slide]:
    """The slides with blocks that know which graphs are asked for elsewhere; tokens know their block."""
    above: list[CodeBlock] = []
    asked: dict[str, list[str]] = {}
    everywhere = [block for slide in slides for block in slide.blocks]
    for slide in slides:
        own = {block.id: block for block in slide.blocks}
        for token in _flat(slide.tokens):
            above += [own[name] for name in (token.meta.get("block"), *token.meta.get("versions", ())) if name in own]
            if kebab(token.tag) != "autograd" or token.nesting < 0:
                continue
            if block := _meant(token, above, everywhere, report):
                token.meta["autograd"] = block.id
                asked.setdefault(block.id, []).append(_prop(token, "of"))
    return [_asked(slide, asked) for slide in slides] if asked else list(slides)


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or ())


def _prop(token: Token, name: str) -> str:
    return str(token.attrs.get(name) or token.attrs.get(f":{name}") or "").strip().strip("'`")


def _meant(
    token: Token, above: Sequence[CodeBlock], everywhere: Sequence[CodeBlock], report: Report
) -> CodeBlock | None:
    """The block that a tag means; None, and a problem, where there is none."""
    span = token.meta.get("span") or report.span((token.map or [0])[0] + 1)
    for name in token.attrs:
        plain = name.lstrip(":")
        if plain not in (*_PROPS, *_OF_HTML) and not plain.startswith(("v-", "data-", "aria-", "@", "#")):
            report.warn("D011", f"<{token.tag}> has no option {plain}", span, did_you_mean(plain, _PROPS))
    if not _prop(token, "of"):
        report.error("D031", f"<{token.tag}> does not say of which tensor", span, 'name it: of="loss"')
        return None
    name = _prop(token, "block")
    running = [block for block in (everywhere if name else above) if block.options.run]
    if not name:
        if running:
            return running[-1]
        report.error("D031", f"no block runs above this <{token.tag}>", span, 'name one by its id: block="train"')
        return None
    if found := next((block for block in running if name in (block.options.id, block.id)), None):
        return found
    if still := next((block for block in everywhere if name in (block.options.id, block.id)), None):
        report.error("D031", f"block {still.id} does not run", span, "take run: false from it")
        return None
    known = [block.options.id for block in running if block.options.id]
    hint = did_you_mean(name, known) if known else f"give it to the block: {{id: '{name}'}}"
    report.error("D031", f"no block has the id {name}", span, hint)
    return None


def _asked(slide: Slide, asked: dict[str, list[str]]) -> Slide:
    blocks = tuple(_with(block, asked.get(block.id, [])) for block in slide.blocks)
    return slide if blocks == slide.blocks else replace(slide, blocks=blocks)


def _with(block: CodeBlock, names: Sequence[str]) -> CodeBlock:
    new = tuple(dict.fromkeys(name for name in names if name not in block.options.graph))
    if not new:
        return block
    return replace(block, options=replace(block.options, graph=(*block.options.graph, *new)), elsewhere=new)
