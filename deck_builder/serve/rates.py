"""How much one may ask for -> whether it is too much: of a socket, of an address, of all together."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from time import monotonic
from typing import Final

from deck_builder.serve.served import Role

REQUESTS: Final = (200.0, 600.0)
"""Requests of one address, in a second and at once: a lecture hall behind one router reloads its page together."""
MESSAGES: Final[dict[Role, tuple[float, float]]] = {
    "author": (60.0, 200.0),
    "presenter": (60.0, 200.0),
    "audience": (1.0, 20.0),
}
SOCKETS: Final = 500
LOOKING_ON: Final = 480
"""Of all sockets, so many are for the audience: whoever presents always finds one."""
OF_ONE_PEER: Final = 250

_PEERS: Final = 1024


class Bucket:
    """Holds up to `burst` tokens, of which `rate` come back in a second."""

    def __init__(self, rate: float, burst: float, now: Callable[[], float] = monotonic) -> None:
        self._rate, self._burst, self._now = rate, burst, now
        self._left, self._at = burst, now()

    def take(self) -> bool:
        """Take one token; False if there is none."""
        now = self._now()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Peers:
    """A bucket for each address that was heard of lately."""

    def __init__(self, rate: float, burst: float, now: Callable[[], float] = monotonic) -> None:
        self._rate, self._burst, self._now = rate, burst, now
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, peer: str) -> bool:
        """Take one of an address's tokens; False if it has none."""
        of = network(peer)
        bucket = self._buckets.get(of)
        if bucket is None:
            bucket = self._buckets[of] = Bucket(self._rate, self._burst, self._now)
            if len(self._buckets) > _PEERS:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(of)
        return bucket.take()


class Room:
    """How many sockets are open, and of whom."""

    def __init__(self) -> None:
        self._all = 0
        self._looking_on: Counter[str] = Counter()

    @contextmanager
    def place(self, role: Role, peer: str) -> Iterator[bool]:
        """Whether there is room for one more; it is taken as long as the context lasts."""
        of, looks_on = network(peer), role == "audience"
        full = self._looking_on.total() >= LOOKING_ON or self._looking_on[of] >= OF_ONE_PEER
        if self._all >= SOCKETS or (looks_on and full):
            yield False
            return
        self._all += 1
        self._looking_on[of] += looks_on
        try:
            yield True
        finally:
            self._all -= 1
            self._looking_on[of] -= looks_on
            if not self._looking_on[of]:
                del self._looking_on[of]


def network(peer: str) -> str:
    """An address; of IPv6 the part that is given to one customer: who has one such, has 2^64 addresses."""
    try:
        address = ip_address(peer)
    except ValueError:
        return peer
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return address.exploded[:19]
    return peer
