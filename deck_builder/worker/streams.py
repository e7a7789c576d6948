"""`sys.stdout` and `sys.stderr` of slide code: what it writes -> the recorder, with the line that wrote it."""

from __future__ import annotations

import codecs
import io
from typing import Any

from deck_builder.worker.recorder import NAMES, Recorder


class SlideStream(io.TextIOBase):
    """A text stream that is no terminal. It can't be used up: closing it changes nothing."""

    def __init__(self, recorder: Recorder, fd: int) -> None:
        self._recorder = recorder
        self._fd = fd
        self.buffer = SlideBuffer(self)
        self.name = f"<{NAMES[fd]}>"
        self.mode = "w"

    def write(self, text: str, /) -> int:
        """Take `text`, at the line of the block that is running."""
        if type(text) is not str:
            if not isinstance(text, str):
                raise TypeError(f"write() argument must be str, not {type(text).__name__}")
            text = str.__str__(text)  # a subclass of it may say anything of itself
        self._recorder.write(self._fd, text)
        return len(text)

    def flush(self) -> None:
        """Send what is held on to the parent."""
        self._recorder.flush()

    def close(self) -> None:
        """Leave it open: the next block prints too."""

    def writable(self) -> bool:
        """It takes text."""
        return True

    def isatty(self) -> bool:
        """It is no terminal."""
        return False

    def fileno(self) -> int:
        """The descriptor that C code and child processes write to; that is captured as well."""
        return self._fd

    def reconfigure(self, **options: Any) -> None:
        """Accept what `io.TextIOWrapper` accepts; there is nothing to change."""

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has an attribute, CPython a property
        """The text's encoding, for code that asks."""
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        """What happens to text that can't be encoded."""
        return "replace"


class SlideBuffer(io.RawIOBase):
    """`sys.stdout.buffer`: bytes -> the text stream's text."""

    def __init__(self, stream: SlideStream) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, data: Any, /) -> int:
        """Take bytes, which need not end at a character's end."""
        view = memoryview(data)
        self._stream.write(self._decoder.decode(view.tobytes()))
        return view.nbytes

    def close(self) -> None:
        """Leave it open."""

    def writable(self) -> bool:
        """It takes bytes."""
        return True

    def fileno(self) -> int:
        """The text stream's descriptor."""
        return self._stream.fileno()
