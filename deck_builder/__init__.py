"""Slidev-style presentations in Markdown whose Python code slides run."""

from pathlib import Path

__version__ = "0.1.0"

# In a wheel, themes/ lies inside the package; in a checkout it lies beside it.
_here = Path(__file__).parent
if not (_here / "themes").is_dir():
    __path__.append(str(_here.parent))
