"""Magic move: the page holds every version of a code, and which of their lines are the same."""

from __future__ import annotations

import re

import pytest

from deck_builder.model import Stream
from deck_builder.render.magic import line_keys
from tests.render.conftest import Render

DECK = """\
---
lineNumbers: true
---

# A

````md magic-move [Net] {at: 2}
```python
a = 1
b = 2
```
```python {1|3}
b = 2
c = 3
a = 1
```
```js [x.js] {lines: false}
c = 3
```
````
"""


@pytest.mark.parametrize(
    ("versions", "same"),
    [
        (["a\nb", "a\nb"], [(0, 0), (1, 1)]),
        (["a\nb", "x\na\n  b"], [(0, 1), (1, 2)]),
        (["a\nb\nc", "c\na\nb"], [(0, 1), (1, 2), (2, 0)]),
        (["a\na", "a"], [(0, 0)]),
        (["a\n\nb", "b\n\na"], [(0, 2), (2, 0)]),
        (["a", "b"], []),
    ],
)
def test_lines_that_are_the_same_share_a_key(versions: list[str], same: list[tuple[int, int]]) -> None:
    first, second = line_keys(versions)
    assert len(set(first)) == len(first)
    assert len(set(second)) == len(second)
    shared = {(first.index(key), at) for at, key in enumerate(second) if key in first}
    assert shared == set(same)


def test_keys_go_on_from_version_to_version() -> None:
    first, second, third = line_keys(["a\nb", "a", "b\na"])
    assert first[0] == second[0] == third[1]
    assert third[0] not in first, "what was gone for a while is new"


def test_every_version_is_in_the_page_and_knows_its_clicks(rendered: Render) -> None:
    html = rendered(DECK, {"1.1": (Stream("stdout", "from one\n", (1,)),)}).html
    (magic,) = re.findall(r'<div class="magic".*</div>', html, re.S)
    assert magic.startswith('<div class="magic" data-click="2" data-duration="800" data-frames="0,1,1,2">')
    assert re.findall(r'<div class="run" data-show="auto" data-version="(\d)">', magic) == ["0", "1", "2"]
    assert 'data-steps="1|3" data-click="3"' in magic
    assert re.findall(r"<figcaption>(.*?)</figcaption>", magic) == ["Net", "Net", "x.js"]
    assert re.findall(r'class="block( numbered)?[ "]', magic) == [" numbered", " numbered", ""]
    assert magic.index("from one") < magic.index('data-version="1"')
    assert re.findall(r'data-key="(\d+)"', magic) == ["0", "1", "1", "2", "0", "2"]
    assert 'data-clicks="4"' in html


def test_how_long_it_moves_is_the_decks_or_its_own(rendered: Render) -> None:
    deck = DECK.replace("lineNumbers: true", "magicMoveDuration: 300")
    assert 'data-duration="300"' in rendered(deck).html
    assert 'data-duration="0"' in rendered(deck.replace("{at: 2}", "{at: 2, duration: 0}")).html
