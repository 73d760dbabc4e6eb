"""OpenJTalk: Japanese, small; dictionary and voice are in the package."""

from __future__ import annotations

import contextlib
import re
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from streamtts import _core
from streamtts.engine import EngineError, SynthesizerEngine, Ticket, VoiceInfo, VoiceOptions
from streamtts.synthesizers import packages, speakable
from streamtts.synthesizers.level import levelled
from streamtts.synthesizers.pcm import from_floats, trim_stream
from streamtts.synthesizers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamtts.engine import Pcm

_VOICE = "mei"
_GAIN = 0.6 / 2**15  # the engine's samples are on the scale of 16 bits, and go beyond it
_LONGEST_PIECE = 100  # characters; a clause can only be interrupted at its end
_SHORTEST_HEAD, _LONGEST_HEAD = 8, 20  # phonemes of what is made first
_OVERLAP = 3  # phonemes
_CROSSFADE_S = 0.01
_VOICELESS = frozenset(("k", "ky", "t", "ty", "p", "py", "ts", "ch", "cl", "s", "sh", "f", "h", "hy"))
_VOWELS = frozenset("aiueoN")
_MOST_LABELS = 150  # phonemes; ten seconds that nobody can interrupt
_STRAY_LENGTH = re.compile(r"(?<!\w)[ー〜~]+")
_MARKS = ("ー", "！", "？", "’")
_CLOSING = frozenset("」』）】〕〉》”’！")
_PAUSE = "-pau+"  # in a full-context label: this phoneme is a pause


class OpenJTalkVoice:
    """Speaks up to a pause while the rest waits; the labels know the whole sentence, so prosody is kept."""

    streams = True

    def __init__(self, options: VoiceOptions) -> None:
        settings = Settings("openjtalk", options.settings)
        self._half_tone = settings.number("half_tone", 0, -12, 12)
        settings.close()
        packages.require(_missing())
        packages.check_voice("openjtalk", options.voice or _VOICE, [_VOICE])
        packages.limit_threads(options.threads)
        with contextlib.redirect_stdout(sys.stderr):  # it prints when a package it likes is absent
            import numpy as np
            import pyopenjtalk

        _limit_reading_model(options.threads)
        self._np = np
        self._openjtalk: Any = pyopenjtalk
        self.rate_hz = self._openjtalk.synthesize([])[1]
        list(self.speak("準備。", Ticket()))  # the first call loads dictionary and voice

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        spoken = False
        for piece in trim_stream(self._clauses(text, ticket), self.rate_hz):
            spoken = True
            yield piece
        if not spoken and speakable.has_words(text):
            raise EngineError(
                "openjtalk found nothing Japanese in a sentence: choose a voice for its language"
            )

    def close(self) -> None:
        pass  # dictionary and voice belong to the package, which shares them among all who use it

    def _clauses(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        begun = False
        for piece in speakable.pieces(_STRAY_LENGTH.sub("", text), _LONGEST_PIECE):
            for labels in self._labels(piece):
                ticket.check()
                if begun:
                    sound = self._sound(labels)
                    yield sound[_core.speech_span(sound, self.rate_hz)[0] :]
                else:
                    yield from self._in_two(labels, ticket)
                begun = True

    def _in_two(self, labels: list[str], ticket: Ticket) -> Iterator[Pcm]:
        """The beginning is made first, so that it is heard while the rest is made."""
        cut = place_to_cut(labels)
        if cut is None:
            yield self._sound(labels)
            return
        # Both parts know a little of their neighbour; how long that little lasts is what it lasts alone.
        head = self._sound(labels[: cut + _OVERLAP])
        certain = len(head) // 4
        yield head[:certain]
        head_end = max(len(head) - len(self._sound(labels[cut : cut + _OVERLAP])), certain)
        yield head[certain:head_end]
        ticket.check()
        tail = self._sound(labels[cut - _OVERLAP :])
        tail_begin = len(self._sound(labels[cut - _OVERLAP : cut]))
        yield self._crossfaded(head[head_end:], tail[tail_begin:])

    def _crossfaded(self, old: Pcm, new: Pcm) -> Pcm:
        np = self._np
        mixed = np.array(new)
        rising = np.linspace(
            0, 1, min(int(_CROSSFADE_S * self.rate_hz), len(old), len(new)), dtype=np.float32
        )
        mixed[: len(rising)] *= rising
        mixed[: len(rising)] += np.asarray(old[: len(rising)]) * rising[::-1]
        return from_floats(mixed)

    def _labels(self, text: str) -> Iterator[list[str]]:
        """Those of each clause; neighbours share the pause between them."""
        features = without_stray_marks(self._features(text))
        if not any(feature["mora_size"] for feature in features):
            return
        labels: list[str] = self._openjtalk.make_label(features)
        pauses = [index for index, label in enumerate(labels) if _PAUSE in label]
        for first, last in pairwise([0, *pauses, len(labels) - 1]):
            for start in range(first, last, _MOST_LABELS):
                yield labels[start : min(start + _MOST_LABELS, last) + 1]

    def _features(self, text: str) -> list[Any]:
        """The words with their readings; Sudachi's dictionary, if present, is asked for rare characters."""
        try:
            features = self._openjtalk.run_frontend(text, use_sudachi_kanji_yomi=False)
        except ImportError:
            features = self._openjtalk.run_frontend(text, use_vanilla=True)
        return list(features)

    def _sound(self, labels: list[str]) -> Pcm:
        samples, _ = self._openjtalk.synthesize(labels, half_tone=self._half_tone)
        return from_floats(levelled(samples, _GAIN))


def place_to_cut(labels: list[str]) -> int | None:
    """The first label of a consonant that begins in silence or noise, where a join is not heard."""
    phonemes = [label[label.index("-") + 1 : label.index("+")] for label in labels]
    for index in range(_SHORTEST_HEAD, min(_LONGEST_HEAD, len(labels) - _SHORTEST_HEAD)):
        if phonemes[index] in _VOICELESS and phonemes[index - 1] in _VOWELS:
            return index
    return None


def without_stray_marks(features: list[Any]) -> list[Any]:
    """Marks that colour the mora before them need one; else the engine complains to the terminal.

    A question mark asks what stands in the bracket before it.
    """
    kept: list[Any] = []
    for feature in features:
        place = len(kept)
        mark = feature["pron"][:1]
        while mark == "？" and place and kept[place - 1]["string"] in _CLOSING:
            place -= 1
        if mark not in _MARKS or (place and kept[place - 1]["mora_size"]):
            kept.insert(place, feature)
    return kept


def _limit_reading_model(threads: int) -> None:
    """The package's model that reads one ambiguous character starts a thread for every core."""
    from pyopenjtalk.yomi_model import nani_predict

    if nani_predict.enc_session is None:
        return
    import onnxruntime

    limits = onnxruntime.SessionOptions()
    limits.intra_op_num_threads = limits.inter_op_num_threads = threads
    for name, file in (("enc_session", "nani_enc.onnx"), ("model_session", "nani_model.onnx")):
        model = str(nani_predict.MODEL_DIR / file)
        session = onnxruntime.InferenceSession(model, limits, providers=["CPUExecutionProvider"])
        setattr(nani_predict, name, session)


def _voices() -> Sequence[VoiceInfo]:
    return [VoiceInfo(_VOICE, "ja", "female, HMM, 48 kHz", default=True)]


def _missing() -> str | None:
    return packages.reason_missing("openjtalk", ("pyopenjtalk", "sudachipy"), "pip install 'streamtts[ja]'")


engine = SynthesizerEngine(
    name="openjtalk",
    summary="Japanese, small and quick",
    languages=("ja",),
    licence="MIT, voice CC BY 3.0",
    create=OpenJTalkVoice,
    missing=_missing,
    voices=_voices,
    attribution="HTS Voice Mei (c) 2009-2013 Nagoya Institute of Technology (MMDAgent), CC BY 3.0",
    refuses=lambda voice: packages.unknown_voice("openjtalk", voice, [_VOICE]),
    settings=("half_tone",),
)
