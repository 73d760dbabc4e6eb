"""What a listener can ask for while the agent speaks, from the keyboard or from another terminal."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol


class Verb(StrEnum):
    """The words of `streamtts ctl`, and what the keys mean."""

    PAUSE = "pause"
    RESUME = "resume"
    TOGGLE = "toggle"  # pause or resume
    NEXT = "next"  # the next sentence
    PREVIOUS = "previous"  # the sentence before; a sentence just begun counts as heard
    TURN = "turn"  # the next turn, or silence until it comes
    REPEAT = "repeat"  # this sentence again
    FASTER = "faster"
    SLOWER = "slower"
    MUTE = "mute"  # or unmute
    STOP = "stop"  # silence now; what is not yet spoken stays unspoken
    QUIT = "quit"
    SAY = "say"  # speak the given text next
    TO = "to"  # hear another language from here on


class Remote(Protocol):
    """What the controls control. Every call returns at once, from any thread."""

    def perform(self, verb: Verb, argument: str = "") -> None:
        """Raises UsageError, one sentence, if the argument makes no sense."""

    def status(self) -> Mapping[str, object]:
        """JSON-able: state, speed, muted, lag_s, turn, seq, sentence, pending, voice, to, output."""
