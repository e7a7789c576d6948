"""What holds for the repository as a whole, and would rot unseen."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from deck_builder import cli
from deck_builder.cli import deck
from deck_builder.cli.check import FORMATS
from deck_builder.parse.info import OPTIONS

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "deck_builder"
MODULES = sorted(PACKAGE.rglob("*.py"))
SERVING = {"starlette", "uvicorn", "websockets", "watchdog", "segno", "anyio", "asyncio"}
CODE = re.compile(r"""["'](D0\d\d)["']""")


def test_every_problem_code_is_documented() -> None:
    used = {code for path in MODULES for code in CODE.findall(path.read_text(encoding="utf-8"))}
    described = re.findall(r"^## (D0\d\d) ", (ROOT / "docs" / "problems.md").read_text(encoding="utf-8"), re.M)
    assert "D001" in used
    assert used <= set(described), "a code is used in deck_builder and not described in docs/problems.md"
    assert described == sorted(set(described)), "docs/problems.md has a code twice or out of order"


def test_every_command_and_option_is_documented() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for name, command in deck.commands.items():
        assert f"deck {name}" in text
        for parameter in command.params:
            for option in parameter.opts if isinstance(parameter, click.Option) else ():
                assert f"`{option}" in text, f"docs/commands.md says nothing of {option} of deck {name}"


def test_every_format_of_check_is_documented() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for name in FORMATS:
        assert f"`--format {name}`" in text, f"docs/commands.md says nothing of --format {name}"


def test_every_option_of_a_fence_stands_in_the_readme() -> None:
    rows = re.findall(r"^\| (`\{.*?) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    for name in OPTIONS:
        assert any(re.search(rf"[{{ ]{name}[:}}]", row) for row in rows), f"the table of options lacks {name}"


def test_the_example_of_the_readme_builds_and_shows_what_it_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(
        r"^````markdown\n(.*?)^````$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    Path("talk.md").write_text(example, encoding="utf-8")
    assert cli.run(["build", "talk.md"]) == 0, capsys.readouterr().err
    assert capsys.readouterr().err == "", "the example has no problems"
    assert re.search(r"w = 2\.\d+", Path("build/talk.html").read_text(encoding="utf-8"))


def test_no_document_waits_for_its_figures() -> None:
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("bench/*.md"), *ROOT.glob("slides/**/*.md")]:
        assert not re.findall(r"@@\w+@@", path.read_text(encoding="utf-8")), f"{path.name} has a placeholder"


def test_every_command_shows_examples() -> None:
    for name, command in deck.commands.items():
        assert command.epilog, f"deck {name} --help has no examples"
        assert f"deck {name}" in command.epilog


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_grows_past_400_lines(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") < 400


def test_no_file_outside_the_command_line_prints() -> None:
    printing = re.compile(r"^[^#\n]*(?<![\w.])(?:print\(|click\.echo\()", re.M)
    printers = [path for path in MODULES if printing.search(path.read_text(encoding="utf-8"))]
    assert {path.relative_to(PACKAGE).parts[0] for path in printers} <= {"cli"}, printers


def test_the_command_line_starts_without_heavy_modules() -> None:
    code = "import sys, deck_builder.cli; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "deck_builder.cli" in out
    assert not {"torch", "matplotlib", "numpy", "pygments", "jinja2", "rich", "fontTools", *SERVING} & set(out)


def test_a_build_needs_nothing_of_what_serves(tmp_path: Path) -> None:
    (tmp_path / "talk.md").write_text("# One\n", encoding="utf-8")
    code = "import sys; from deck_builder import cli; cli.run(['build', 'talk.md', '--no-run', '--no-cache'])\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}print(*sys.modules)"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "deck_builder.render" in done.stdout.split(), done.stderr
    assert not SERVING & set(done.stdout.split())


def test_links_in_the_documents_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("bench/*.md")]:
        written = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\((?!https?:|figure:|#)([^)#\s]+)", written):
            assert (path.parent / target).exists(), f"{path.name} links to {target}, which is not there"
