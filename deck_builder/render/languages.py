"""A fence's language -> what takes it apart: pygments' names, those of other highlighters, and names of files. Pure."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer

_OTHERS = {
    "ansi": "text",
    "asm": "nasm",
    "astro": "html",
    "bash-session": "console",
    "blade": "html+php",
    "cts": "ts",
    "dotenv": "bash",
    "env": "bash",
    "f77": "fortranfixed",
    "fs": "fsharp",
    "gql": "graphql",
    "ipynb": "json",
    "ipython": "python",
    "jsonc": "json5",
    "jupyter": "json",
    "log": "text",
    "mdx": "markdown",
    "mts": "ts",
    "objective-cpp": "objective-c++",
    "plaintext": "text",
    "plsql": "sql",
    "ps": "powershell",
    "razor": "html",
    "shellscript": "bash",
    "styl": "sass",
    "stylus": "sass",
    "svelte": "html",
    "svg": "xml",
    "viml": "vim",
    "vue-html": "html",
    "wasm": "wat",
}
"""Names of Shiki's and of habit that pygments has not, or uses for something else."""


@cache
def lexer(lang: str) -> Lexer:
    """The lexer of a language, `c++`, or of a file's name, `train.py`; plain text's where there is none."""
    from pygments.lexers import find_lexer_class_for_filename, get_lexer_by_name
    from pygments.util import ClassNotFound

    name = lang.lower()
    try:
        return get_lexer_by_name(_OTHERS.get(name, name) or "text", stripnl=False, ensurenl=False)
    except ClassNotFound:
        found = find_lexer_class_for_filename(lang) or find_lexer_class_for_filename(f"x.{name}")
        return (
            found(stripnl=False, ensurenl=False) if found else get_lexer_by_name("text", stripnl=False, ensurenl=False)
        )
