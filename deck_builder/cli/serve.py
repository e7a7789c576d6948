"""deck serve: decks -> pages that follow what is written, until Ctrl-C."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

import click

from deck_builder.cli.building import memory
from deck_builder.cli.living import live
from deck_builder.cli.runners import Runners
from deck_builder.cli.settings import Settings, building_options, ready
from deck_builder.cli.signals import ended_by_signals
from deck_builder.cli.sources import deck_name, decks_named

PORT: Final = 3030
_TURN_S: Final = 0.0005
"""How long a thread computes before another may: what is ready to be sent does not wait for what is still made."""

EXAMPLES = """
\b
Examples:
  deck serve talk.md --open         in the browser, and follows every save
  deck serve                        every deck under ./slides, with a page that shows them all
  deck serve talk.md --remote       a phone drives the slides, other machines follow
  deck serve talk.md --no-run       the code as it is written, and nothing of it runs
"""


_MEND: Final = """\
import sys
from deck_builder.render.math import whole
sys.stdout.buffer.write(whole(sys.stdin.buffer.read()))
"""


@click.command(epilog=EXAMPLES)
@building_options
@click.option("--remote", is_flag=True, help="Let other machines follow, and drive if they have the key.")
@click.option("--open", "opens", is_flag=True, help="Open the browser.")
@click.option(
    "--host", metavar="ADDRESS", help="Listen at this address, too; else only this machine is let in, but for --remote."
)
@click.option(
    "--port", metavar="N", type=click.IntRange(0, 65535),
    help=f"Listen at this port; else at {PORT}, or the next that is free.",
)  # fmt: skip
def serve(
    sources: tuple[Path, ...], settings: Settings, port: int | None, host: str | None, opens: bool, remote: bool
) -> None:
    """Show decks in the browser as they are written: every save is on the screen at once.

    SOURCE is a deck or a folder of decks; without one, every deck under ./slides is served. The address
    that is printed has a token in it: who opens it on this machine can edit and run code on the slides, everybody
    else looks on. Nothing but this machine is let in without --remote or --host.

    Ctrl-C ends it (exit code 130); no process and no file is left behind.
    """
    paths = named_decks(decks_named(sources))
    from deck_builder.serve.arena import share_memory

    sys.setswitchinterval(_TURN_S)
    share_memory()
    ready(settings)
    from deck_builder.cli.addresses import hosts_for, listening, tell_addresses
    from deck_builder.serve.listen import host_names
    from deck_builder.serve.rights import Rights

    hosts = hosts_for(host, remote)
    sockets = listening(hosts, PORT if port is None else port, or_next=port is None)
    port = sockets[0].getsockname()[1]
    rights = Rights(port, remote=remote)
    from deck_builder.serve.app import Site
    from deck_builder.serve.server import Server

    with ExitStack() as stack:
        for each in sockets:
            stack.callback(each.close)
        runners = stack.enter_context(Runners(settings, resumes=True))
        decks = {name: stack.enter_context(live(path, name, runners)) for name, path in paths.items()}
        server = Server(Site(decks, host_names(hosts, port), rights, partial(math_font, settings)), sockets)
        with ended_by_signals(server.stop):
            server.run(lambda: tell_addresses(hosts, port, rights, list(decks), opens=opens))


def named_decks(paths: Iterable[Path]) -> dict[str, Path]:
    """Each deck by its part of the address; of those that are called the same, the later ones have a number."""
    found: dict[str, Path] = {}
    for path in paths:
        plain = deck_name(path).encode("utf-8", "replace").decode().strip(".") or "deck"
        name, no = plain, 1
        while name in found:
            name, no = f"{plain}-{no + 1}", no + 1
        found[name] = path
    return found


def math_font(settings: Settings) -> bytes:
    """The whole font of formulas: a page that is still written can need any of it. It takes a while, once."""
    from base64 import b64decode, b64encode
    from hashlib import sha256

    from deck_builder.load import load_theme

    font = load_theme("default", Path()).math_font
    kept = memory(settings)
    if kept is None:
        return _mended(font)
    text = kept.remember(f"whole font\0{sha256(font).hexdigest()}", lambda: b64encode(_mended(font)).decode())
    kept.save()
    return b64decode(text)


def _mended(font: bytes) -> bytes:
    """The font as `render.math.whole` makes it, by a process of its own: what that loads stays in memory."""
    program = [sys.executable, "-P", "-c", _MEND]  # -P: what lies in the folder of a deck is not imported
    made = subprocess.run(program, input=font, capture_output=True, check=False)
    return made.stdout if made.returncode == 0 else font
