"""Source -> Deck. Pure: no code is run, and other files of the deck are read by the caller's function."""

from deck_builder.parse.deck import parse
from deck_builder.parse.files import read_nothing

__all__ = ["parse", "read_nothing"]
