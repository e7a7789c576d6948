"""What a request brings along -> who it is from: tokens come in the address once, and are cookies from then on."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address
from threading import Lock

from deck_builder.serve.served import Role


class Rights:
    """The keys of one server. Who has none looks on."""

    def __init__(self, port: int, *, remote: bool = False) -> None:
        self.token = secrets.token_urlsafe(24)
        self.key = secrets.token_urlsafe(16) if remote else ""  # it is in a QR code: shorter is easier to scan
        self._once: set[str] = set()
        self._lock = Lock()
        # Cookies do not tell ports apart, so their names do.
        self._author, self._presenter = f"deck-author-{port}", f"deck-presenter-{port}"

    def once(self) -> str:
        """A token that lets its author in a single time: arguments of processes can be read by others."""
        with self._lock:
            self._once.add(token := secrets.token_urlsafe(24))
        return token

    def cookie(self, name: str, secret: str, peer: str) -> str | None:
        """The cookie for who came with `?token=` or `?key=`; None if that is none of ours, or not from here."""
        if name == "token" and is_loopback(peer) and (_same(secret, self.token) or self._is_once(secret)):
            return self._set(self._author, self.token)
        if name == "key" and self.key and _same(secret, self.key):
            return self._set(self._presenter, self.key)
        return None

    def role(self, cookies: Iterable[str], peer: str) -> Role:
        """Who that is, by the headers with cookies; an author only on this machine."""
        brought = [part.strip().partition("=") for header in cookies for part in header.split(";")]
        if is_loopback(peer) and any(name == self._author and _same(value, self.token) for name, _, value in brought):
            return "author"
        if self.key and any(name == self._presenter and _same(value, self.key) for name, _, value in brought):
            return "presenter"
        return "audience"

    def _is_once(self, secret: str) -> bool:
        with self._lock:
            found = [token for token in self._once if _same(secret, token)]
            self._once.difference_update(found)
        return bool(found)

    def _set(self, name: str, value: str) -> str:
        return f"{name}={value}; Path=/; HttpOnly; SameSite=Strict"


def is_loopback(peer: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _same(one: str, other: str) -> bool:
    """Compared in a time that tells nothing of how much of it is right."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())
