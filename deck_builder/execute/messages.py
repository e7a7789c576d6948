"""What an error says -> a way out of it, in one line, or "" where none is known."""

from __future__ import annotations

import ast
import builtins
import re
from typing import Final

from deck_builder.model import CodeBlock, Error

ONLY_SHOW: Final = "only show this block, `{run: false}`"
"""What is left to do with code that is not meant to run."""

_MEMORY: Final = "slide code may use 4 GiB of memory; make the arrays smaller"
_GPU: Final = (
    'no GPU is in sight: `device = "cuda" if torch.cuda.is_available() else "cpu"` runs everywhere, '
    "and `python: {device: cuda}` lets a deck see the GPU of its machine"
)
_NETWORK: Final = (
    "slides have no network, and a deck builds without one: put the data beside it, and read them from there"
)
_SAID: Final = {
    r"\w*: .*(?:Torch not compiled with CUDA|NVTX functions not installed)": _GPU,
    r"\w*: .*(?:No CUDA GPUs are available|Found no NVIDIA driver|CUDA driver initialization failed)": _GPU,
    r"(?:URLError|HTTPError|gaierror|MaxRetryError|LocalEntryNotFoundError|OfflineModeIsEnabled)\b": _NETWORK,
    r"Connection(?:Error|Timeout|RefusedError)\b|\w*: .*(?:no internet connection|couldn't connect to )": _NETWORK,
    r"\w*: .*(?:Dataset not found|Error downloading|Network is unreachable|name resolution)": _NETWORK,
    r"\w*: .*(?:'ellipsis'|not ellipsis)": f"`...` stands for what was left out: write it, or {ONLY_SHOW}",
    r"RuntimeError: .*can't allocate memory": _MEMORY,
    r"(?:MemoryError|_ArrayMemoryError|OutOfMemoryError)\b": _MEMORY,
    r"EOFError\b": "a slide has no standard input: give the value in the code",
    r"SystemExit\b": "sys.exit() ends its own block; the blocks after it still run",
    r"TclError\b|ImportError: Cannot load backend": "a slide has no screen: figures appear by themselves, "
    "without `matplotlib.use`",
}
_OWN_FUNCTION: Final = "builtin_function_or_method"


def message_hint(error: Error, block: CodeBlock) -> str:
    """A hint for an error by its own words."""
    if _OWN_FUNCTION in error.evalue and (name := _own_function(error, block)):
        return f"`{name}` is Python's own function here: no block above gives that name to something else"
    said = f"{error.ename}: {error.evalue}"
    return next((hint for pattern, hint in _SAID.items() if re.match(pattern, said, re.DOTALL)), "")


def _own_function(error: Error, block: CodeBlock) -> str:
    """The function of Python's own that the failing statement hands on as if it were a value: `model(input)`."""
    try:
        tree = ast.parse(block.code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # what Python's parser raises
        return ""
    around = [one for one in ast.walk(tree) if isinstance(one, ast.stmt) and _holds(one, error.lines)]
    nodes = list(ast.walk(around[-1])) if around else []  # the innermost one is come to last
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    names = (node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in called)
    return next((name for name in names if type(getattr(builtins, name, None)) is type(len)), "")


def _holds(statement: ast.stmt, lines: tuple[int, ...]) -> bool:
    return any(statement.lineno <= line <= (statement.end_lineno or 0) for line in lines)
