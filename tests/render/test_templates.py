"""What comes of a template is remembered, and is what Jinja makes of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from markupsafe import Markup

from deck_builder.remember import make_anew
from deck_builder.render.templates import Templates

SHOWING = [
    "<p>{{ content }}</p>",
    "{% if content %}{{ content }}{% elif title %}{{ title }}{% else %}none{% endif %}",
    "{{ slots.left }}|{{ content }}|{{ content }}{% if not slots.right %}!{% endif %}",
    "{{ content or title }}",
    "no {{ no }} {{ frontmatter.kind }}",
    "{{ backdrop }}{% if picture or content %}{{ picture }}{{ content }}{{ link }}{% endif %}",
]
PROBING = [
    "{{ content|length }}",
    "{{ content[0] }}",
    "{{ content ~ 'x' }}",
    "{{ frontmatter[content] }}",
    "{{ content.upper() }}",
    "{{ picture|length }}",
    "{{ slots.left.upper() }}",
    "{{ slots['left'] }}",
    "{{ slots }}",
    "{% if content == '<b>one</b>' %}same{% endif %}",
    "{% filter upper %}{{ content }}{% endfilter %}",
    "{% for slot in slots %}{{ slots[slot] }}{% endfor %}",
    "{% set it = content %}{{ it|length }}",
]
CONTENTS = ["", "<b>one</b>", "<i>another</i>", "\0" + "0\0", "kind"]


class Memory:
    """A memory that counts what was made."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.made = 0

    def remember(self, key: str, make: Callable[[], str]) -> str:
        if key not in self.kept:
            self.made += 1
            self.kept[key] = make()
        return self.kept[key]


def values(content: str, left: str = "", **others: Any) -> dict[str, Any]:
    known = {"no": 3, "title": "<T>", "frontmatter": {"kind": "<k>"}}
    around = {"picture": Markup(left), "backdrop": Markup(content * 2), "link": Markup("")}
    return {
        **known,
        **around,
        "content": Markup(content),
        "slots": {"left": Markup(left), "right": Markup("")},
        **others,
    }


@pytest.mark.parametrize("text", SHOWING + PROBING)
def test_what_is_remembered_is_what_would_be_made(text: str) -> None:
    memory = Memory()
    for content, left in product(CONTENTS, CONTENTS):
        given = values(content, left)
        remembered = Templates({"x": text}, {}, memory.remember).html("x", given)
        assert remembered == Templates({"x": text}, {}, make_anew).html("x", given)
        assert remembered == Templates({"x": text}, {}, memory.remember).html("x", given), "the second time"


@pytest.mark.parametrize("text", SHOWING)
def test_other_contents_are_laid_out_as_before(text: str) -> None:
    memory = Memory()
    for content in ("<b>one</b>", "<i>another</i>", "<u>a third</u>"):
        Templates({"x": text}, {}, memory.remember).html("x", values(content))
    assert memory.made == 2, "what the template takes, and how it is filled in"


def test_what_a_template_does_not_take_does_not_matter_to_it() -> None:
    memory = Memory()
    for no in range(3):
        assert Templates({"x": "{{ title }}"}, {}, memory.remember).html("x", values("x", no=no)) == "&lt;T&gt;"
    assert memory.made == 2


def test_what_would_fill_the_memory_is_made_anew() -> None:
    memory = Memory()
    large = "<img>" * 100_000
    for text in ("{{ content|safe }}", "{{ content }}"):
        assert Templates({"x": text}, {}, memory.remember).html("x", values(large)) == large
    assert memory.made == 3, "two plans, and what the second is around its content"
    assert max(map(len, memory.kept.values())) < 100


def test_a_value_that_is_no_data_is_not_remembered() -> None:
    memory = Memory()
    ring: list[Any] = []
    ring.append(ring)
    for kind in (ring, {1, 2}):
        given = values("x", frontmatter={"kind": kind})
        assert Templates({"x": "{{ frontmatter.kind and 1 }}"}, {}, memory.remember).html("x", given) == "1"
    assert memory.made == 1


@pytest.mark.parametrize("spoilt", ["", "x", "[]", "{}", "[1, 2]", '[[["a"]], true]', "null"])
def test_a_memory_that_holds_anything_does_no_harm(spoilt: str) -> None:
    def remember(key: str, make: Callable[[], str]) -> str:
        return spoilt if key.startswith("plan") else make()

    assert Templates({"x": "<p>{{ content }}</p>"}, {}, remember).html("x", values("c")) == "<p>c</p>"
