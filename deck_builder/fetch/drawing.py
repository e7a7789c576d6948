"""The program that draws mermaid's diagrams: `{"theme", "source"}` a line in, `{"svg"}` or `{"error"}` a line out.

It runs beside the build, which it can neither hang nor bring down: each drawing has its seconds, then the program is
ended by its own alarm, and whoever waits for its answer finds its output closed.
"""

from __future__ import annotations

import json
import re
import signal
import sys
from functools import cache
from typing import Any

SECONDS = 30
FONT = (
    '"Source Sans 3", "Avenir Next", "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", '
    '"Noto Sans CJK SC", "Source Han Sans SC", sans-serif'
)
COLOURS = {
    "fontFamily": FONT,
    "fontSize": "16px",
    "background": "#ffffff",
    "primaryColor": "#dfecf2",
    "primaryTextColor": "#1d2a30",
    "primaryBorderColor": "#29647f",
    "secondaryColor": "#f5e7d3",
    "secondaryBorderColor": "#8a5a00",
    "secondaryTextColor": "#1d2a30",
    "tertiaryColor": "#e2efe5",
    "tertiaryBorderColor": "#226a3d",
    "tertiaryTextColor": "#1d2a30",
    "lineColor": "#4a5a61",
    "textColor": "#1d2a30",
    "titleColor": "#1d2a30",
    "noteBkgColor": "#fdf1cf",
    "noteBorderColor": "#c39a3b",
    "noteTextColor": "#1d2a30",
    "edgeLabelBackground": "#eef2f4",
    "pie1": "#7fb7cc",
    "pie2": "#e3b587",
    "pie3": "#93c7a4",
    "pie4": "#c9a7d8",
    "pie5": "#e7a495",
    "pie6": "#b8c4ca",
    "pieStrokeColor": "#ffffff",
    "pieOuterStrokeWidth": "0px",
    "pieOpacity": "1",
}
_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]+"
)
_OWN_THEME = re.compile(r"""\btheme["']?\s*:""")


def main() -> None:
    """Draw until there is no more to be drawn."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        asked = json.loads(line)
        if hasattr(signal, "alarm"):
            signal.alarm(SECONDS)
        try:
            answer = {"svg": _renderer()(asked["source"], config=_config(**asked)).svg()}
        except ImportError as error:
            answer = {"broken": str(error)}
        except Exception as error:
            answer = {"error": str(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


@cache
def _renderer() -> Any:
    """What mermaidx draws with, made to measure Chinese."""
    import mermaidx
    from mermaidx.engines import _common

    plain = _common.get_font
    _common.get_font = lambda weight=None: _Font(plain(weight))
    return mermaidx.render


def _config(theme: str, source: str) -> dict[str, Any]:
    """Mermaid's settings: the theme that is asked for, or the deck's colours, unless the diagram names its own."""
    own = theme or _OWN_THEME.search(source)
    look: dict[str, Any] = {"theme": theme or "default"} if own else {"theme": "base", "themeVariables": COLOURS}
    return look | {
        "fontFamily": FONT,
        "htmlLabels": True,
        "flowchart": {"htmlLabels": True},
        "themeCSS": "foreignObject{overflow:visible}",
        "securityLevel": "strict",
        "handDrawnSeed": 1,  # 0 is chance, by which mermaid draws round corners even with a straight pen
    }


class _Font:
    """The font that mermaidx measures with, which has no Chinese, Japanese and Korean: those are as wide as high."""

    def __init__(self, font: Any) -> None:
        self._font = font

    def measure(self, text: str, size: float) -> dict[str, float]:
        found: dict[str, float] = dict(self._font.measure(_WIDE.sub("", text), size))
        found["width"] += size * sum(map(len, _WIDE.findall(text)))
        return found

    def glyph_boxes(self, text: str, size: float) -> Any:
        return self._font.glyph_boxes(_WIDE.sub(lambda found: "@" * len(found[0]), text), size)

    def foreign_object_metrics(self, html: str, size: float) -> Any:
        # An A and a blank are one em, and a line may end between any two; an @ is one em.
        return self._font.foreign_object_metrics(_WIDE.sub(lambda found: "A " * (len(found[0]) - 1) + "@", html), size)


if __name__ == "__main__":
    main()
