"""Figures that move: `plt.pause`, `FuncAnimation` and their kin, as a bounded set of frames."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from deck_builder.execute.running import worker_runner
from deck_builder.model import Animation, Error, Figure, FigureOptions, Output, Value
from tests.execute.decks import RUNS, session
from tests.worker.conftest import RunCode, texts

START = "import matplotlib.pyplot as plt, numpy as np\nfrom matplotlib.animation import ArtistAnimation, FuncAnimation"

FIGURE = "fig, ax = plt.subplots()\n"
LOOP = "for n in range(30):\n    plt.plot([n], 'o')\n    plt.pause(9)"
DRAW = "FuncAnimation(fig, lambda n: ax.plot([n], 'o'), frames=30)"
FILMS = {
    "cleared at the start": LOOP.replace("plt.plot", "plt.cla(); plt.plot"),
    "cleared in the end": f"{LOOP}\n    plt.cla()",
    "the whole figure cleared": f"{LOOP}\n    plt.clf()",
    "added to": LOOP,
    "moved": "line, = plt.plot([0], 'o')\nplt.ylim(0, 30)\nfor n in range(30): line.set_ydata([n]); plt.pause(9)",
    "shown in the end": f"{LOOP}\nplt.ioff()\nplt.show()",
    "closed in the end": f"{LOOP}\nplt.close()",
    "drawn and flushed": FIGURE
    + "for n in range(30):\n    ax.plot([n], 'o')\n    fig.canvas.draw()\n    fig.canvas.flush_events()",
    "of which there can't be a copy": f"plt.figure().mine = lambda: 0\n{LOOP}\n    plt.cla()",
    "an animation in a variable": f"{FIGURE}film = {DRAW}",
    "an animation as the value": f"{FIGURE}{DRAW}",
    "an animation shown": f"{FIGURE}film = {DRAW}\nplt.show()",
    "an animation of a closed figure": f"{FIGURE}film = {DRAW}\nplt.close()\nfilm",
    "a list of artists": f"{FIGURE}film = ArtistAnimation(fig, [ax.plot([n], 'o') for n in range(30)])",
    "an animation by blitting": f"{FIGURE}line, = ax.plot([0], 'o')\nax.set_ylim(0, 30)\n"
    "def move(n):\n    line.set_ydata([n])\n    return [line]\nfilm = FuncAnimation(fig, move, frames=30, blit=True)",
}
KEPT = (*range(1, 30, 2), 30)


def films_of(folder: Path, *titles: str) -> dict[str, tuple[Output, ...]]:
    """The outputs of some films."""
    found = dict(worker_runner()(session(folder, START, *(FILMS[title] for title in titles), timeout_s=60)))
    return dict(zip(titles, [result.outputs for result in found.values()][1:], strict=True))


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Output, ...]]:
    return films_of(tmp_path_factory.mktemp("deck"), *FILMS)


@pytest.mark.parametrize("title", FILMS)
def test_some_frames_are_kept_the_first_and_the_last_among_them(
    films: dict[str, tuple[Output, ...]], title: str
) -> None:
    (film,) = films[title]
    assert isinstance(film, Animation)
    assert film.numbers == KEPT
    assert len(set(film.frames)) == len(film.frames), "each shows something else"
    sizes = {
        re.findall(r'<svg .*?(width="[\d.]+pt" height="[\d.]+pt" viewBox="[^"]+")', frame)[0] for frame in film.frames
    }
    assert len(sizes) == 1
    assert abs(film.width * 0.75 - float(re.findall(r'width="([\d.]+)pt', sizes.pop())[0])) < 0.01


def test_the_same_films_come_twice(films: dict[str, tuple[Output, ...]], tmp_path: Path) -> None:
    titles = "the whole figure cleared", "an animation in a variable"
    assert films_of(tmp_path, *titles) == {title: films[title] for title in titles}


def test_a_frame_is_what_was_to_be_seen_then(run_code: RunCode) -> None:
    """Titles are drawn as glyphs: those of a frame and of a figure with the same title are the same."""
    film = "for n in range(60):\n    plt.plot([0, 1])\n    plt.title(f'{n}')\n    plt.pause(1)\n    plt.cla()"
    _, (moving,), *still = run_code(START, film, *(f"plt.plot([0, 1])\nplt.title('{n}');" for n in (0, 4, 59)))
    assert isinstance(moving, Animation)
    titles = [re.findall(r"<!--.*?-->", figure.svg) for (figure,) in still if isinstance(figure, Figure)]
    at = [moving.numbers.index(n + 1) for n in (0, 4, 59)]
    assert [re.findall(r"<!--.*?-->", moving.frames[no]) for no in at] == titles


def test_what_is_shown_in_the_end_is_a_frame_too(run_code: RunCode) -> None:
    code = "for n in range(2):\n    plt.plot([n], 'o')\n    plt.pause(1)\nplt.title('done')\nplt.show()"
    _, (film,) = run_code(START, code)
    assert isinstance(film, Animation) and film.numbers == (1, 2, 3)
    assert film.lines == (2, 3, 5)


def test_one_pause_is_no_film(run_code: RunCode) -> None:
    _, (figure,), nothing = run_code(
        START, "plt.plot([1])\nplt.pause(1)\nplt.pause(1)", "plt.figure()\nplt.pause(1)\nplt.close()"
    )
    assert isinstance(figure, Figure) and nothing == ()


def test_a_figure_that_does_not_change_is_no_film_beside_one_that_does(run_code: RunCode) -> None:
    code = "plt.figure(); plt.plot([5])\nplt.figure()\nfor n in range(3): plt.plot([n]); plt.pause(1)"
    _, (still, film) = run_code(START, code)
    assert isinstance(still, Figure)
    assert isinstance(film, Animation) and film.numbers == (1, 2, 3)


@pytest.mark.parametrize("most", [2, 3, 10])
def test_the_author_says_how_many(run_code: RunCode, most: int) -> None:
    code = "for n in range(50):\n    plt.plot([n], 'o')\n    plt.pause(1)"
    _, (film,) = run_code(START, (code, replace(RUNS, frames=most)))
    assert isinstance(film, Animation)
    assert len(film.frames) <= most < 2 * len(film.frames) + 2
    assert (film.numbers[0], film.numbers[-1]) == (1, 50)


def test_an_endless_animation_ends(run_code: RunCode) -> None:
    code = "fig, ax = plt.subplots()\nfilm = FuncAnimation(fig, lambda n: ax.plot([n], 'o'), cache_frame_data=False)"
    _, (film,) = run_code(START, code)
    assert isinstance(film, Animation) and film.numbers[-1] == 100


def test_heavy_frames_become_pixels(run_code: RunCode) -> None:
    code = "for n in range(30):\n    plt.cla()\n    plt.scatter(*np.random.rand(2, 1500))\n    plt.pause(1)"
    small = "for n in range(3):\n    plt.plot([n], 'o')\n    plt.pause(1)"
    _, (film,), (pixels,) = run_code(START, code, (small, replace(RUNS, fig=FigureOptions(format="png"))), timeout_s=60)
    assert isinstance(film, Animation) and isinstance(pixels, Animation)
    assert sum(map(len, film.frames)) < 4 << 20
    assert "<image" in film.frames[-1]
    assert all("<path" not in frame and "<image" in frame for frame in pixels.frames)


def test_an_animation_that_fails_is_an_error_and_the_next_block_has_a_clean_sheet(run_code: RunCode) -> None:
    code = "fig, ax = plt.subplots()\nfilm = FuncAnimation(fig, lambda n: 1 / 0, frames=3)"
    _, outputs, (value,) = run_code(START, code, "plt.get_fignums()")
    assert [output.ename for output in outputs if isinstance(output, Error)] == ["ZeroDivisionError"]
    assert value == Value("[]", (1,))


def test_nothing_waits(run_code: RunCode) -> None:
    """A pause of a day is over at once: else this block would be stopped."""
    code = "for n in range(3):\n    plt.plot([n])\n    plt.pause(86400)\nprint('on')"
    _, outputs = run_code(START, code, timeout_s=20)
    assert texts(outputs) == "on\n"


def test_frames_stay_within_a_folder_of_their_own(tmp_path: Path) -> None:
    code = "fig, ax = plt.subplots()\nfilm = FuncAnimation(fig, lambda n: ax.plot([n], 'o'), frames=3)"
    dict(worker_runner()(session(tmp_path, START, code)))
    assert list(tmp_path.iterdir()) == []
