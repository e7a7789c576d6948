"""Two pages of a deck -> the message that makes one of them the other. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from deck_builder.render.live import LivePage
from deck_builder.serve.served import Message


def patch(old: LivePage, new: LivePage, epochs: tuple[int, int]) -> Message | None:
    """What a page that shows `old`, of the first epoch, has to change to show `new`; None if that is nothing."""
    if old.frame != new.frame:
        return {"type": "reload"}
    before = dict(enumerate(old.sections, 1))
    changed = {str(no): html for no, html in enumerate(new.sections, 1) if before.get(no) != html}
    order = moved(old.revisions, new.revisions)
    about = ((one.title, one.css, one.layers, one.stale) for one in (old, new))
    same = not changed and next(about) == next(about)
    if same and len(old.sections) == len(new.sections):
        return None
    return {
        "type": "patch",
        "from": epochs[0],
        "epoch": epochs[1],
        "title": new.title,
        "total": len(new.sections),
        "css": None if old.css == new.css else new.css,
        "layers": None if old.layers == new.layers else new.layers,
        "changed": changed,
        "stale": list(new.stale),
        "order": order,
    }


def moved(old: Sequence[str], new: Sequence[str]) -> list[int] | None:
    """For each new slide the number it had, 0 for one that is new; None if every slide is where it was.

    Slides are told by their text; those whose text changed are the ones that stand between the same others.
    """
    least = min(len(old), len(new))
    same = next((at for at in range(least) if old[at] != new[at]), least)
    end = next((at for at in range(least - same) if old[-1 - at] != new[-1 - at]), least - same)
    if len(old) == len(new) and same + end >= len(new) - 1:
        return None  # one slide's text at most: whatever else is compared takes longer
    order = [*range(1, same + 1), *([0] * (len(new) - same - end)), *range(len(old) - end + 1, len(old) + 1)]
    between = old[same : len(old) - end], new[same : len(new) - end]
    for kind, old_start, old_stop, start, stop in SequenceMatcher(None, *between, autojunk=False).get_opcodes():
        if kind in ("equal", "replace"):
            for at in range(min(old_stop - old_start, stop - start)):
                order[same + start + at] = same + old_start + at + 1
    return None if len(old) == len(new) and order == list(range(1, len(new) + 1)) else order
