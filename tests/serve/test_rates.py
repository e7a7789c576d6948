"""How much is too much: by a clock that stands still unless it is moved."""

from __future__ import annotations

from contextlib import ExitStack

from deck_builder.serve.rates import LOOKING_ON, OF_ONE_PEER, SOCKETS, Bucket, Peers, Room


class Clock:
    """A clock."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_fills_again_and_never_runs_over() -> None:
    bucket = Bucket(2.0, 3.0, clock := Clock())
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    clock.now += 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    clock.now += 1000
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def test_an_address_has_a_bucket_of_its_own_and_a_network_shares_one() -> None:
    peers = Peers(1.0, 1.0, Clock())
    assert peers.take("192.0.2.1")
    assert not peers.take("192.0.2.1")
    assert peers.take("192.0.2.2")
    assert peers.take("2001:db8:0:1::1")
    assert not peers.take("2001:db8:0:1:ffff::2")
    assert peers.take("2001:db8:0:2::1")


def test_the_memory_for_addresses_is_bounded() -> None:
    peers = Peers(1.0, 1.0, Clock())
    for no in range(5000):
        peers.take(f"10.0.{no // 256}.{no % 256}")
    assert len(peers._buckets) <= 1024


def test_who_presents_always_finds_room() -> None:
    room = Room()
    with ExitStack() as stack:
        for no in range(LOOKING_ON):
            assert stack.enter_context(room.place("audience", f"192.0.2.{no % 8}"))
        assert not stack.enter_context(room.place("audience", "192.0.2.99"))
        for _ in range(SOCKETS - LOOKING_ON):
            assert stack.enter_context(room.place("presenter", "192.0.2.1"))
        assert not stack.enter_context(room.place("author", "127.0.0.1"))
    with room.place("audience", "192.0.2.99") as has_room:
        assert has_room, "all who left made room"


def test_one_address_does_not_take_all() -> None:
    room = Room()
    with ExitStack() as stack:
        taken = [stack.enter_context(room.place("audience", "192.0.2.1")) for _ in range(OF_ONE_PEER + 10)]
        assert sum(taken) == OF_ONE_PEER
        assert stack.enter_context(room.place("audience", "192.0.2.2"))
