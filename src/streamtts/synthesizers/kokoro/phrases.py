"""What is computed in one go, in the symbols that Kokoro knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from streamtts.synthesizers import speakable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from streamtts.engine import Ticket

STOPS = "、，,。．.！？!?:;：；…—"
_CLOSING = "”)」』）"
MOST_TOKENS = 500  # the model takes 510

_COMMA_S, _BREATH_S = 0.2, 0.03


@dataclass(frozen=True, slots=True)
class Phrase:
    phonemes: str
    pause_s: float  # after it


class Reader(Protocol):
    """Reads one language aloud, on paper."""

    def phrases(self, piece: str, ticket: Ticket) -> Iterator[Phrase]:
        """Those of a piece of text: few words first, so that something is heard soon."""


def pause_after(phrase: str) -> float:
    return _COMMA_S if phrase.rstrip(_CLOSING)[-1:] in STOPS else _BREATH_S


def tokens(phonemes: str, vocabulary: Mapping[str, int]) -> list[int]:
    """The numbers of the symbols; none if there is nothing to be heard among them."""
    if not speakable.has_words(phonemes):
        return []
    return [vocabulary[symbol] for symbol in phonemes if symbol in vocabulary][:MOST_TOKENS]
