"""The wheel, alone in an empty environment, builds the lecture."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LECTURE = ROOT / "slides" / "linear-regression"


def test_a_wheel_in_an_empty_environment_builds_the_lecture(tmp_path: Path) -> None:
    def run(*command: str | Path, cwd: Path = tmp_path) -> str:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
        return done.stdout

    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "dist", cwd=ROOT)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    bin_folder = tmp_path / "venv" / "bin"
    run(bin_folder / "python", "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", wheel)
    shutil.copytree(LECTURE, tmp_path / "slides" / "linear-regression")

    summary = run(bin_folder / "deck", "build", "--offline", "--no-cache")
    assert "15 slides" in summary
    html = (tmp_path / "build" / "linear-regression.html").read_text(encoding="utf-8")
    assert len(re.findall(r'<section class="slide', html)) == 15
    assert 'class="output' in html
    assert "deck_builder.worker" not in html

    run(bin_folder / "deck", "new", "talk")
    run(bin_folder / "deck", "check", "talk")
