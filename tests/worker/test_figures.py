"""matplotlib's figures: each once, in order, as the same SVG in every run."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from deck_builder.execute.running import worker_runner
from deck_builder.model import Animation, BlockOptions, Error, Figure, FigureOptions, Output, Stream, Value, Warning
from tests.execute.decks import RUNS, session
from tests.worker.conftest import RunCode

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


HEAVY = {
    "a grid": "plt.pcolormesh(r.random((200, 200)));",
    "marked points": "plt.plot(r.random(40_000), 'o');",
    "many marked lines": "for i in range(60): plt.plot(r.random(50), 'o')",
    "a long line": "plt.plot(r.random(40_000));",
    "a surface": "X, Y = np.meshgrid(np.arange(60.), np.arange(60.))\n"
    "plt.figure().add_subplot(projection='3d').plot_surface(X, Y, X * Y, rcount=60, ccount=60);",
    "segments": "from matplotlib.collections import LineCollection\n"
    "plt.gca().add_collection(LineCollection(r.random((30_000, 2, 2))));",
    "levels of noise": "plt.contourf(r.random((200, 200)));",
    "bars": "plt.hist(r.random(20_000), bins=2500);",
    "many scatters": "for i in range(30): plt.scatter(r.random(100), r.random(100))",
    "one long outline": "plt.hist(r.random(20_000), bins=30_000, histtype='step');",
    "much of everything": "for at in (121, 122):\n"
    "    plt.subplot(at); plt.plot(r.random(17_000)); plt.plot(r.random(1900), 'o')\n"
    "    plt.scatter(*r.random((2, 1900)), c=r.random(1900));",
}
LIGHT = {
    "a few points": "plt.plot(r.random(500), 'o');",
    "a smooth line": "plt.plot(np.sin(np.linspace(0, 9, 10_000)));",
    "levels": "plt.contourf(np.add.outer(np.arange(50), np.arange(50)));",
}


def test_what_would_be_too_many_shapes_becomes_pixels(run_code: RunCode) -> None:
    start = "import numpy as np, matplotlib.pyplot as plt\nr = np.random.default_rng(0)"
    _, *results = run_code(start, *HEAVY.values(), *LIGHT.values(), timeout_s=60)
    for (title, _), outputs in zip([*HEAVY.items(), *LIGHT.items()], results, strict=True):
        (figure,) = outputs
        assert isinstance(figure, Figure), title
        assert len(figure.svg) < 1_000_000, title
        assert ("data:image/png;base64" in figure.svg) is (title in HEAVY), title
        assert figure.svg.count("<use ") > 10, f"the axes stay shapes: {title}"


def test_a_figure_without_a_size_is_refused(run_code: RunCode) -> None:
    first, second = run_code(
        "import matplotlib.pyplot as plt\nf = plt.figure(); plt.plot([1])\nf.set_size_inches(0, 1)\nplt.show()", "1"
    )
    assert [output.ename for output in first if isinstance(output, Error)] == ["ValueError"]
    assert second == (Value("1", (1,)),)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, tuple[Output, ...]]]:
    """The outputs of all blocks, of two runs."""
    folder = tmp_path_factory.mktemp("deck")
    found = [dict(worker_runner()(session(folder, *BLOCKS.values()))) for _ in range(2)]
    return [dict(zip(BLOCKS, (result.outputs for result in run.values()), strict=True)) for run in found]


def test_figures_stand_where_they_were_shown(runs: list[dict[str, tuple[Output, ...]]]) -> None:
    def brief(output: Output) -> object:
        match output:
            case Figure(lines=lines) | Animation(lines=lines):
                return lines
            case Stream(text=text):
                return text.strip()
            case Error(ename=ename, lines=lines):
                return ename, lines
            case Value(text=text):
                return text
            case Warning(message=message):
                return message
            case _:
                return output

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
        "animated": [(3, 5)],
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


def drawn_as(**options: Any) -> BlockOptions:
    return replace(RUNS, fig=FigureOptions(**options))


def only_figure(outputs: tuple[Output, ...]) -> Figure:
    """The figure of a block that did nothing else."""
    (figure,) = outputs
    assert isinstance(figure, Figure)
    return figure


def test_a_block_says_how_large_its_figures_are(run_code: RunCode) -> None:
    plot = "import matplotlib.pyplot as plt\nplt.subplots(layout='constrained')[1].plot([1, 2]);"
    sized = plot.replace("layout=", "figsize=(2, 1), layout=")
    wide, plain, own, low = map(
        only_figure,
        run_code(
            (plot, drawn_as(width=8, height=2)),
            plot,
            (sized, drawn_as(width=8, height=2)),
            (plot, drawn_as(height=1.5)),
        ),
    )
    for figure, width, height in ((wide, 8, 2), (plain, 4.8, 3), (own, 2, 1), (low, 4.8, 1.5)):
        assert abs(figure.width / 96 - width) < 0.2 and abs(figure.height / 96 - height) < 0.2


def test_a_block_may_have_its_figures_as_pixels(run_code: RunCode) -> None:
    plot = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    pixels, again, shapes = map(
        only_figure, run_code((plot, drawn_as(format="png")), (plot, drawn_as(format="png")), plot)
    )
    assert "data:image/png;base64" in pixels.svg and "<path" not in pixels.svg
    assert pixels == replace(again, lines=pixels.lines)
    assert abs(pixels.width - shapes.width) < 2 and abs(pixels.height - shapes.height) < 2


CHINESE = {
    "our own style": "plt.title('损失 −1')",
    "a style sheet": "plt.style.use('ggplot')\nplt.title('损失')",
    "the default style": "plt.style.use('default')\nplt.xticks([0, 1], ['损', '失'])",
    "a font of another system": "plt.rcParams['font.family'] = 'SimHei'\nplt.bar(['损失'], [1])",
    "as most lectures have it": "plt.rcParams['font.sans-serif'] = ['SimHei']\n"
    "plt.plot([1], label='损失')\nplt.legend()",
}


def test_chinese_shows_whatever_the_style(run_code: RunCode) -> None:
    start = "import matplotlib, matplotlib.pyplot as plt"
    _, *results = run_code(start, *(f"matplotlib.rcdefaults()\n{code};" for code in CHINESE.values()), timeout_s=60)
    for title, outputs in zip(CHINESE, results, strict=True):
        glyphs = re.findall(r'<path id="\w*(?:CJK|SourceHan)[\w-]+"', only_figure(outputs).svg)
        assert len(glyphs) == 2, f"{title}: a figure and no warning, both signs from a font that has them"


def test_signs_that_no_font_has_are_told_once(run_code: RunCode) -> None:
    signs = "plt.title('\U0010fff0 \U0010fff1 \U0010fff0')\nplt.xlabel('\U0010fff0')"
    code = f"import matplotlib.pyplot as plt\n{signs}\nplt.show()"
    (outputs,) = run_code(code)
    warning, figure = sorted(outputs, key=lambda output: isinstance(output, Figure))
    assert isinstance(figure, Figure)
    assert warning == Warning(
        "UserWarning", "no font of this machine has \U0010fff0 \U0010fff1: boxes stand in the figure", (4,)
    )


def test_the_styles_fonts_and_colours_are_known_to_matplotlib() -> None:
    import matplotlib

    path = Path(__file__).parents[2] / "deck_builder/worker/matplotlibrc"
    params = matplotlib.rc_params_from_file(path, use_default_template=False)
    assert params["font.family"][0] == "DejaVu Sans"
    assert [entry["color"] for entry in params["axes.prop_cycle"]][:2] == ["#3b6f86", "#b5452f"]


def test_a_title_that_xml_cannot_hold_leaves_the_figure_one(run_code: RunCode) -> None:
    code = "import matplotlib.pyplot as plt\nplt.plot([1], gid='\\x1b[1m')\nplt.title('bold \\x1b\\x07\\uffff');"
    (outputs,) = run_code(code)
    (figure,) = (output for output in outputs if isinstance(output, Figure))
    ElementTree.fromstring(figure.svg)
