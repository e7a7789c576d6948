"""A front matter's value -> a value of CSS that ends where it ends, or ValueError: more readers of keys.py's table."""

from __future__ import annotations

import re

from deck_builder.keys.values import mapping, text, texts

GENERIC_FONTS = frozenset(
    {"serif", "sans-serif", "monospace", "cursive", "fantasy", "math", "emoji"}
    | {"system-ui", "ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded"}
)
_COLOUR = re.compile(
    r"#[0-9a-f]{3,8}|[a-z]+|(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark|var)a?\([\w\s#%.,/+*()-]+\)",
    re.IGNORECASE,
)
_UNSAFE = re.compile(r"""[^ -~]|[\\"<]""")
_CSS = re.compile(r"[\w\s#%.,/+*()'\"-]*")
_SIZE = re.compile(r"cover|contain|(?:[0-9.]+(?:%|px|r?em)|auto)(?: (?:[0-9.]+(?:%|px|r?em)|auto))?")


def is_colour(text: str) -> bool:
    """Whether a text is a colour as CSS has them, to be put into a stylesheet as it is."""
    return bool(_COLOUR.fullmatch(text)) and _closed(text)


def colour(value: object) -> str:
    """A colour of CSS."""
    if is_colour(text(value).strip()):
        return text(value).strip()
    raise ValueError


def theme_settings(value: object) -> dict[str, str]:
    """A theme's settings as values of CSS; what is no such value becomes a string of CSS."""
    settings: dict[str, str] = {}
    for name, written in mapping(value).items():
        if re.fullmatch(r"[\w-]+", name) and isinstance(written, str | int | float):
            said = (str(written).lower() if isinstance(written, bool) else str(written)).strip()
            settings[name] = said if _is_css(said) else f'"{_UNSAFE.sub(_escaped, said)}"'
    if not is_colour(settings.get("primary", "")):
        settings.pop("primary", None)
    return settings


def _is_css(text: str) -> bool:
    """Whether a text can stand as a value in a stylesheet and ends where it ends."""
    even = all(text.count(quote) % 2 == 0 for quote in "'\"")
    return bool(_CSS.fullmatch(text)) and even and _closed(text) and "/*" not in text


def _closed(text: str) -> bool:
    """Whether every parenthesis is closed, and none before it is opened."""
    depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0


def _escaped(found: re.Match[str]) -> str:
    return f"\\{ord(found[0]):x} "


def size(value: object) -> str:
    """How a picture fills its place, as CSS has it of backgrounds: cover, contain, or a width and perhaps a height."""
    if _SIZE.fullmatch(text(value)):
        return text(value)
    raise ValueError


def families(value: object) -> tuple[str, ...]:
    """Names of fonts: a list, or text with commas."""
    names = (name.strip().strip("'\"") for entry in texts(value) for name in entry.split(","))
    return tuple(name for name in names if name)
