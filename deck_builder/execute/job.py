"""Session and blocks -> the messages that tell a worker what to run, and in what surroundings."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from deck_builder.execute.environment import PACKAGE, font_folders, own_environment
from deck_builder.execute.sandbox import Tier
from deck_builder.execute.sandbox.places import Places
from deck_builder.execute.session import Session, file_of, line_count
from deck_builder.execute.written import marks, program
from deck_builder.model import CodeBlock
from deck_builder.worker.protocol import Message

LIBRARIES: Final = frozenset(
    """IPython PIL cv2 datasets einops joblib jax keras lightning matplotlib networkx numba numpy pandas plotly polars
    pytorch_lightning scipy seaborn skimage sklearn statsmodels sympy tensorflow torch torchaudio torchmetrics
    torchtext torchvision tqdm transformers xgboost""".split()  # noqa: SIM905 (a list of words)
)
"""What may be imported before a slide does: libraries that print nothing and do nothing when they come."""

USUAL: Final = ("torch", "matplotlib.pyplot")
"""What a process that serves has at hand, whatever a deck imports."""

_PARTS: Final[Mapping[str, tuple[str, ...]]] = {"matplotlib": ("pyplot", "animation")}
"""Parts of libraries that are imported as `from library import part`, and are modules of their own."""

_OPTIMIZES: Final = re.compile(r"\boptim\b").search
"""Tells code that makes an optimizer: torch's first one imports 800 modules more."""

_IMPORT: Final = re.compile(
    r"^[ \t]*(?:import[ \t]+([\w., \t]+)|from[ \t]+([\w.]+)[ \t]+import[ \t]+(.*))", re.MULTILINE
)


def job(session: Session, root: Path, cache: Path, tier: Tier) -> Message:
    """A session's part: all that holds before its first block. `root` is the scratch folder."""
    read = (session.folder.resolve(), *session.data, cache, PACKAGE / "worker", *font_folders())
    written = {str(file_of(session, block.path)) for block in session.blocks if block.origin is None}
    files = {str(file_of(session, block.path)) for block in session.blocks}
    return {
        "path": str(file_of(session, session.path)),
        "folder": str(session.folder.resolve()),
        "files": sorted(files),
        "written": sorted(written),
        "ignored": [str(root), str(cache)],
        "data": list(map(str, session.data)),
        "seed": session.seed,
        "threads": session.threads,
        "device": session.device,
        "work": str(root / "work"),
        "environment": own_environment(session, root),
        "wall": tier.wall(Places(read, root, gpu=session.device == "cuda")),
        "visible": os.environ.get("CUDA_VISIBLE_DEVICES") if session.device == "cuda" else "",
    }


def block_message(session: Session, block: CodeBlock) -> Message:
    """A block with its lines in its file, and the options that the worker heeds."""
    numbers = [block.line(no) for no in range(1, line_count(block) + 1)]
    written = dict(zip(numbers, program(block).split("\n"), strict=False))  # what is left is blank
    whole = range(numbers[0], numbers[-1] + 1)
    return {
        "id": block.id,
        "path": str(file_of(session, block.path)),
        "line": numbers[0],
        # the marks of regions are left out of a snippet: blank lines keep what follows them in its place
        "code": "\n".join(written.get(line, "") for line in whole),
        "skipped": [line for line in whole if line not in written],
        **marks(block),
        "drawing": drawing(block),
        "recording": recording(block),
        "options": {"seed": block.options.seed, "threads": block.options.threads or session.threads},
    }


def drawing(block: CodeBlock) -> Message:
    """How a block's figures are drawn."""
    fig = block.options.fig
    size = {"width": fig.width, "height": fig.height, "pixels": fig.format == "png"}
    return {**size, "frames": block.options.frames}


def recording(block: CodeBlock) -> Message:
    """What is recorded of a block: its lit lines, from 1, where those are not all, how it trains, and graphs."""
    options = block.options
    steps = [step for step in (*options.steps, *options.finally_) if step is not None]
    lines = sorted({no - options.start_line + 1 for step in steps for no in step})
    return {
        "lines": lines if options.trace in ("all", "values") else [],
        "trains": options.trace in ("all", "grads"),
        "graphs": list(options.graph),
    }


def modules(folder: Path, codes: Sequence[str]) -> tuple[str, ...]:
    """The libraries that codes import, but those of whose name the deck's folder has a module itself."""
    found = dict.fromkeys(name for code in codes for name in _imported(code))
    if "torch" in found and any(map(_OPTIMIZES, codes)):
        found["torch._dynamo"] = None
    return tuple(name for name in found if not _is_local(folder, name.partition(".")[0]))


def _is_local(folder: Path, name: str) -> bool:
    return (folder / name).exists() or (folder / f"{name}.py").exists()


def imported_names(code: str) -> frozenset[str]:
    """The first parts of all names that code imports; a comment or a text that looks so does no harm."""
    return frozenset(name.partition(".")[0] for name, _ in _imports(code))


def _imported(code: str) -> Iterator[str]:
    """The libraries, and modules of them, that code imports."""
    for name, parts in _imports(code):
        if name.partition(".")[0] in LIBRARIES:
            yield name
            yield from (f"{name}.{part}" for part in _PARTS.get(name, ()) if part in parts)


def _imports(code: str) -> Iterator[tuple[str, str]]:
    """Each name that code imports, or from which it imports, with what it imports from there."""
    for match in _IMPORT.finditer(code):
        for part in (match[1] or match[2]).split(","):
            if name := part.split()[:1]:
                yield name[0], match[3] or ""
