"""Where decks are served -> sockets that listen there, and a few lines that say so: to people, and to programs."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Sequence
from io import StringIO
from socket import socket
from threading import Thread

import click

from deck_builder.cli.say import named, say
from deck_builder.serve.listen import ANYWHERE, LOOPBACK, PortError, bracketed, listen, own_addresses
from deck_builder.serve.pages import address
from deck_builder.serve.rights import Rights, is_loopback


def hosts_for(host: str | None, remote: bool) -> list[str]:
    """The addresses to listen at. The author's own machine is always among them."""
    if host is None:
        return [ANYWHERE[0] if remote else LOOPBACK]
    if host == ANYWHERE[0] or host == "localhost" or is_loopback(host):
        return [host]
    return [host, LOOPBACK]


def listening(hosts: Sequence[str], port: int, *, or_next: bool) -> list[socket]:
    """Sockets at these hosts; if the port is taken, at the next free one if that will do. Raises `UsageError`."""
    try:
        return listen(hosts, port, or_next=or_next)
    except PortError as err:
        raise click.UsageError(str(err)) from err


def tell_addresses(hosts: Sequence[str], port: int, rights: Rights, names: Sequence[str], *, opens: bool) -> None:
    """Print the addresses, and open the author's if that is wanted. A pipe gets the addresses alone."""
    here = LOOPBACK if hosts[-1] == ANYWHERE[0] else hosts[-1]
    own = f"http://{bracketed(here)}:{port}/"
    author = f"{own}?token={rights.token}"
    rows = [("you", author)] if is_shown() else [("", author)]
    if others := _reached_by_others(hosts):
        there = [f"http://{bracketed(each)}:{port}/" for each in others]
        if rights.key:
            view = f"{address(names[0])[1:]}?presenter&" if len(names) == 1 else "?"
            rows.append(("presenter", f"{there[0]}{view}key={rights.key}"))
        rows += [("audience", each) for each in there]
    if is_shown():
        _tell_people(rows, names)
    else:
        for what, where in rows:
            say(f"{what} {where}".strip())
    sys.stdout.flush()  # a program that reads this waits for it
    if opens:
        Thread(target=_open, args=(f"{own}?token={rights.once()}",), daemon=True).start()


def is_shown() -> bool:
    """Whether people read what is printed."""
    return sys.stdout.isatty()


def _reached_by_others(hosts: Sequence[str]) -> list[str]:
    if hosts[0] in ANYWHERE:
        return own_addresses(hosts[0])
    return [] if is_loopback(hosts[0]) or hosts[0] == "localhost" else [hosts[0]]


def _tell_people(rows: Sequence[tuple[str, str]], names: Sequence[str]) -> None:
    decks = ", ".join(map(named, names[:8])) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    say(f"\n  {click.style('decks', dim=True):<18}  {decks}")
    for what, where in rows:
        say(f"  {click.style(what, dim=True):<18}  {click.style(where, bold=what == 'you')}")
    for what, where in rows:
        if what == "presenter":
            say(f"\n{qr_code(where)}")
    say(click.style("\n  Ctrl-C ends.\n", dim=True))


def qr_code(text: str) -> str:
    """A code to scan, in half blocks: dark on light, whatever the terminal's own colours are."""
    import segno

    segno.make(text, error="l", micro=False).terminal(drawn := StringIO(), border=2, compact=True)
    return "\n".join("  " + click.style(row, fg="bright_white", bg="black") for row in drawn.getvalue().splitlines())


def _open(url: str) -> None:
    """Open the browser, if there is one with windows: one in the terminal would take it from us."""
    try:
        browser = webbrowser.get()
        if type(browser) is webbrowser.GenericBrowser and not os.environ.get("BROWSER"):
            raise webbrowser.Error
        if not browser.open(url):
            raise webbrowser.Error
    except (webbrowser.Error, OSError):
        say("no browser could be opened: open the address yourself", err=True)
