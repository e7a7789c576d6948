"""What failed -> whose fault it is: what fails only because an earlier block did is marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from deck_builder.execute.hints import hint_for, missing_name
from deck_builder.execute.names import ANY, bound_names
from deck_builder.execute.raises import check_raises
from deck_builder.model import BlockResult, CodeBlock, Deck, Error


def judge(deck: Deck, blocks: Sequence[CodeBlock], results: Mapping[str, BlockResult]) -> dict[str, BlockResult]:
    """The results, with expected errors marked, causes and hints; a block without a result has not run."""
    judged: dict[str, BlockResult] = {}
    for no, block in enumerate(blocks):
        result = results.get(block.id) or _not_run(blocks[:no], judged)
        result = check_raises(block, result)
        outputs = tuple(
            _judge_error(out, deck, blocks[:no], block, judged) if isinstance(out, Error) and not out.expected else out
            for out in result.outputs
        )
        judged[block.id] = replace(result, outputs=outputs)
    return judged


def _not_run(earlier: Sequence[CodeBlock], judged: Mapping[str, BlockResult]) -> BlockResult:
    """The result of a block after the one in which the worker died."""
    if not earlier:
        return BlockResult((Error("NotRun", "the worker did not start", (), ()),))
    cause = _root(earlier[-1].id, judged)
    return BlockResult((Error("NotRun", f"not run: the worker died in block {cause}", (), (), cause=cause),))


def _judge_error(
    error: Error, deck: Deck, earlier: Sequence[CodeBlock], block: CodeBlock, judged: Mapping[str, BlockResult]
) -> Error:
    if error.cause:
        return error
    failed = {one.id for one in earlier if judged[one.id].error}
    good = [one for one in earlier if one.id not in failed]
    name = missing_name(error)
    if name and not any(name in bound_names(one.code) for one in good):
        for one in earlier:
            if one.id in failed and {name, ANY} & bound_names(one.code).keys():
                root = _root(one.id, judged)
                return replace(
                    error, cause=root, hint=error.hint or f"block {one.id}, which failed, would define `{name}`"
                )
    return replace(error, hint=error.hint or hint_for(error, deck, block, good))


def _root(block_id: str, judged: Mapping[str, BlockResult]) -> str:
    """The block at the beginning of a chain of failures."""
    error = judged[block_id].error
    return error.cause if error and error.cause else block_id
