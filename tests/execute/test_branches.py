"""What a block's state goes on from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deck_builder.execute.branches import chain, parents, sessions
from deck_builder.model import BlockOptions, CodeBlock
from tests.execute.decks import deck_of

NOT_RUN = BlockOptions()


def block(id: str = "", from_: str = "", *, run: bool = True) -> tuple[str, BlockOptions]:
    return "pass", BlockOptions(run=run, id=id, from_=from_)


def blocks(*given: tuple[str, BlockOptions]) -> tuple[CodeBlock, ...]:
    return deck_of(*given).blocks


def test_without_a_from_blocks_follow_one_another() -> None:
    assert parents(blocks(block(), block(run=False), block())) == {"1.1": None, "3.1": "1.1"}


def test_two_columns_go_on_from_one_block_and_the_next_from_the_second() -> None:
    found = parents(blocks(block("setup"), block(from_="setup"), block(from_="setup"), block()))
    assert found == {"1.1": None, "2.1": "1.1", "3.1": "1.1", "4.1": "3.1"}
    assert chain("4.1", found) == ("1.1", "3.1", "4.1")
    assert sessions(found) == (("1.1", "2.1", "3.1", "4.1"),)


def test_start_begins_a_session_and_a_branch_leads_back_to_the_other() -> None:
    found = parents(blocks(block("a"), block("b", "start"), block(), block(from_="a"), block(from_="b")))
    assert found == {"1.1": None, "2.1": None, "3.1": "2.1", "4.1": "1.1", "5.1": "2.1"}
    assert chain("5.1", found) == ("2.1", "5.1")
    assert sessions(found) == (("1.1", "4.1"), ("2.1", "3.1", "5.1"))


def test_of_a_slide_that_is_taken_in_twice_the_nearer_one_is_meant() -> None:
    found = parents(blocks(block("a"), block(), block("a"), block(), block(from_="a")))
    assert found["5.1"] == "3.1"


def test_a_block_that_does_not_run_can_not_be_gone_on_from() -> None:
    assert parents(blocks(block(), block("a", run=False), block(from_="a"))) == {"1.1": None, "3.1": "1.1"}


NAMES = st.sampled_from(["", "a", "b", "c", "start"])


@given(st.lists(st.builds(block, NAMES, NAMES, run=st.booleans()), max_size=12))
def test_every_chain_leads_upwards_to_a_beginning_in_its_own_session(given: list[tuple[str, BlockOptions]]) -> None:
    written = blocks(*given)
    found = parents(written)
    assert list(found) == [one.id for one in written if one.options.run]
    order = {block_id: at for at, block_id in enumerate(found)}
    for group in sessions(found):
        for block_id in group:
            way = chain(block_id, found)
            assert way[0] == group[0]
            assert found[way[0]] is None
            assert [order[one] for one in way] == sorted(order[one] for one in way)
            assert set(way) <= set(group)
