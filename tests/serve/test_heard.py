"""What a page says: only what a role may say, in right types and sizes, gets through."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deck_builder.serve.heard import LONGEST_CODE, heard
from deck_builder.serve.served import Role

PLACE = {"type": "place", "no": 3, "click": 1}
RUN = {"type": "run", "block": "13.1", "was": "a", "code": "b"}
SAVE = RUN | {"type": "save"}
DROP = {"type": "drop", "block": "13.1"}


@pytest.mark.parametrize("message", [PLACE, RUN, SAVE, DROP])
def test_an_author_says_everything(message: dict[str, Any]) -> None:
    assert heard(json.dumps(message | {"more": "is left out"}), "author") == message


def test_a_presenter_drives_and_the_audience_looks_on() -> None:
    assert heard(json.dumps(PLACE), "presenter") == PLACE
    assert [heard(json.dumps(message), "presenter") for message in (RUN, SAVE, DROP)] == [None] * 3
    assert [heard(json.dumps(message), "audience") for message in (PLACE, RUN, SAVE, DROP)] == [None] * 4


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "1", '"place"', "[" * 100_000, "{}", '{"type": 1}', '{"type": ["place"]}', "NaN",
     "1" * 5000, '{"type": "hear"}', '{"type": "place"}', *(
         json.dumps(PLACE | wrong) for wrong in ({"no": 0}, {"no": True}, {"no": 1.0}, {"no": "1"}, {"click": -1},
                                                 {"no": 10**9}, {"click": None})
     ), *(
         json.dumps(RUN | wrong) for wrong in ({"block": "../x"}, {"block": 13.1}, {"block": "13.1\n"},
                                               {"code": None}, {"block": "１.１"}, {"was": "\ud800"},
                                               {"code": "a" * (LONGEST_CODE + 1)})
     )],
)  # fmt: skip
def test_nonsense_is_nothing(text: str) -> None:
    assert heard(text, "author") is None


json_values: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just([[]])
)
fields = st.sampled_from(["type", "no", "click", "block", "was", "code", "x"])
roles: st.SearchStrategy[Role] = st.sampled_from(["author", "presenter", "audience"])
types = st.sampled_from(["place", "run", "save", "drop", "hello", "patch"])


@settings(deadline=None)
@given(st.dictionaries(fields, json_values | types | st.just("1.1")), roles)
def test_whatever_is_said_only_authors_write(message: dict[str, Any], role: Role) -> None:
    found = heard(json.dumps(message), role)
    if found is not None:
        assert role != "audience"
        assert role == "author" or found["type"] == "place"
        assert set(found) in ({"type", "no", "click"}, {"type", "block"}, {"type", "block", "was", "code"})


@settings(deadline=None)
@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    assert heard(text, "author") is None
