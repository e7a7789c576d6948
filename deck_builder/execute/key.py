"""Blocks, what they read -> the names of states and results; prose, slide numbers and time limits are no part of them.

A state is named by all that led to it: so a block's key holds those of the blocks before it, and of what they read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from deck_builder.execute.job import drawing, recording
from deck_builder.execute.surroundings import name
from deck_builder.model import CodeBlock


def result_key(state: str, block: CodeBlock) -> str:
    """The name of what a block does in a state."""
    options = block.options
    told = [block.lang, block.code, options.seed, options.threads, drawing(block), recording(block)]
    return name(json.dumps([state, *told]))


def state_after(key: str, reads: Mapping[str, str]) -> str:
    """The name of the state after a block, given what it found in the files that it read."""
    return name(json.dumps([key, sorted(reads.items())]))
