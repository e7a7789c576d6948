"""Real decks take as many clicks, slide by slide, as in Slidev's own browser."""

from __future__ import annotations

import json
from pathlib import Path

from deck_builder.load import deck_files
from deck_builder.model import Source
from deck_builder.parse import parse
from tests.parse.test_corpus import load


def test_every_slide_of_the_corpus_takes_the_clicks_that_slidev_counts(shared: Path) -> None:
    corpus = shared / "corpus"
    paths = {deck["id"]: corpus / "decks" / deck["id"] / deck["path"] for deck in load(corpus / "index.json")}
    paths["seed-000"] = next((shared / "lectures").glob("000_*"))
    truth = json.loads((corpus / "truth" / "clicks.json").read_text("utf-8"))
    assert len(truth) == 7
    for name, deck in truth.items():
        path = paths[name]
        slides = parse(Source(path, path.read_text("utf-8")), deck_files(path.parent)).slides
        counted = {no: slides[int(no) - 1].clicks for no in deck["clicks"]}
        assert counted == deck["clicks"], name
