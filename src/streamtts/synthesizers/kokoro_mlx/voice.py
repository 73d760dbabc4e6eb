"""Kokoro as a voice: a model, one of its voices, a language."""

import sys
from collections.abc import Iterator
from typing import Any

from streamtts.engine import EngineError, Pcm, Ticket, VoiceOptions
from streamtts.synthesizers import packages, speakable
from streamtts.synthesizers.kokoro import by_espeak, clips, japanese
from streamtts.synthesizers.kokoro.phrases import Phrase, Reader, tokens
from streamtts.synthesizers.kokoro_mlx import checkpoint, names, shape
from streamtts.synthesizers.kokoro_mlx.model import MODEL, folder_of
from streamtts.synthesizers.kokoro_mlx.network import Network
from streamtts.synthesizers.kokoro_mlx.upstream import upstream
from streamtts.synthesizers.level import levelled
from streamtts.synthesizers.settings import Settings

_GAIN = 1.2
_LONGEST_PIECE = 400  # characters; they fit into any pipe
_WARM_UP = {"ja": "準備。"}


class KokoroVoice:
    streams = True
    rate_hz = clips.RATE_HZ

    def __init__(self, options: VoiceOptions) -> None:
        settings = Settings("kokoro-mlx", options.settings)
        self._speed = settings.number("speed", 1, 0.5, 2)
        model = settings.text("model", MODEL)
        settings.close()
        voice, variety = names.chosen(options)
        folder = folder_of(model)
        self._reader = _reader(variety)
        packages.limit_threads(options.threads)
        mlx = upstream()
        if not mlx.metal:
            sys.stderr.write("kokoro-mlx: there is no Metal here, and MLX is slow without it: take another\n")
        found = shape.read(folder)
        self._vocabulary = found.vocabulary
        self._styles: Any = checkpoint.styles(mlx, folder, voice, found)
        self._network: Network | None = Network(mlx, checkpoint.network(mlx, folder, found), found)
        for _ in self.speak(_WARM_UP.get(variety, "OK."), Ticket()):
            pass  # the first run is slower than any other, and shows whether the parts fit

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        spoken = False
        for clip in clips.said(self._phrases(text, ticket), lambda phonemes: self._samples(phonemes, ticket)):
            spoken = True
            yield clip
        if not spoken and speakable.has_words(text):
            raise EngineError("kokoro-mlx makes no sound of this text: choose a voice for its language")

    def close(self) -> None:
        self._network = self._styles = None

    def _phrases(self, text: str, ticket: Ticket) -> Iterator[Phrase]:
        for piece in speakable.pieces(text, _LONGEST_PIECE):
            ticket.check()
            yield from self._reader.phrases(piece, ticket)

    def _samples(self, phonemes: str, ticket: Ticket) -> Any:
        import numpy as np

        if self._network is None:
            raise EngineError("kokoro-mlx was closed: load it again")
        symbols = tokens(phonemes, self._vocabulary)
        if not symbols:
            return np.zeros(0, np.float32)
        try:
            sound = self._network.sound(symbols, self._styles, self._speed, ticket)
        except (RuntimeError, ValueError) as error:  # parts that do not fit, or no memory left
            said = " ".join(str(error).split())[:120]
            raise EngineError(f"kokoro-mlx cannot compute its model ({said}): {shape.MEND}") from error
        return levelled(sound, _GAIN)


def _reader(variety: str) -> Reader:
    if variety != "ja":
        return by_espeak.EspeakReader(variety)
    packages.require(japanese.missing("kokoro-mlx"))
    return japanese.JapaneseReader()
