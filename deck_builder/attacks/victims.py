"""What slide code must not reach, in a throw-away place -> the names by which an attack's code calls it.

Nothing here is the user's own: keys hold a random word, listeners hear nobody else, and the process sleeps.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sysconfig
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Self

from deck_builder.execute.environment import matplotlib_cache

SITE: Final = Path(sysconfig.get_path("purelib"))
"""Where the Python that runs slides has its packages."""

_NAME: Final = re.compile(r"\$([A-Z_]+)")
_DECK: Final = "# A deck\n\n```python {run}\nprint('left alone')\n```\n"
_LONG_AGO_NS: Final = 1_500_000_000_000_000_000


class Victims:
    """A place with all that attacks are after. A context: at its end nothing of it is left.

    `names` are those that code may use, `tokens` words that nobody inside the wall can know, `mark` is what an attack
    names that which it makes, and `word` what it says when it has succeeded.
    """

    def __init__(self, place: Path, names: dict[str, str], tokens: set[str]) -> None:
        self.place = place
        self.deck = place / "talk" / "slides.md"
        self.mark = f"atk{secrets.token_hex(5)}"  # 15 characters is the most that the name of a process may have
        self.word = f"done-{secrets.token_hex(8)}"
        self.number = secrets.randbelow(1 << 30) + 1
        self.tokens = {secrets.token_hex(16), *tokens}
        self._token = min(self.tokens - tokens)
        self._names = names
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._lay()
            self._listen(stack)
            # not in a session of its own: those are a worker's, and an engine ends what a worker leaves behind
            self.process = stack.enter_context(subprocess.Popen(["sleep", "60"], stdin=subprocess.DEVNULL))
            stack.callback(self.process.kill)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()
        for path in self.planted:
            for one in path.parent.glob(f"{self.mark}*"):
                one.unlink()

    @property
    def planted(self) -> list[Path]:
        """Where code may plant a file that other programs load or find."""
        cache = matplotlib_cache()
        return [SITE / self.mark, Path("/dev/shm") / self.mark, *([cache / self.mark] if cache else [])]

    def fill_in(self, code: str) -> str:
        """An attack's code with the names of its targets. Raises `KeyError` on one that does not exist."""
        names = {
            **self._names,
            "HOME": str(self.place / "home"),
            "KEY_FILE": str(self._key),
            "OTHER_OUTPUT": str(self._other),
            "CACHE_ENTRY": str(self._entry),
            "DECK": str(self.deck),
            "FOLDER": str(self.deck.parent),
            "FONTS": str(matplotlib_cache() or self.place),
            "SITE": str(SITE),
            "PORT": str(self.tcp.getsockname()[1]),
            "UDP_PORT": str(self.udp.getsockname()[1]),
            "SOCKET": str(self.place / "s"),
            "ABSTRACT": self.mark,
            "VICTIM": str(self.process.pid),
            "MARK": self.mark,
            "WORD": self.word,
            "NUMBER": str(self.number),
        }
        return _NAME.sub(lambda found: names[found[1]], code)

    def _lay(self) -> None:
        """Lay out the files; every one that holds a secret has it in it, and a folder in its listing."""
        self._key = self.place / "home" / ".ssh" / "id_rsa"
        self._other = self.place / "other" / "build" / "other.html"
        self._entry = self.place / "home" / ".cache" / "deck-builder" / "entry.json"
        for path in (self._key, self._other, self._entry, self.deck):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{self._token}\n", encoding="ascii")
        (self.place / "home" / f"diary-{self._token}").touch()
        self.deck.write_text(_DECK, encoding="utf-8")
        when = _LONG_AGO_NS + secrets.randbelow(10**18)
        os.utime(self._key, ns=(when, when))
        self.tokens.add(str(when))

    def _listen(self, stack: ExitStack) -> None:
        """Listen wherever slide code may knock."""
        kinds = ((socket.AF_INET, socket.SOCK_STREAM), (socket.AF_INET, socket.SOCK_DGRAM))
        unix = (socket.AF_UNIX, socket.SOCK_STREAM)
        self.tcp, self.udp, self.path, self.abstract = (
            stack.enter_context(socket.socket(*kind)) for kind in (*kinds, unix, unix)
        )
        self.tcp.bind(("127.0.0.1", 0))
        self.udp.bind(("127.0.0.1", 0))
        self.path.bind(str(self.place / "s"))
        self.abstract.bind(f"\0{self.mark}")
        for one in (self.tcp, self.path, self.abstract):
            one.listen()
        for one in (self.tcp, self.udp, self.path, self.abstract):
            one.setblocking(False)
