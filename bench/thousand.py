"""1000 slides against their floor: bare markdown-it-py, pygments and jinja2 on the same text; no code is run."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.lecture import in_turns, seconds_of

FLOOR = """
import sys
from jinja2 import Environment
from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name

def colour(code, lang, attrs):
    return highlight(code, get_lexer_by_name(lang or "text"), HtmlFormatter())

md = MarkdownIt("js-default", {"html": True, "linkify": True, "highlight": colour})
text = open(sys.argv[1], encoding="utf-8").read()
slides = [md.render(slide) for slide in text.split("\\n---\\n")]
page = Environment().from_string("<!doctype html>{% for slide in slides %}<section>{{ slide }}</section>{% endfor %}")
open(sys.argv[2], "w", encoding="utf-8").write(page.render(slides=slides))
"""
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
"""Whoever installs the program has its modules compiled; a checkout may be told not to keep them."""

SLIDE = """# Step {n}: a line and its loss

The model is a line, $\\hat y = w_{{{n}}} x + b$, and the loss is its **mean** squared error:

- the data are `x_{n}` and `y_{n}`
- the rate is {rate}

$$
L_{{{n}}} = \\frac{{1}}{{N}} \\sum_{{i=1}}^{{N}} (w x_i + b - y_i)^{{{power}}}
$$

```python {{all|2-3|5}}
x_{n} = torch.linspace(0, {n}, 50)
y_{n} = {n} * x_{n} + torch.randn(50) * 0.{n}
# the line that is looked for
w_{n} = torch.zeros(1, requires_grad=True)
b_{n} = torch.zeros(1, requires_grad=True)
```

```python {{all|1|3-4|all}}
for step in range({n}):
    loss = ((w_{n} * x_{n} + b_{n} - y_{n}) ** {power}).mean()
    loss.backward()
    with torch.no_grad():
        w_{n} -= {rate} * w_{n}.grad
    print(f"step {{step}}: loss {{loss.item():.{power}f}}", end="\\n")
```
"""


WATCH = """
import os, resource, sys
status = os.spawnv(os.P_WAIT, sys.argv[1], sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)
"""
"""Runs a command and tells its memory. It is small: a process counts what its parent held when it was forked."""


def deck(slides: int) -> str:
    """A deck in which no two slides are the same."""
    made = (SLIDE.format(n=n, power=2 + n % 5, rate=f"{1 / (n + 7):.5f}") for n in range(1, slides + 1))
    return "---\ntheme: default\n---\n\n" + "\n---\n\n".join(made)


def build(source: Path, page: Path) -> list[str | Path]:
    """The command that builds a deck without running its code."""
    return [sys.executable, "-m", "deck_builder", "build", source, "-o", page, "--no-run"]


def peak_mb(command: Sequence[str | Path], folder: Path, env: dict[str, str]) -> float:
    """The most memory that a command's process held, in MB."""
    watch = [sys.executable, "-I", "-S", "-c", WATCH, *command]
    done = subprocess.run(watch, cwd=folder, env=os.environ | env, check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1]) / 1024


def measure(work: Path, slides: int, turns: int) -> None:
    """Print the figures of a deck of so many slides."""
    source, page, floor_page = (work / f"{slides}.{ending}" for ending in ("md", "html", "floor.html"))
    source.write_text(deck(slides), encoding="utf-8")
    command = build(source, page)
    floor_command: list[str | Path] = [sys.executable, work / "floor.py", source, floor_page]
    env = {"XDG_CACHE_HOME": str(work / "cache"), "PYTHONPATH": os.pathsep.join(sys.path), **COMPILED}

    def edited() -> float:
        text = source.read_text(encoding="utf-8")
        source.write_text(f"{text}\nA sentence more.\n", encoding="utf-8")
        return seconds_of(command, work, env)

    names = ("floor", "cold", "one slide edited", "nothing changed")
    times = in_turns(
        turns,
        lambda: seconds_of(floor_command, work, env),
        lambda: seconds_of([*command, "--no-cache"], work, env),
        edited,
        lambda: seconds_of(command, work, env),
    )
    memory = peak_mb([*command, "--no-cache"], work, env)
    print(f"{slides} slides, medians of {turns} turns (smallest-largest); cold: {memory:.0f} MB")
    for name, took in zip(names, times, strict=True):
        print(f"  {name:<17}{took}   {took.median / times[0].median:.2f} x floor", flush=True)


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--turns", type=int, default=3)
    options.add_argument("--slides", type=int, nargs="+", default=[10, 100, 1000])
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "floor.py").write_text(FLOOR, encoding="utf-8")
        for slides in chosen.slides:
            measure(work, slides, chosen.turns)


if __name__ == "__main__":
    main()
