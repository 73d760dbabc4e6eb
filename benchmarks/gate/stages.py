"""The stages that are compared from Python, each with a yardstick of the same kind and a check of its own."""

import re
import socket
from array import array
from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np

from delta_log import PROSE, delta_count, delta_lines
from gate.ratios import Stage
from naive_pipeline import NaivePipeline, cleaned
from orjson_extractor import OrjsonExtractor
from scan_log import captures
from streamtts._core import Cleaner, Extractor, Player, SentenceStream, Splitter, floats_from_s16
from streamtts.events import Event, HeardEnd
from streamtts.speaker import Speaker
from streamtts.worker.wire import Decoder, Frame, Kind, encode

_DELTAS = [PROSE[at : at + 4] for at in range(0, len(PROSE), 4)] * 60
_NAIVE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_SOUND = array("f", np.sin(np.arange(24_000 * 20) * 0.04).astype(np.float32).tobytes())
_PCM = np.arange(24_000 * 60, dtype=np.int16).tobytes()


def scan() -> Stage:
    log = b"".join(captures()) * 12

    def ours() -> list[tuple[str, str, int]]:
        extractor = Extractor()
        events = [*extractor.feed(log), *extractor.finish()]
        return [(event.kind, event.text, event.turn) for event in events]

    def rival() -> object:
        extractor = OrjsonExtractor()
        return [*extractor.feed(log), *extractor.finish()]

    return Stage("scan", ours, "an extractor on orjson", rival, lambda: _texts(ours()) == _texts(rival()))


def clean() -> Stage:
    def ours() -> str:
        cleaner = Cleaner()
        return "".join([*map(cleaner.feed, _DELTAS), cleaner.finish()])

    whole = Cleaner()
    right = whole.feed("".join(_DELTAS)) + whole.finish()
    return Stage(
        "clean",
        ours,
        "regular expressions, once at the end",
        lambda: cleaned("".join(_DELTAS)),
        lambda: ours() == right,
    )


def split() -> Stage:
    cleaner = Cleaner()
    text = cleaner.feed("".join(_DELTAS)) + cleaner.finish()
    pieces = [text[at : at + 4] for at in range(0, len(text), 4)]

    def ours() -> list[str]:
        splitter = Splitter()
        return [sentence for piece in pieces for sentence in splitter.feed(piece)] + splitter.finish()

    def rival() -> list[str]:
        held, found = "", []
        for piece in pieces:
            *ended, held = _NAIVE_END.split(held + piece)
            found += ended
        return [*found, held]

    whole = Splitter()
    right = whole.feed(text) + whole.finish()
    return Stage("split", ours, "a regular expression for each delta", rival, lambda: ours() == right)


def delta() -> Stage:
    lines = delta_lines(20)

    def ours() -> list[str]:
        stream, said = SentenceStream(), []
        for line in lines:
            stream.push(line)
            while rows := stream.pull():
                said += [row[2] for row in rows]
        return said

    def rival() -> list[str]:
        pipeline = NaivePipeline()
        return [sentence for line in lines for sentence in pipeline.feed(line)]

    def is_right() -> bool:
        said = ours()
        return delta_count(lines) > 0 and len(said) % 20 == 0 and said[: len(said) // 20] * 20 == said

    return Stage("delta", ours, "the naive pipeline", rival, is_right)


def wire() -> Stage:
    pieces = [bytes(48_000)] * 200

    def ours() -> int:
        decoder, taken = Decoder(), 0
        for number, piece in enumerate(pieces):
            taken += sum(
                len(frame.payload) for frame in decoder.feed(encode(Frame(Kind.PIECE, number, piece)))
            )
        return taken

    def rival() -> None:
        left, right = socket.socketpair()
        with left, right:
            for piece in pieces:
                left.sendall(piece)
                right.recv(len(piece), socket.MSG_WAITALL)

    return Stage(
        "wire", ours, "the same bytes through a socket pair", rival, lambda: ours() == sum(map(len, pieces))
    )


def floats() -> Stage:
    def ours() -> bytes:
        return floats_from_s16(_PCM)

    def rival() -> bytes:
        return (np.frombuffer(_PCM, dtype=np.int16).astype(np.float32) / 32768).tobytes()

    return Stage("floats", ours, "numpy", rival, lambda: ours() == rival())


def player() -> Stage:
    """Resampler, ring and callback: 20 s of sound at 24 kHz as 48 kHz to nowhere, as fast as it goes."""
    sound = memoryview(_SOUND)

    def ours() -> int:
        speaker = Player("raw:/dev/null")
        try:
            for start, end in pairwise(range(0, len(sound) + 1, 2400)):
                speaker.write(sound[start:end], 24_000, turn=1, seq=1)
            speaker.drain(10.0)
            return speaker.counters().played_frames
        finally:
            speaker.close()

    def rival() -> object:
        return np.convolve(np.repeat(np.asarray(_SOUND), 2), np.ones(8, dtype=np.float32))

    return Stage(
        "player", ours, "numpy: doubled, and eight taps", rival, lambda: ours() >= 2 * 0.99 * len(sound)
    )


def session() -> Stage:
    """The whole pipeline with a voice that costs next to nothing, to nowhere: threads and all."""
    lines = delta_lines(5)

    def ours() -> int:
        heard = Heard()
        with Speaker(voice="tone", output="raw:/dev/null", observer=heard) as speaker:
            for _ in range(5):
                for at in range(0, len(PROSE), 4):
                    speaker.feed(PROSE[at : at + 4])
                speaker.end_turn()
        return heard.count

    def rival() -> object:
        pipeline = NaivePipeline()
        return [sentence for line in lines for sentence in pipeline.feed(line)]

    return Stage(
        "session", ours, "the naive pipeline's text alone", rival, lambda: ours() == 5 * _sentences()
    )


class Heard:
    """Counts what was heard to its end."""

    def __init__(self) -> None:
        self.count = 0

    def on_event(self, event: Event) -> None:
        self.count += isinstance(event, HeardEnd) and not event.cut

    def close(self) -> None:
        pass


def _sentences() -> int:
    cleaner, splitter = Cleaner(), Splitter()
    speakable = cleaner.feed(PROSE) + cleaner.finish()
    return len(splitter.feed(speakable) + splitter.finish())


STAGES: Mapping[str, Callable[[], Stage]] = {
    stage.__name__: stage for stage in (scan, clean, split, delta, wire, floats, player, session)
}


def _texts(events: object) -> str:
    assert isinstance(events, list)
    return "".join(text for kind, text, _ in events if kind == "text")
