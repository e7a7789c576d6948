"""What failed -> whose fault it is: what fails only because a block that it goes on from did is marked.

So is what fails for want of a name or a package that an earlier block told of: it is one fault, to be mended once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from deck_builder.execute.branches import chain, parents
from deck_builder.execute.expected import compare
from deck_builder.execute.hints import hint_for, missing_module, missing_name
from deck_builder.execute.names import ANY, bound_names
from deck_builder.execute.origin import place_in_words
from deck_builder.execute.raises import check_raises
from deck_builder.execute.requires import Missing, as_skipped
from deck_builder.execute.warned import without_warnings
from deck_builder.execute.written import fences, program
from deck_builder.model import BlockResult, CodeBlock, Deck, Error, Output


def judge(
    deck: Deck, blocks: Sequence[CodeBlock], results: Mapping[str, BlockResult], lacking: Missing
) -> dict[str, BlockResult]:
    """The results, with expected errors marked, causes and hints; a block without a result has not run.

    `lacking` are the blocks that were skipped.
    """
    judged: dict[str, BlockResult] = {}
    above = parents(blocks)
    below = fences(deck)
    by_id = {block.id: block for block in blocks}
    for block in blocks:
        before = [by_id[block_id] for block_id in chain(block.id, above)[:-1]]
        result = as_skipped(block, results.get(block.id) or _not_run(before, judged), lacking)
        if not result.skipped:
            result = without_warnings(block, check_raises(block, result))
            result = compare(block, result, below.get(block.id, ()))
        outputs = tuple(
            _judge_error(out, deck, before, block, judged) if isinstance(out, Error) and not out.expected else out
            for out in result.outputs
        )
        judged[block.id] = replace(result, outputs=outputs)
    return judged


def _not_run(before: Sequence[CodeBlock], judged: Mapping[str, BlockResult]) -> BlockResult:
    """The result of a block that no worker was left for; `before` are the blocks that it goes on from."""
    killers = [one.id for one in before if any(map(_is_killer, judged[one.id].outputs))]
    why = "not run: the session ended too often" if len(killers) > 1 else "not run: the session ended"
    return BlockResult((Error("NotRun", why, (), (), cause=killers[0] if killers else ""),))


def _is_killer(output: Output) -> bool:
    """Whether an output says that the worker ended; an exception of the same name has a traceback."""
    return isinstance(output, Error) and output.ename in ("Limit", "Timeout", "WorkerDied") and not output.traceback


def _judge_error(
    error: Error, deck: Deck, before: Sequence[CodeBlock], block: CodeBlock, judged: Mapping[str, BlockResult]
) -> Error:
    """The error with what is known of it; `before` are the blocks whose state its block went on from."""
    if error.cause:
        return error
    failed = {one.id for one in before if judged[one.id].error or judged[one.id].skipped}
    good = [one for one in before if one.id not in failed]
    name = missing_name(error)
    if name and not any(name in bound_names(program(one)) for one in good):
        for one in before:
            if one.id in failed and {name, ANY} & bound_names(program(one)).keys():
                fate = "was skipped" if judged[one.id].skipped else "failed"
                hint = error.hint or f"{place_in_words(one)}, which {fate}, would define `{name}`"
                return replace(error, cause=_root(one.id, judged), hint=hint)
    on_the_way = frozenset(one.id for one in before)
    hint = error.hint or hint_for(error, deck, block, good, on_the_way)
    return replace(error, hint=hint, cause=_told_before(error, before, judged))


def _told_before(error: Error, before: Sequence[CodeBlock], judged: Mapping[str, BlockResult]) -> str:
    """The first block that failed for want of the same name or package: what mends that one mends this."""
    lacking = _lacking(error)
    for one in before if lacking else ():
        told = judged[one.id].error
        if told and not told.cause and _lacking(told) == lacking:
            return one.id
    return ""


def _lacking(error: Error) -> tuple[str, str] | None:
    """The name or the package that was not there."""
    name, module = missing_name(error), missing_module(error)
    return (name, module) if name or module else None


def _root(block_id: str, judged: Mapping[str, BlockResult]) -> str:
    """The block at the beginning of a chain of failures."""
    error = judged[block_id].error
    return error.cause if error and error.cause else block_id
