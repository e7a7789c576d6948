"""matplotlib's figures: each once, in order, as the same SVG in every run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deck_builder.execute import worker_runner
from deck_builder.model import Error, Figure, Output, Stream, Value, Warning
from tests.execute.decks import session

BLOCKS = {
    "shown": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('损失 −1')\nprint(1)\nplt.show()\nprint(2)",
    "left open": "fig, ax = plt.subplots()\nax.plot([0, -1])",
    "two, then shown": "plt.figure(figsize=(2, 1)); plt.plot([1])\nplt.figure(); plt.plot([2])\nplt.show()",
    "in a loop": "for i in range(2):\n    plt.plot([i])\n    plt.show()",
    "by a function": "def draw():\n    plt.plot([3])\n    plt.show()\ndraw()",
    "by a function of before": "x = 1\ndraw()",
    "handles are no values": "plt.plot([1])",
    "a figure as a value": "f = plt.figure()\nf.gca().plot([1])\nf",
    "its own show": "f = plt.figure()\nf.gca().plot([1])\nf.show()\nprint('after')",
    "animated": "plt.ion()\nfor i in range(3):\n    plt.cla()\n    plt.plot([i])\n    plt.pause(100)\nplt.ioff()",
    "empty": "plt.figure();",
    "half done": "plt.plot([1])\n1 / 0",
    "too large": "plt.figure(figsize=(3000, 3)); plt.plot([1])\nplt.show()",
    "not a size": "plt.figure(figsize=(4, 3)); plt.plot([1])\nplt.title('$x^$')\nplt.show()",
    "after that": "plt.plot([1]);",
    "many points": "import numpy as np\nplt.scatter(np.arange(20_000), np.arange(20_000));",
    "another backend": "import matplotlib\nmatplotlib.use('svg')\nplt.plot([1]);",
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, tuple[Output, ...]]]:
    """The outputs of all blocks, of two runs."""
    folder = tmp_path_factory.mktemp("deck")
    found = [dict(worker_runner()(session(folder, *BLOCKS.values()))) for _ in range(2)]
    return [dict(zip(BLOCKS, (result.outputs for result in run.values()), strict=True)) for run in found]


def test_figures_stand_where_they_were_shown(runs: list[dict[str, tuple[Output, ...]]]) -> None:
    def brief(output: Output) -> object:
        match output:
            case Figure(lines=lines):
                return lines
            case Stream(text=text):
                return text.strip()
            case Error(ename=ename, lines=lines):
                return ename, lines
            case Value(text=text):
                return text
            case Warning(message=message):
                return message

    assert {title: [brief(output) for output in outputs] for title, outputs in runs[0].items()} == {
        "shown": ["1", (2, 5), "2"],
        "left open": [(1,)],
        "two, then shown": [(1, 3), (2, 3)],
        "in a loop": [(2, 3), (2, 3)],
        "by a function": [(2, 3)],
        "by a function of before": [(2,)],
        "handles are no values": [(1,)],
        "a figure as a value": [(1, 3)],
        "its own show": [(1, 3), "after"],
        "animated": [(3,)],
        "empty": [],
        "half done": [(1,), ("ZeroDivisionError", (2,))],
        "too large": [("ValueError", (2,))],
        "not a size": [("ValueError", (3,))],
        "after that": [(1,)],
        "many points": [(2,)],
        "another backend": [()],
    }


def test_the_same_figures_come_twice(runs: list[dict[str, tuple[Output, ...]]]) -> None:
    assert runs[0] == runs[1]


def test_a_figure_is_an_svg_of_the_size_it_says(runs: list[dict[str, tuple[Output, ...]]]) -> None:
    figure = runs[0]["shown"][1]
    assert isinstance(figure, Figure)
    assert 300 < figure.width < 4.8 * 96 + 10
    assert 180 < figure.height < 3.0 * 96 + 10
    size = re.search(r'<svg [^>]*width="([\d.]+)pt" height="([\d.]+)pt"', figure.svg)
    assert size and abs(float(size[1]) * 96 / 72 - figure.width) < 0.01
    assert "<metadata" not in figure.svg and "<dc:date" not in figure.svg
    assert "#ffffff" not in figure.svg, "the slide's own background shows through"
    assert "#3b6f86" in figure.svg, "the first line has the first colour of the cycle"


def test_many_points_are_a_picture_within_the_svg(runs: list[dict[str, tuple[Output, ...]]]) -> None:
    (figure,) = runs[0]["many points"]
    assert isinstance(figure, Figure)
    assert "data:image/png;base64" in figure.svg
    assert len(figure.svg) < 200_000


def test_the_styles_fonts_and_colours_are_known_to_matplotlib() -> None:
    import matplotlib

    path = Path(__file__).parents[2] / "deck_builder/worker/matplotlibrc"
    params = matplotlib.rc_params_from_file(path, use_default_template=False)
    assert params["font.family"][0] == "DejaVu Sans"
    assert [entry["color"] for entry in params["axes.prop_cycle"]][:2] == ["#3b6f86", "#b5452f"]
