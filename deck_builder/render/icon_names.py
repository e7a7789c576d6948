"""A tag or a class -> the icon that it names, `carbon:logo-github`, as Iconify calls it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.token import Token

SETS = frozenset(
    """
    academicons akar-icons ant-design arcticons basil bi bitcoin-icons bpmn brandico bx bxl bxs bytesize carbon cbi
    charm ci cib cif cil circle-flags circum clarity codicon covid cryptocurrency cryptocurrency-color cuida cyberpunk
    dashicons devicon devicon-plain duo-icons ei el emblemicons emojione emojione-monotone emojione-v1 entypo
    entypo-social eos-icons ep et eva f7 fa fa-brands fa-regular fa-solid fa6-brands fa6-regular fa6-solid
    fa7-brands fa7-regular fa7-solid fad famicons fe feather file-icons flag flagpack flat-color-icons flat-ui
    flowbite fluent fluent-color fluent-emoji fluent-emoji-flat fluent-emoji-high-contrast fluent-mdl2 fontelico
    fontisto formkit foundation fxemoji gala game-icons geo gg gis gravity-ui gridicons grommet-icons guidance
    healthicons heroicons heroicons-outline heroicons-solid hugeicons humbleicons ic icomoon-free icon-park
    icon-park-outline icon-park-solid icon-park-twotone iconamoon iconoir icons8 il ion iwwa jam la lets-icons
    line-md lineicons logos ls lsicon lucide lucide-lab mage majesticons maki map marketeq material-icon-theme
    material-symbols material-symbols-light mdi mdi-light medical-icon memory meteor-icons meteocons mi mingcute
    mono-icons mynaui nimbus nonicons noto noto-v1 nrk octicon oi ooui openmoji oui pajamas pepicons pepicons-pencil
    pepicons-pop pepicons-print ph pixelarticons prime proicons ps qlementine-icons quill radix-icons raphael ri
    rivet-icons roentgen si si-glyph sidekickicons simple-icons simple-line-icons skill-icons solar stash
    streamline streamline-emojis subway svg-spinners system-uicons tabler tdesign teenyicons temaki token
    token-branded topcoat twemoji typcn uiw uil uim uis uit unjs vaadin vs vscode-icons websymbol weui whh wi wpf
    zmdi zondicons
    """.split()  # noqa: SIM905
)
"""The prefixes of Iconify's sets."""

ELEMENTS = ("tag", "tag_open")
"""Types of tokens that are elements."""
_NAME = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*")
_CLASS = re.compile(r"i-(?:\[?([a-z0-9-]+)[:/]([a-z0-9-]+)\]?|([a-z0-9-]+))(?:\?(?:mask|bg|auto))?")


def icons_of(token: Token) -> Iterator[str]:
    """The icons that an element is or has on it."""
    if token.type not in ELEMENTS:
        return
    if icon := icon_of_tag(token.tag):
        yield icon
    for name, value in token.attrs.items():
        words = str(value).split() if name == "class" else [name] if name.startswith("i-") else []
        yield from filter(None, map(icon_of_class, words))


def icon_of_tag(name: str) -> str:
    """The icon of `<carbon-logo-github/>` or `<carbon:logo-github/>`; "" if it is none."""
    return _icon(name.removeprefix("i-"))


def icon_of_class(word: str) -> str:
    """The icon of `i-carbon:logo-github`, `i-carbon-logo-github` or `i-[carbon/logo-github]`; "" if it is none."""
    found = _CLASS.fullmatch(word)
    if found is None:
        return ""
    return _icon(found[3]) if found[3] else f"{found[1]}:{found[2]}"


def _icon(name: str) -> str:
    """`set:name` of a name that is written with hyphens, whose set is the longest that there is."""
    prefix, colon, rest = name.partition(":")
    if colon:
        return name if prefix in SETS and _NAME.fullmatch(rest) else ""
    if not _NAME.fullmatch(name):
        return ""
    words = name.split("-")
    for count in range(min(4, len(words) - 1), 0, -1):
        if (prefix := "-".join(words[:count])) in SETS:
            return f"{prefix}:{'-'.join(words[count:])}"
    return ""
