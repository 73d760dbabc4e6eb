"""Sound as the pipeline carries it: `Pcm` from what engines give, without the silence around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamtts import _core

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Buffer

    from streamtts.engine import Pcm

_SHORTEST_JUDGED_S = 0.02  # less sound than this says nothing about silence
_PAUSE_S = 0.2
_KEPT_BEFORE_S, _KEPT_AFTER_S = 0.010, 0.025  # as speech_span keeps them within a piece


def from_s16(data: bytes) -> Pcm:
    """16-bit little-endian samples."""
    return memoryview(_core.floats_from_s16(data)).cast("f")


def from_floats(array: Buffer) -> Pcm:
    """Any buffer of 32-bit floats; copied only if it is not one contiguous row."""
    view = memoryview(array)
    if view.format not in ("f", "<f", "=f"):
        raise TypeError(f"these are no 32-bit floats but {view.format!r}")
    if view.c_contiguous:
        return view.cast("B").cast("f")
    return memoryview(view.tobytes()).cast("f")


def joined(pieces: list[Pcm]) -> Pcm:
    return pieces[0] if len(pieces) == 1 else memoryview(b"".join(pieces)).cast("f")


def trimmed(pcm: Pcm, rate_hz: int) -> Pcm:
    """Without the silence at both ends; the few milliseconds that a quiet consonant may need are kept."""
    start, end = _core.speech_span(pcm, rate_hz)
    return pcm[start:end]


def trim_stream(pieces: Iterator[Pcm], rate_hz: int) -> Iterator[Pcm]:
    """The same for sound that comes in pieces: silence is held until more sound proves it a pause."""
    held: list[Pcm] = []
    begun = cut_short = False
    for piece in _judgeable(pieces, rate_hz):
        start, end = _core.speech_span(piece, rate_hz)
        if start == end:
            held = [*held, piece] if begun else [piece]
            continue
        if begun:
            yield from held
            start = 0
        elif start == 0 and held:
            before = held[-1][-int(rate_hz * _KEPT_BEFORE_S) :]
            at, _ = _core.speech_span(joined([before, piece]), rate_hz)
            yield from filter(len, [before[at:]])
        yield piece[start:end]
        begun, cut_short = True, end == len(piece)
        held = [] if cut_short else [piece[end:]]
        given = piece[start:end][-int(rate_hz * _KEPT_AFTER_S) :]
    if cut_short and held:
        _, end = _core.speech_span(joined([given, held[0]]), rate_hz)
        yield from filter(len, [held[0][: max(0, end - len(given))]])


def with_pauses(clips: Iterator[Pcm], rate_hz: int) -> Iterator[Pcm]:
    """Clips of one text, each trimmed, with a short pause between two."""
    pause = memoryview(bytes(4 * int(rate_hz * _PAUSE_S))).cast("f")
    begun = False
    for clip in clips:
        speech = trimmed(clip, rate_hz)
        if not speech:
            continue
        yield joined([pause, speech]) if begun else speech
        begun = True


def _judgeable(pieces: Iterator[Pcm], rate_hz: int) -> Iterator[Pcm]:
    """The pieces, tiny ones joined."""
    waiting: list[Pcm] = []
    frames = 0
    for piece in pieces:
        waiting.append(piece)
        frames += len(piece)
        if frames >= rate_hz * _SHORTEST_JUDGED_S:
            yield joined(waiting)
            waiting, frames = [], 0
    if frames:
        yield joined(waiting)
