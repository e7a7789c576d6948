"""Hosts and a port -> sockets that listen there, all on one port, and the addresses by which they are reached."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Final

LOOPBACK: Final = "127.0.0.1"
ANYWHERE: Final = ("0.0.0.0", "::")
_FURTHER: Final = 20
_LISTENS: Final = "0A"


class PortError(Exception):
    """A port that can't be had, and why in words."""


def listen(hosts: Sequence[str], port: int, *, or_next: bool = False) -> list[socket.socket]:
    """Listen at every host; with `or_next`, at a port that follows if this one is taken. Raises `PortError`."""
    for tried in range(port, min(port + _FURTHER, 65535) + 1 if or_next and port else port + 1):
        try:
            return _listen(hosts, tried)
        except OSError as err:
            if err.errno != errno.EADDRINUSE:
                raise PortError(_why(err, hosts, tried)) from err
    found = holder(port)
    by = f" by {found}" if found else ""
    further = (
        f", and so are the {_FURTHER} after it" if or_next else ": without --port it would be the next that is free"
    )
    raise PortError(f"port {port} is taken{by}{further}")


def _listen(hosts: Sequence[str], port: int) -> list[socket.socket]:
    listening: list[socket.socket] = []
    try:
        for host in hosts:
            (family, kind, proto, _, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            one = socket.socket(family, kind, proto)
            listening.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # its last server may have ended just now
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # it is told who asks as it is
            one.bind(address)
            one.listen(1024)
            one.setblocking(False)
            port = port or one.getsockname()[1]
    except BaseException:
        for one in listening:
            one.close()
        raise
    return listening


def _why(err: OSError, hosts: Sequence[str], port: int) -> str:
    if isinstance(err, socket.gaierror):
        return f"there is no host {' or '.join(hosts)}"
    if err.errno == errno.EADDRNOTAVAIL:
        return f"{' or '.join(hosts)} is no address of this machine"
    if err.errno == errno.EACCES:
        return f"port {port} is not for everybody: take one from 1024 on"
    return f"port {port} can't be had: {err.strerror}"


def own_addresses(anywhere: str) -> list[str]:
    """The addresses by which others reach who listens at `anywhere` here, the likeliest first. Nothing is sent."""
    family, somewhere = (socket.AF_INET6, "2001:db8::1") if ":" in anywhere else (socket.AF_INET, "192.0.2.1")
    found: list[str] = []
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((somewhere, 9))
        found.append(probe.getsockname()[0])
    with suppress(OSError):
        found += [
            str(entry[4][0]).partition("%")[0] for entry in socket.getaddrinfo(socket.gethostname(), None, family)
        ]
    return [
        each for each in dict.fromkeys(found) if not (ip_address(each).is_loopback or ip_address(each).is_link_local)
    ]


def host_names(hosts: Sequence[str], port: int) -> frozenset[str]:
    """What a request's Host may say, with the port; a number by which we were reached is seen to by the guard."""
    names = {LOOPBACK, "localhost", *(bracketed(host.lower()) for host in hosts if host not in ANYWHERE)}
    return frozenset(name if port == 80 else f"{name}:{port}" for name in names)


def bracketed(host: str) -> str:
    """A host as an address of a page has it."""
    return f"[{host}]" if ":" in host else host


def holder(port: int) -> str:
    """Which process listens at a port, if the system tells us: `python3 (process 4711)`."""
    sockets = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError, ValueError, IndexError):
            for row in Path(table).read_text().splitlines()[1:]:
                fields = row.split()
                if fields[3] == _LISTENS and int(fields[1].rpartition(":")[2], 16) == port:
                    sockets.add(f"socket:[{fields[9]}]")
    for process in Path("/proc").glob("[0-9]*") if sockets else ():
        with suppress(OSError):  # it is another user's, or has ended
            if any(str(held.readlink()) in sockets for held in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return ""
