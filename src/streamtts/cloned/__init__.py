"""Voices of the user's own: a sample of somebody who agreed, for engines that can speak like it."""

from streamtts.cloned.names import nearest
from streamtts.cloned.store import every, find, place_of
from streamtts.cloned.voice import ClonedVoice

__all__ = ["ClonedVoice", "every", "find", "nearest", "place_of"]
