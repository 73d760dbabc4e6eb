"""Hear your coding agent while it works, in your language."""

from streamtts._core import __version__
from streamtts.types import Sentence

__all__ = ["Sentence", "__version__"]
