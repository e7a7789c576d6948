"""Code groups: the page holds each fence, and what its tab says."""

from __future__ import annotations

import json
import re
from html import unescape

from tests.render.conftest import Render


def test_a_group_knows_the_titles_of_its_fences(rendered: Render) -> None:
    text = (
        "::code-group\n```sh [<npm>]\nnpm i\n```\n```python {hide}\nx\n```\n```python\ny\n```\n::\n\n```js [out]\n```\n"
    )
    html = rendered(text).html
    (titles,) = re.findall(r'<div class="code-group" data-titles="([^"]*)">', html)
    assert json.loads(unescape(titles)) == ["<npm>", "python"]
    (group,) = re.findall(r'<div class="code-group".*?</div>\n</div>', html, re.S)
    assert re.findall(r'data-block="([^"]+)"', group) == ["1.1", "1.3"]


def test_attributes_of_a_group_are_its_own(rendered: Render) -> None:
    html = rendered("---\ncomark: true\n---\n\n::code-group{.wide #one v-click}\n```js\n```\n::\n").html
    assert '<div class="code-group wide click" id="one" data-from="1" data-titles="[&quot;js&quot;]">' in html
