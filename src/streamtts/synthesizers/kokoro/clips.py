"""Phrases that were computed one by one, heard as one text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamtts.synthesizers.pcm import from_floats, joined, trimmed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from streamtts.engine import Pcm
    from streamtts.synthesizers.kokoro.phrases import Phrase

RATE_HZ = 24_000

_FADE_S = 0.004


def said(phrases: Iterable[Phrase], sound: Callable[[str], Any]) -> Iterator[Pcm]:
    """Each phrase without the silence around it, after the pause that the one before it makes."""
    pause = b""
    for phrase in phrases:
        clip = _faded(sound(phrase.phonemes))
        if clip:
            yield joined([memoryview(pause).cast("f"), clip])
            pause = bytes(4 * int(phrase.pause_s * RATE_HZ))


def _faded(samples: Any) -> Pcm:
    """Without a click at either end, where the silence was cut off."""
    import numpy as np

    sound: Any = np.array(trimmed(from_floats(samples), RATE_HZ))
    edge = np.linspace(0, 1, min(int(_FADE_S * RATE_HZ), len(sound) // 2), dtype=np.float32)
    sound[: len(edge)] *= edge
    sound[len(sound) - len(edge) :] *= edge[::-1]
    return from_floats(sound)
