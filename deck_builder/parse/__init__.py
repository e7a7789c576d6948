"""Source -> Deck. Pure: no file is read, no code is run."""

from deck_builder.parse.deck import parse

__all__ = ["parse"]
