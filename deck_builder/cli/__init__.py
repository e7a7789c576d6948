"""The command line. Only this folder prints; what a command needs is imported when it runs."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from errno import EAGAIN, EDQUOT, EMFILE, ENFILE, ENOMEM, ENOSPC
from io import StringIO

import click

from deck_builder import __version__
from deck_builder.cli.build import build
from deck_builder.cli.check import check
from deck_builder.cli.clean import clean
from deck_builder.cli.doctor import doctor
from deck_builder.cli.inspect import inspect
from deck_builder.cli.new import new
from deck_builder.cli.say import leave, open_streams, plain, say
from deck_builder.cli.serve import serve
from deck_builder.cli.signals import Stopped, heed_signals
from deck_builder.cli.why import why
from deck_builder.errors import DeckError, SandboxError

EXAMPLES = """
\b
Examples:
  deck new my-talk                     a small deck to start from
  deck build my-talk/slides.md         build/my-talk.html, one file to double-click
  deck build                           every deck under ./slides
  deck serve my-talk --open            in the browser, and follows every save
  deck check --format github           for a build server: annotations, exit code
  deck doctor                          whether this machine has all that decks need
  deck why my-talk                     which blocks the next build will run, and why

\b
Exit codes:
  0    good
  1    slide code failed, or a check did; the pages are written
  2    usage: an unknown option or theme, two pages of one name, an output that can't be written
  3    a deck can't be read; what was built from it before is left as it is
  4    the sandbox that was asked for can't be had
  70   an error of deck itself (DECK_DEBUG=1 shows where)
  71   this machine has too little of something: disk, memory, processes, open files
  130  stopped by Ctrl-C; 129 and 143: by a closed terminal, by a build server
"""


_DISK = ("the disk is full", "make room, or let TMPDIR and XDG_CACHE_HOME name folders that have some")
_FILES = ("too many files are open", "run fewer decks side by side (-j 1), or allow more: ulimit -n 1024")
_MEMORY = ("there is not enough memory", "run fewer decks side by side (-j 1), or end other programs")
_PROCESSES = ("no more processes can be started", "end other programs, or allow more: ulimit -u")
_SHORT = {ENOSPC: _DISK, EDQUOT: _DISK, EMFILE: _FILES, ENFILE: _FILES, ENOMEM: _MEMORY, EAGAIN: _PROCESSES}


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def deck(context: click.Context) -> None:
    """Slidev-style presentations in Markdown whose Python code slides run."""
    if os.environ.get("NO_COLOR"):
        context.color = False


deck.add_command(build)
deck.add_command(check)
deck.add_command(clean)
deck.add_command(doctor)
deck.add_command(inspect)
deck.add_command(new)
deck.add_command(serve)
deck.add_command(why)


def main() -> None:
    """Run the command line and leave."""
    gc.set_threshold(20_000, 20, 50)  # a build makes much that lives to its end: to look for waste finds none
    open_streams()
    heed_signals()
    leave(run(sys.argv[1:]))


def run(args: Sequence[str]) -> int:
    """Run one command, in words for whatever goes wrong; gives the exit code."""
    try:
        code = deck.main(list(args), prog_name="deck", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.ClickException as err:
        err.show(text := StringIO())
        say(plain(text.getvalue()).rstrip(), err=True)
        return err.exit_code
    except DeckError as err:
        say(plain(f"{f'{err.span}: ' if err.span else ''}{err.message}\n  hint: {err.hint}"), err=True)
        return 4 if isinstance(err, SandboxError) else 3
    except Stopped as stop:
        say("\nstopped" if sys.stderr.isatty() else "stopped", err=True)
        return stop.status
    except (OSError, MemoryError) as err:
        number = err.errno if isinstance(err, OSError) else ENOMEM
        if number not in _SHORT:
            return _failed(err)
        say("{}\n  hint: {}".format(*_SHORT[number]), err=True)
        return 71
    except Exception as err:
        return _failed(err)


def _failed(err: Exception) -> int:
    """Say that it is a fault of deck's own; gives the exit code."""
    if os.environ.get("DECK_DEBUG"):
        import traceback

        say(plain(traceback.format_exc()), err=True)
    say(plain(f"deck failed, and this is not your deck's fault: {type(err).__name__}: {err}"), err=True)
    say("  please report it with what DECK_DEBUG=1 shows", err=True)
    return 70
