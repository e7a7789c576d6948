"""Modules <-> the packages that bring them, where the two are called differently."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_PACKAGES: Final = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
_MODULES: Final = {package: module for module, package in _PACKAGES.items()}


def package(module: str) -> str:
    """The package to install for a module."""
    return _PACKAGES.get(module, module)


def module(name: str) -> str:
    """The module that an author means by its own name, by one within it, or by its package's: the outermost one."""
    return _MODULES.get(name.lower(), name.partition(".")[0].replace("-", "_"))


def pip_install(names: Iterable[str]) -> str:
    """How to get modules."""
    return f"pip install {' '.join(package(module(name)) for name in names)}"
