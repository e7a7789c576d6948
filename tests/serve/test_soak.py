"""A deck that is edited by chance: it ends as if it had been written so at once, and nothing is left."""

from __future__ import annotations

from pathlib import Path

from bench.soak import soak


def test_random_edits_end_on_the_state_of_a_fresh_server(tmp_path: Path) -> None:
    found = soak(tmp_path, edits=40, seed=7)
    assert (found.differences, found.lost, found.left) == ([], [], [])
    assert found.late.threads <= found.early.threads + 1
    assert found.late.files <= found.early.files + 6  # a checkpoint more or less
