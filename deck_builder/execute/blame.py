"""What failed -> whose fault it is: what fails only because an earlier block did is marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from deck_builder.execute.hints import hint_for, missing_name
from deck_builder.execute.names import ANY, bound_names
from deck_builder.execute.raises import check_raises
from deck_builder.model import BlockResult, CodeBlock, Deck, Error, Output


def judge(deck: Deck, blocks: Sequence[CodeBlock], results: Mapping[str, BlockResult]) -> dict[str, BlockResult]:
    """The results, with expected errors marked, causes and hints; a block without a result has not run."""
    judged: dict[str, BlockResult] = {}
    for no, block in enumerate(blocks):
        result = results.get(block.id) or _not_run(judged)
        result = check_raises(block, result)
        outputs = tuple(
            _judge_error(out, deck, blocks[:no], block, judged) if isinstance(out, Error) and not out.expected else out
            for out in result.outputs
        )
        judged[block.id] = replace(result, outputs=outputs)
    return judged


def _not_run(judged: Mapping[str, BlockResult]) -> BlockResult:
    """The result of a block that no worker was left for."""
    killers = [block_id for block_id, result in judged.items() if any(map(_is_killer, result.outputs))]
    why = "not run: the session ended too often" if len(killers) > 1 else "not run: the session ended"
    return BlockResult((Error("NotRun", why, (), (), cause=killers[0] if killers else ""),))


def _is_killer(output: Output) -> bool:
    """Whether an output says that the worker ended; an exception of the same name has a traceback."""
    return isinstance(output, Error) and output.ename in ("Timeout", "WorkerDied") and not output.traceback


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
