"""The source documents, run as `deck check` runs them: what of their Python runs, what fails, and whose fault it is.

They are read where they lie, and nothing of them is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deck_builder.check import check
from deck_builder.cli.building import judge_anew
from deck_builder.cli.runners import Runners
from deck_builder.cli.settings import Settings
from deck_builder.execute.notebook import notebooks_hint
from deck_builder.execute.written import TRANSCRIPT, program
from deck_builder.load import deck_files, load_source
from deck_builder.model import CodeBlock, Deck, ExecutedDeck, Mismatch, Problem
from deck_builder.parse import parse

SHARED: Final = Path(__file__).resolve().parents[2] / "shared"
PYTHON: Final = ("python", TRANSCRIPT)
AS_CHECK: Final = Settings(theme=None, offline=True, no_cache=True, no_run=False, sandbox="auto")

# the same blocks, in one namespace, as an author would try them; each error is noted, and the next block runs
PLAIN: Final = """
import json, sys
from types import ModuleType
blocks, answer = json.load(open(sys.argv[1], encoding="utf-8")), sys.argv[2]
main = sys.modules["__main__"] = ModuleType("__main__")
failed = {}
for block, code in blocks.items():
    try:
        exec(compile(code, block, "exec", dont_inherit=True), main.__dict__)
    except BaseException as error:
        failed[block] = f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
json.dump(failed, open(answer, "w", encoding="utf-8"))
"""
ENVIRONMENT: Final = {"MPLBACKEND": "agg", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}

OURS: Final = "ours: plain Python runs it, or fails otherwise"
REASONS: Final = {
    r"ModuleNotFoundError": "a package that is not installed",
    r"CUDA|NVTX": "no GPU here",
    r"NameError": "a name that nothing above defines",
    r"builtin_function_or_method": "a name that nothing above defines, and Python knows otherwise",
    r"'ellipsis'": "left out with `...`",
    r"FileNotFoundError|URLError|ConnectionError|[Dd]ataset not found": "network or data that is not there",
    r"EOFError": "input is asked for",
    r"AttributeError: (?:partially initialized )?module": "a misspelt name of a module",
    r"SyntaxError|IndentationError": "not Python",
    r"": "the code's own error",
}
"""By the first pattern that an error's text holds; what a line of code tells comes before."""
BY_LINE: Final = ("a notebook's command", "a transcript's prompt")
MISMATCH: Final = "another output than is written"
SLOW: Final = "more time than a block has, which plain Python does not limit"


@dataclass(frozen=True, slots=True)
class Failure:
    """A block's failure of its own, as `deck check` tells it, and why it came."""

    problem: Problem
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a document's Python blocks."""

    name: str
    python: int
    well: int
    failures: Sequence[Failure]
    consequences: int
    not_run: int


def documents(shared: Path) -> list[Path]:
    """The documents with Python: every lecture, and each deck that no other one takes in."""
    folders = [shared / "lectures", shared / "corpus" / "decks"]
    if missing := [str(folder) for folder in folders if not folder.is_dir()]:
        raise SystemExit(
            f"there is no folder {' or '.join(missing)}: say where the source documents are, --shared PATH"
        )
    decks = {path: read(path) for path in [*folders[0].glob("*.txt"), *folders[1].rglob("*.md")]}
    taken_in = {path for deck in decks.values() for path in deck.imported}
    return sorted(path for path, deck in decks.items() if python_blocks(deck) and path not in taken_in)


def read(path: Path) -> Deck:
    """A document as a deck."""
    return parse(load_source(path), deck_files(path.parent))


def python_blocks(deck: Deck) -> list[CodeBlock]:
    """Its blocks of Python."""
    return [block for block in deck.blocks if block.lang in PYTHON]


def plain(deck: Deck, work: Path) -> Mapping[str, str]:
    """What fails of a deck's blocks in one plain process of the same Python, by block."""
    script, blocks, answer = (work / name for name in ("plain.py", "blocks.json", "failed.json"))
    script.write_text(PLAIN, encoding="utf-8")
    runs = {block.id: program(block) for block in deck.blocks if block.options.run}
    blocks.write_text(json.dumps(runs), encoding="utf-8")
    command: list[str | Path] = [sys.executable, script, blocks, answer]
    env, nobody = os.environ | ENVIRONMENT, subprocess.DEVNULL
    subprocess.run(command, cwd=work, env=env, stdin=nobody, capture_output=True, timeout=600, check=True)
    failed: dict[str, str] = json.loads(answer.read_text(encoding="utf-8"))
    return failed


def row(name: str, executed: ExecutedDeck, failed: Mapping[str, str]) -> Row:
    """A document's row, given what fails of it in plain Python."""
    deck, results = executed.deck, executed.results
    blocks = python_blocks(deck)
    ran = [block for block in blocks if block.id in results and not results[block.id].skipped]
    problems = [one for one in check(executed) if one.code in ("D001", "D002", "D028") and one.severity == "error"]
    told = [Failure(one, _reason(one, executed, failed)) for one in problems]
    failures = [one for one in told if one.problem.code != "D002" or one.reason == OURS]
    consequences = len(told) - len(failures)
    broken = {one.block for one in problems}
    ours = (block for block in failed if block not in broken)
    failures += [Failure(Problem("D001", f"only here it runs; else {failed[one]}", block=one), OURS) for one in ours]
    return Row(name, len(blocks), len(ran) - len(broken), failures, consequences, len(blocks) - len(ran))


def _reason(problem: Problem, executed: ExecutedDeck, failed: Mapping[str, str]) -> str:
    block = next(block for block in executed.deck.blocks if block.id == problem.block)
    if any(isinstance(output, Mismatch) for output in executed.results[block.id].outputs):
        return MISMATCH
    kind, _, _ = problem.message.partition(":")
    if kind == "Timeout":
        return SLOW
    if failed.get(block.id, "").partition(":")[0] != kind:
        return OURS
    line = block.number(problem.span.start) if problem.span else 0
    code = block.code.split("\n")[line - 1]
    if kind == "SyntaxError" and notebooks_hint(code):
        return BY_LINE[0]
    if kind == "SyntaxError" and code.startswith(">>>"):
        return BY_LINE[1]
    return next(reason for pattern, reason in REASONS.items() if re.search(pattern, problem.message))


def rows(paths: Sequence[Path], shared: Path, work: Path) -> Iterator[Row]:
    """Run the documents, each as `deck check` does and in plain Python."""
    with Runners(AS_CHECK) as runners:
        for path in paths:
            judged, executed = judge_anew(path, runners, lambda *_: None)
            if executed is None:
                raise SystemExit("\n".join([f"{path} can't be read", *(one.message for one in judged.problems)]))
            yield row(str(path.relative_to(shared)), executed, plain(executed.deck, work))


def show(row: Row, shared: Path) -> None:
    """Print a document's line of the table, and what failed."""
    numbers = (row.python, row.well, len(row.failures), row.consequences, row.not_run)
    print(f"{row.name[-58:]:58}" + "".join(f"{number:9}" for number in numbers))
    for failure in row.failures:
        problem, span = failure.problem, failure.problem.span
        place = f"{span.path.name}:{span.start}" if span else ""
        print(f"    {place} ({problem.block}) {problem.message.splitlines()[0][:100]}")
        print(f"        {failure.reason}; hint: {problem.hint or '-'}", flush=True)


def main() -> None:
    """Run all documents, and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shared", type=Path, default=SHARED, help="the folder that holds lectures/ and corpus/")
    options.add_argument("only", nargs="*", help="parts of the documents' names")
    chosen = options.parse_args()
    shared = chosen.shared.resolve()
    paths = [path for path in documents(shared) if not chosen.only or any(part in str(path) for part in chosen.only)]
    heads = ("Python", "well", "failed", "conseq.", "not run")
    print(f"{'document':58}" + "".join(f"{head:>9}" for head in heads))
    all_rows = []
    with tempfile.TemporaryDirectory() as folder:
        for one in rows(paths, shared, Path(folder)):
            all_rows.append(one)
            show(one, shared)
    failures = [failure for one in all_rows for failure in one.failures]
    numbers = (sum(getattr(one, name) for one in all_rows) for name in ("python", "well", "consequences", "not_run"))
    python, well, consequences, not_run = numbers
    print(f"{'in all':58}{python:9}{well:9}{len(failures):9}{consequences:9}{not_run:9}")
    counts = Counter(failure.reason for failure in failures)
    for reason in (OURS, SLOW, *BY_LINE, MISMATCH, *REASONS.values()):
        print(f"{counts[reason]:5}  {reason}")


if __name__ == "__main__":
    main()
