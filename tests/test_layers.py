"""What lies beside a deck: its styles, layers and layouts are taken in, what is not read is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from deck_builder import cli
from deck_builder.layers import MOST_IMPORTS, with_layers
from deck_builder.load import load_theme
from deck_builder.model import Problem, Theme

PNG = b"\x89PNG\r\n\x1a\n"
EMBEDDED = "data:image/png;base64,iVBORw0KGgo="


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logo.png").write_bytes(PNG)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    """Files by their names, in which `__` stands for a slash and `_` for a dot."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def loaded(folder: Path) -> Theme:
    return with_layers(load_theme("default", folder), folder)


def told(problems: tuple[Problem, ...]) -> list[str]:
    return [
        f"{found.code} {found.span and found.span.path.name}:{found.span.start}" for found in problems if found.span
    ]


def test_a_folder_with_a_deck_alone_adds_nothing(folder: Path) -> None:
    assert loaded(folder) == load_theme("default", folder)


def test_styles_come_in_order_with_what_they_name(folder: Path) -> None:
    write(
        folder, styles__index_css="@import './more.css';\n.b {}", styles__more_css=".a {background: url(../logo.png)}"
    )
    write(folder, style_css="/* url(lost.png) */ .s {background: url('/logo.png?v=1')} .t {src: url(#x) url(data:,)}")
    theme = loaded(folder)
    assert theme.problems == ()
    assert theme.styles.index(".s") < theme.styles.index(".a") < theme.styles.index(".b")
    assert theme.styles.count(f'url("{EMBEDDED}")') == 2
    assert "/* url(lost.png) */" in theme.styles and 'url("#x") url("data:,")' in theme.styles


def test_a_font_is_embedded(folder: Path) -> None:
    (folder / "own.woff2").write_bytes(b"wOF2....")
    write(folder, style_css='@font-face {font-family: Own; src: url("own.woff2") format("woff2")}')
    assert 'src: url("data:font/woff2;base64,d09GMi4uLi4=") format("woff2")' in loaded(folder).styles


def test_what_styles_name_and_nobody_can_have(folder: Path) -> None:
    write(
        folder,
        style_css="""@import "https://fonts.example.org/x.css";
@import "style.css";
@import "gone.css";
@import "a.css" print;
.a { background: url(lost.png) }
.b { background: url(https://example.org/b.png) }
.c { background: url(../c.png) }
.d { background: url(style.css) }
""",
    )
    theme = loaded(folder)
    assert told(theme.problems) == [f"D010 style.css:{line}" for line in range(1, 9)]
    assert "@import" not in theme.styles and all(problem.hint for problem in theme.problems)


def test_styles_that_import_each_other_over_and_over_come_to_an_end(folder: Path) -> None:
    for no in range(30):
        (folder / f"a{no}.css").write_text(f'@import "a{no + 1}.css";\n@import "a{no + 1}.css";\n')
    (folder / "a30.css").write_text(".end {}\n")
    write(folder, style_css='@import "a0.css";')
    theme = loaded(folder)
    assert 0 < theme.styles.count(".end") < MOST_IMPORTS
    assert {problem.code for problem in theme.problems} == {"D010"}
    assert all(f"{MOST_IMPORTS} styles are imported already" in problem.message for problem in theme.problems)


def test_a_name_that_no_file_can_have_is_a_problem(folder: Path) -> None:
    write(folder, style_css=f'@import "{"a" * 300}.css";\n.a {{ background: url({"b" * 300}.png) }}\n')
    assert told(loaded(folder).problems) == ["D010 style.css:1", "D010 style.css:2"]


def test_styles_that_cannot_be_read_are_an_error(folder: Path) -> None:
    (folder / "style.css").write_bytes(b"a {}\n\xff")
    (problem,) = loaded(folder).problems
    assert (problem.code, problem.severity, problem.message) == ("D022", "error", "byte 0xff is not UTF-8")
    assert problem.span and problem.span.start == 2


def test_layers_and_layouts_come_without_scripts_and_with_pictures(folder: Path) -> None:
    write(folder, layouts__cover_html="mine {{ content }}", layouts__new_html="<b>new</b>")
    (folder / "slide-top.html").write_text('<p>\n<img alt="" src="logo.png"><img src="{{ frontmatter.logo }}">')
    (folder / "global-bottom.html").write_text("<i>\n</i><SCRIPT>\nrun()\n</SCRIPT >b")
    theme = loaded(folder)
    assert theme.layouts["cover"] == "mine {{ content }}" and "default" in theme.layouts
    assert theme.layers == {
        "slide-top": f'<p>\n<img alt="" src="{EMBEDDED}"><img src="{{{{ frontmatter.logo }}}}">',
        "global-bottom": "<i>\n</i>b",
    }
    assert told(theme.problems) == ["D020 global-bottom.html:2"]
    assert {path.name for path in theme.places.values()} == {
        "cover.html",
        "new.html",
        "slide-top.html",
        "global-bottom.html",
    }


def test_what_is_slidevs_alone_is_named_once(folder: Path) -> None:
    for name in ("components/A", "components/deep/B", "layouts/cover", "layouts/both", "custom-nav-controls"):
        path = folder / f"{name}.vue"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for name in (
        "slide-top.vue",
        "global-top.vue",
        "layouts/both.html",
        "global-top.html",
        "style.ts",
        "uno.config.ts",
    ):
        (folder / name).touch()
    (folder / "setup").mkdir()
    (folder / "setup" / "main.ts").touch()
    problems = loaded(folder).problems
    assert {problem.code for problem in problems} == {"D020"}
    named = {problem.message.split(" ")[0]: problem.hint for problem in problems}
    assert named.keys() == {
        *("slide-top.vue", "custom-nav-controls.vue", "cover.vue", "A.vue"),
        *("main.ts", "style.ts", "uno.config.ts"),
    }
    assert named["slide-top.vue"] == "write it as HTML: slide-top.html"
    assert named["cover.vue"] == "write it as HTML: layouts/cover.html"
    assert any("A.vue is not read, nor 1 more like it" in problem.message for problem in problems)


@pytest.mark.parametrize("arguments", [[], ["--theme", "seriph"]])
def test_a_build_takes_in_what_lies_beside_its_deck(
    folder: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    write(
        folder,
        talk_md="# A talk\n",
        style_css=".own { color: </style> red }",
        layouts__cover_html="{{ content }}\n{{ 1/0 }}",
    )
    (folder / "slide-bottom.html").write_text("<footer>{{ deck_title }} {{ no }}/{{ total }}</footer>")
    assert cli.run(["build", "../talk.md", "-o", "talk.html", "--no-run", *arguments]) == 1
    page = Path("talk.html").read_text(encoding="utf-8")
    assert ".own { color: <\\/style> red }" in page
    assert '<div class="layer slide-bottom"><footer>A talk 1/1</footer></div>' in page
    assert "<h1>A talk</h1>" in page
    said = capsys.readouterr().err
    assert "layouts/cover.html:2:1 the template cover.html can't be filled in: division by zero" in said
