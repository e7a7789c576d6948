"""The page: the contract that tools rely on, nothing from outside, the same bytes twice."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from deck_builder.errors import Span
from deck_builder.model import (
    BlockOptions,
    BlockResult,
    CodeBlock,
    Error,
    ExecutedDeck,
    Figure,
    Image,
    Source,
    Stream,
    Theme,
    Value,
    Warning,
)
from deck_builder.parse import parse
from deck_builder.render import render
from deck_builder.render.outputs import results_html
from deck_builder.render.words import WORDS
from tests.render.conftest import Render

DECK = """---
lineNumbers: true
---

# One

---
layout: center
---

# Two

```python {all|2}
x = 1
print(x)
```
"""


def test_the_contract_holds(rendered: Render) -> None:
    html = rendered(DECK, {"2.1": (Stream("stdout", "1\n", (2,)),)}).html
    assert '<html lang="en" data-no="1" data-click="0"' in html
    assert '<section class="slide layout-cover" data-no="1"' in html
    assert '<section class="slide layout-center" data-no="2" data-clicks="1"' in html
    assert '<figure class="block numbered" data-block="2.1"' in html
    assert html.count('data-line="') == 2
    assert '<div class="output stream stdout" data-for="2.1" data-lines="2"><pre>1</pre></div>' in html


def test_two_renders_are_the_same_bytes(rendered: Render) -> None:
    assert rendered(DECK + "\n$\\hat y$\n").html == rendered(DECK + "\n$\\hat y$\n").html


def test_nothing_is_fetched_and_only_our_script_runs(rendered: Render) -> None:
    html = rendered(DECK).html
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy and policy[1].startswith("default-src 'none'")
    nonce = re.search(r"'nonce-(\w+)'", policy[1])
    assert nonce and set(re.findall(r'<script[^>]*nonce="(\w+)"', html)) == {nonce[1]}
    assert html.count("<script") == 2
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_the_nonce_depends_on_what_the_code_printed(rendered: Render) -> None:
    def nonce(text: str) -> str:
        found = re.search(r"'nonce-(\w+)'", rendered(DECK, {"2.1": (Stream("stdout", text, (2,)),)}).html)
        assert found
        return found[1]

    assert nonce("a") != nonce("b")


def test_raw_html_of_one_slide_cannot_swallow_the_next(rendered: Render) -> None:
    text = "# A\n\n<div>\n\nopen\n\n---\n\n</section></div>\n\n# B\n"
    page = rendered(text)
    assert {problem.code for problem in parse(Source(Path("deck.md"), text)).problems} == {"D016"}
    assert page.html.count("<section") == page.html.count("</section>") == 2


def test_an_unknown_layout_falls_back_and_says_so(rendered: Render) -> None:
    page = rendered("# A\n\n---\nlayout: centre\n---\n\n# B\n")
    assert 'class="slide layout-default" data-no="2"' in page.html
    assert [(problem.code, problem.severity) for problem in page.problems] == [("D012", "warning")]
    assert "`center`" in page.problems[0].hint


def test_a_missing_picture_leaves_a_legible_stand_in(rendered: Render) -> None:
    html = rendered("# A\n\n![a cat](https://example.org/cat.png)\n").html
    assert '<span class="missing" role="img" aria-label="a cat">' in html
    assert "example.org/cat.png" in html


def test_a_picture_is_embedded(rendered: Render) -> None:
    html = rendered("# A\n\n![a cat](猫.png)\n", images={"猫.png": Image("image/png", b"\x89PNG")}).html
    assert '<img src="data:image/png;base64,iVBORw==" alt="a cat"' in html


def test_a_figure_can_stand_anywhere(rendered: Render) -> None:
    text = "# A\n\n![a curve](figure:curve)\n\n```python {hide}{id: 'curve'}\ndraw()\n```\n"
    page = rendered(text, {"1.1": (Figure("<svg/>", 96, 48, (1,)),)})
    assert page.problems == ()
    assert 'alt="a curve"' in page.html and "draw()" not in page.html


def test_a_figure_with_classes_or_a_click_of_its_own_still_follows_a_dark_page(rendered: Render) -> None:
    text = '# A\n\n<img v-click class="mine" src="figure:curve">\n\n```python {hide}{id: \'curve\'}\ndraw()\n```\n'
    (tag,) = re.findall(r"<img [^>]*>", rendered(text, {"1.1": (Figure("<svg/>", 96, 48, (1,)),)}).html)
    (classes,) = re.findall(r'class="([^"]*)"', tag)
    assert {"mine", "click", "plot", "vector"} <= set(classes.split())


def test_an_unknown_figure_is_an_error_with_a_way_out(rendered: Render) -> None:
    text = "# A\n\n![a curve](figure:curv)\n\n```python {hide}{id: 'curve'}\ndraw()\n```\n"
    problem = rendered(text).problems[0]
    assert (problem.code, problem.severity, problem.hint) == ("D019", "error", "did you mean `figure:curve`?")


def test_a_bad_formula_names_its_place(rendered: Render) -> None:
    page = rendered("# A\n\nso $\\alpha + \\nosuch$ it is\n")
    (problem,) = page.problems
    assert problem.code == "D014" and problem.span is not None
    assert (problem.span.start, problem.span.column) == (3, 5 + len("\\alpha + "))
    assert '<code class="bad-formula"' in page.html


def test_what_a_hidden_block_does_stays_hidden_but_its_failure_does_not(rendered: Render) -> None:
    text = "# A\n\n```python {hide}\nsecret()\n```\n"
    assert "printed" not in rendered(text, {"1.1": (Stream("stdout", "printed", (1,)),)}).html
    assert "NameError" in rendered(text, {"1.1": (Error("NameError", "secret", (), (1,)),)}).html


def test_a_consequence_points_to_its_cause(rendered: Render) -> None:
    html = rendered(DECK, {"2.1": (Error("NameError", "x", (), (2,), cause="1.1"),)}).html
    assert "error consequence" in html and "Failed for want of what block 1.1 would have made." in html


def test_a_line_that_broke_is_marked(rendered: Render) -> None:
    html = rendered(DECK, {"2.1": (Error("NameError", "x", (), (2,)),)}).html
    assert '<span class="line lit failed" data-line="2">' in html


def test_a_failure_in_a_helper_says_where_it_began(rendered: Render) -> None:
    error = Error("ZeroDivisionError", "x", (), (2,), origin="raised in helper(), slide 1, line 2: return 1 / x")
    assert "raised in helper(), slide 1, line 2" in rendered(DECK, {"2.1": (error,)}).html


def test_what_the_page_cannot_hold_is_replaced_and_named_once(rendered: Render) -> None:
    text = "# A\n\n<Counter />\n\n<my-box>\n\nseen\n\n</my-box>\n\n<my-box>b</my-box>\n\n<script>\nrun()\n</script>\n"
    page = rendered(text)
    assert [problem.code for problem in page.problems] == ["D020"] * 3
    assert "seen" in page.html and "run()" not in page.html


def test_a_frame_becomes_a_link(rendered: Render) -> None:
    page = rendered('# A\n\n<iframe src="https://example.org/x"></iframe>\n')
    assert '<a href="https://example.org/x"' in page.html and "<iframe" not in page.html


def test_the_templates_of_a_theme_reach_nothing_of_python(theme: Theme) -> None:
    spy = "{{ cycler.__init__.__globals__.os.getcwd() }}"
    deck = parse(Source(Path("deck.md"), "# A\n"))
    page = render(ExecutedDeck(deck, {}), replace(theme, layouts={**theme.layouts, "cover": spy}), {})
    (problem,) = page.problems
    assert (problem.code, problem.severity) == ("D022", "error") and "unsafe" in problem.message
    assert "<h1>A</h1>" in page.html and str(Path.cwd()) not in page.html


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, [name for name, _ in attrs]))


OURS = frozenset(["code", "div", "p", "strong", "pre", "details", "summary", "img"])
HAZARDS = st.text() | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "</pre><img src=x onerror=alert(1)>",
        '" onclick="x',
        "\x1b]8;;javascript:x\x07a\x1b]8;;\x07",
        "\x00",
    ]
)


@settings(max_examples=150)
@given(text=HAZARDS, name=HAZARDS, message=HAZARDS)
def test_nothing_that_code_prints_becomes_markup(text: str, name: str, message: str) -> None:
    block = CodeBlock("1.1", "python", "", BlockOptions(), Span(Path("x"), 1, 2))
    did = BlockResult(
        (Stream("stdout", text, (1,)), Value(name, ()), Warning(name, message, (1,)), Error(name, message, (), ()))
    )
    parser = _Tags()
    parser.feed(results_html(block, did, WORDS["en"]))
    for tag, attributes in parser.tags:
        assert tag in OURS
        assert not [attribute for attribute in attributes if attribute.startswith("on")]
