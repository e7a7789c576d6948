"""What math-core has no word for -> a word that it knows, and back from its MathML. Pure.

Colours of CSS, sizes and backgrounds go in under the name of a colour that the formula does not use, labels by number.
"""

from __future__ import annotations

import re
from copy import copy

# The names of dvips's colours that are none of CSS's, as math-core knows them.
_SPARE = {
    "WildStrawberry": "#FF3769",
    "YellowOrange": "#FF9F2B",
    "RawSienna": "#9E3C0E",
    "Rhodamine": "#FC58AA",
    "RubineRed": "#FD3088",
    "ProcessBlue": "#00BBF2",
    "Bittersweet": "#D04C17",
    "Mulberry": "#A83E9E",
    "CarnationPink": "#FC81BC",
    "JungleGreen": "#00B19D",
    "TealBlue": "#11B8B8",
    "VioletRed": "#FC5AAB",
    "RedViolet": "#A82C72",
    "RedOrange": "#FF5C31",
    "RoyalPurple": "#48399E",
    "Dandelion": "#FFB94C",
    "Periwinkle": "#6A7ABF",
    "PineGreen": "#058D74",
    "Cerulean": "#00ADE7",
    "BurntOrange": "#FF8E27",
    "Melon": "#FF9D7B",
    "Apricot": "#FFB882",
    "Sepia": "#5D1601",
    "Peach": "#FF9358",
}
_NAMES = frozenset(
    """aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood
    cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray
    darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen
    darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue
    firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew
    hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
    lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
    lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue
    mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred
    midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid
    palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple
    rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue
    slateblue slategray slategrey snow springgreen steelblue tan teal thistle tomato turquoise violet wheat white
    whitesmoke yellow yellowgreen""".split()  # noqa: SIM905
)
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_STYLE = re.compile(r'style="color:(#[0-9A-F]{6});"')


class StandIns:
    """The stand-ins of one deck's formulas; `used` is text whose words can't stand for anything else."""

    def __init__(self, used: str) -> None:
        self._free = [name for name in _SPARE if name not in used]
        self._styles: dict[str, str] = {}
        self._labels: dict[str, int] = {}

    def of_one(self) -> StandIns:
        """Those of one formula: the styles of the deck's macros and its own; labels are all formulas'."""
        own = copy(self)
        own._free, own._styles = [*self._free], {**self._styles}
        return own

    def style(self, css: str) -> str | None:
        """The colour that stands for a style; None when there are no more of them."""
        if css not in self._styles and self._free:
            self._styles[css] = self._free.pop(0)
        return self._styles.get(css)

    def colour(self, name: str) -> str:
        """What stands for a colour that KaTeX knows, `#f60` or one of CSS's; any other stands for itself."""
        css = _css(name)
        return (css and self.style(f"--ink:{css}")) or name

    def background(self, name: str) -> str | None:
        """What stands for a colour behind a formula; None if it is no colour."""
        css = _css(name)
        return self.style(f"--paper:{css}") if css else None

    def label(self, name: str, *, bare: bool) -> str:
        """What stands for a label, which math-core wants to be ASCII; `bare` where its number has no parentheses."""
        return f"{'ref' if bare else 'eq'}-{self._labels.setdefault(name, len(self._labels))}"

    def labelled(self, standin: str) -> tuple[str, bool]:
        """The label that a stand-in stands for, and whether it was a bare one."""
        kind, _, number = standin.partition("-")
        known = kind in ("eq", "ref") and number.isdecimal() and int(number) < len(self._labels)
        return list(self._labels)[int(number)] if known else standin, kind == "ref"

    def restore(self, mathml: str) -> str:
        """MathML with the styles that were meant; a colour is `--ink`, so that it can be lifted in the dark."""
        behind = {_SPARE[name]: css for css, name in self._styles.items()}
        return _STYLE.sub(lambda found: f'style="{behind.get(found[1], f"--ink:{found[1]}")}"', mathml)


def _css(colour: str) -> str | None:
    if found := _HEX.fullmatch(colour):
        return f"#{found[1]}"
    return colour.lower() if colour.lower() in _NAMES else None
