"""Hear your coding agent while it works, in your language."""

from typing import TYPE_CHECKING, Any

from streamtts._core import __version__
from streamtts.types import Sentence

if TYPE_CHECKING:
    from streamtts.speaker import Speaker

__all__ = ["Sentence", "Speaker", "__version__"]


def __getattr__(name: str) -> Any:
    """Speaker is loaded when it is asked for: the command's smaller answers come sooner without it."""
    if name == "Speaker":
        from streamtts.speaker import Speaker  # noqa: PLC0415

        return Speaker
    raise AttributeError(f"module 'streamtts' has no attribute {name!r}")
