"""The name of an icon in one set -> what the like is called in Font Awesome's brands and in Lucide. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MANNER = re.compile(
    r"-(?:outlined?|filled|fill|solid|line|linear|bold|thin|light|duotone|twotone|regular|rounded|round|sharp|alt|icon"
    r"|bulk|broken|square|box|variant|\d+)$"
)
_BRAND = re.compile(r"^(?:logo|brand|mark|social)s?-")
_LIKE = {
    "user": "account profile person user-profile user-avatar account-circle person-circle user-circle avatar",
    "users": "accounts account-group account-multiple user-multiple group people persons events",
    "house": "home",
    "pencil": "edit write pen create note-pencil",
    "settings": "cog gear gears tools preferences adjustments",
    "search": "magnify magnifying-glass zoom",
    "mail": "email envelope letter",
    "external-link": "open-in-new launch external new-window arrow-square-out",
    "triangle-alert": "warning alert warning-alt exclamation exclamation-triangle error",
    "info": "information info-circle information-circle",
    "circle-question-mark": "help question question-mark help-circle question-circle",
    "check": "checkmark tick done checkbox-marked",
    "circle-check": "check-circle checkmark-circle checkmark-filled checkmark-outline task-complete verified",
    "x": "close times cross cancel dismiss",
    "circle-x": "close-circle x-circle times-circle close-outline misuse",
    "circle-play": "play-circle",
    "lightbulb": "idea light-bulb bulb lamp lightbulb-on",
    "clock": "time clock-circle hour watch timer-outline",
    "file-text": "document file-document doc article description",
    "braces": "code-braces json curly-braces",
    "code": "code-slash code-tags code-brackets programming",
    "terminal": "console command-line prompt terminal-window",
    "chart-line": "chart-line-data analytics trending graph-line line-chart",
    "chart-column": "chart-bar bar-chart chart-histogram histogram poll",
    "cpu": "chip memory processor hardware",
    "database": "data-base db data storage",
    "heart": "favorite love hearts",
    "thumbs-up": "thumb-up like hand-thumb-up",
    "thumbs-down": "thumb-down dislike",
    "graduation-cap": "school education graduation academy mortarboard student",
    "bot": "robot chatbot android-robot",
    "flask-conical": "flask chemistry experiment test-tube beaker science laboratory",
    "sigma": "math math-integral sum summation math-integral-box function-sum",
    "square-function": "function function-math math-function formula",
    "network": "graph network-1 network-2 sitemap hierarchy flow-chart flowchart neural-network",
    "languages": "translate language",
    "map-pin": "location map-marker place pin location-on",
    "trash": "delete trash-can bin remove",
    "plus": "add plus-lg",
    "minus": "subtract dash",
    "log-out": "logout sign-out exit",
    "log-in": "login sign-in",
    "shopping-cart": "cart basket",
    "puzzle": "puzzle-piece extension plugin jigsaw",
    "presentation": "presentation-file slideshow projector slides easel",
    "mic": "microphone microphone-alt",
    "volume-2": "speaker volume-high volume-up sound",
    "image": "picture photo images",
    "bell": "notification notifications alarm-bell",
    "zap": "flash lightning bolt thunderbolt energy",
    "flame": "fire hot",
    "eye": "view visibility show watch-eye",
    "party-popper": "party tada celebration confetti",
    "chevron-right": "caret-right navigate-next angle-right",
    "chevron-left": "caret-left navigate-before angle-left",
    "chevron-up": "caret-up expand-less angle-up",
    "chevron-down": "caret-down expand-more angle-down",
    "smartphone": "mobile phone-android cellphone device-mobile",
    "laptop": "notebook computer-laptop",
    "book-open": "notebook-reference read reading open-book book-open-variant",
    "list-checks": "checklist list-checked task todo",
    "map": "roadmap",
    "message-circle": "chat comment message talk conversation",
    "quote": "quotes format-quote quotation",
    "target": "goal bullseye aim",
    "wand-sparkles": "magic magic-wand auto-fix",
    "git-branch": "branch source-branch code-branch",
    "git-merge": "merge source-merge",
}
_WORDS = {word: name for name, words in _LIKE.items() for word in words.split()}
_BRANDS = {"twitter": "x-twitter", "vue": "vuejs", "nodejs": "node-js", "javascript": "js", "pytorch": ""}


def similar(name: str) -> Iterator[tuple[str, str]]:
    """Sets and names to look for, the nearest first."""
    for form in _forms(name):
        brand = _BRAND.sub("", form)
        yield "fa-brands", _BRANDS.get(brand, brand)
        yield "lucide", form
        if form in _WORDS:
            yield "lucide", _WORDS[form]


def _forms(name: str) -> Iterator[str]:
    """The name, and what is left of it without how it is drawn: `account-circle-outline`, `account-circle`."""
    yield name
    while (shorter := _MANNER.sub("", name)) != name:
        yield (name := shorter)
