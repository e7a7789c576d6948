"""Calls -> what they give, several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import BoundedSemaphore, Thread
from typing import TypeVar

_T = TypeVar("_T")


def side_by_side(calls: Sequence[Callable[[], _T]], jobs: int) -> Iterator[_T]:
    """What the calls give, in their order; up to `jobs` of them run at once. Raises what they raise."""
    if jobs == 1 or len(calls) == 1:
        yield from (call() for call in calls)
        return
    from concurrent.futures import Future  # slow to load, and one deck does without

    slots = BoundedSemaphore(jobs)
    answers: list[Future[_T]] = [Future() for _ in calls]

    def work(call: Callable[[], _T], answer: Future[_T]) -> None:
        with slots:
            try:
                answer.set_result(call())
            except BaseException as err:  # carried over to where the answer is asked for
                answer.set_exception(err)

    for call, answer in zip(calls, answers, strict=True):
        Thread(target=work, args=(call, answer), daemon=True).start()  # who is interrupted does not wait for them
    yield from (answer.result() for answer in answers)
