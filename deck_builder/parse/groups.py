"""`::code-group` … `::` -> `code_group_open` and `code_group_close` around its fences: one tab for each."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from deck_builder.parse.mdc_block import ALTERNATIVES, GROUPS, block_rule
from deck_builder.parse.report import Report

_CODE = ("fence", "magic")


def code_group_plugin(md: MarkdownIt) -> None:
    """Groups in decks that have not asked for MDC: the line can mean nothing else."""
    md.block.ruler.before("fence", "code_group", block_rule(GROUPS), ALTERNATIVES)


def report_groups(tokens: Sequence[Token], report: Report) -> None:
    """Tell of groups without code: they have no tab to show."""
    for opening, group in _groups(tokens):
        if not any(token.type in _CODE for token in group):
            hint = "put fences inside, each with a [title]"
            report.warn("D021", "there is no code in this code group", opening.meta["span"], hint)


def _groups(tokens: Sequence[Token]) -> list[tuple[Token, list[Token]]]:
    found: list[tuple[Token, list[Token]]] = []
    opened: list[list[Token]] = []
    for token in tokens:
        for inside in opened:
            inside.append(token)
        if token.type == "code_group_open":
            opened.append([])
            found.append((token, opened[-1]))
        elif token.type == "code_group_close":
            opened.pop()
    return found
