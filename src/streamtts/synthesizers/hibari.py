"""hibari: English, neural and fast; its voice is in the package."""

from __future__ import annotations

import json
import shlex
import sys
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from streamtts.engine import EngineError, SynthesizerEngine, VoiceInfo, VoiceOptions
from streamtts.synthesizers import packages, speakable
from streamtts.synthesizers.level import levelled
from streamtts.synthesizers.pcm import from_floats, with_pauses
from streamtts.synthesizers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamtts.engine import Pcm, Ticket

_DEFAULT_VOICE = "heart"
_GAIN = 1.8
_LONGEST_PIECE = 400  # characters
_MOST_PHONEMES = 400  # the model's memory grows with them
_SEED = 1  # the same sentence sounds the same


class HibariVoice:
    def __init__(self, options: VoiceOptions) -> None:
        settings = Settings("hibari", options.settings)
        self._speed = settings.number("speed", 1, 0.5, 2)
        settings.close()
        voice = options.voice or _DEFAULT_VOICE
        packages.require(_missing())
        packages.check_voice("hibari", voice, _registered())
        packages.limit_threads(options.threads)
        import hibari
        import numpy as np

        self._np = np
        self._model = _loaded(voice, options.threads)
        self.rate_hz = int(hibari.SAMPLE_RATE)
        self._sound(self._model.phonemize("Ready.")[0])  # the first call is ten times slower than any other

    @property
    def streams(self) -> bool:
        return False

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        spoken = False
        for piece in with_pauses(self._clips(text, ticket), self.rate_hz):
            spoken = True
            yield piece
        if not spoken and speakable.has_words(text):
            raise EngineError("hibari speaks only English: choose a voice for the language of this text")

    def close(self) -> None:
        self._model = None

    def _clips(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        for piece in speakable.pieces(normalize("NFKC", text), _LONGEST_PIECE):
            ticket.check()
            for phonemes in self._phonemes(piece):
                for part in speakable.cut(phonemes, _MOST_PHONEMES):
                    ticket.check()
                    yield self._sound(part)

    def _phonemes(self, text: str) -> list[str]:
        try:
            read: list[str] = self._model.phonemize(text)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            # Its reader of numbers and symbols trusts its text.
            raise EngineError(f"hibari cannot read a sentence ({error}): try another voice") from error
        return read

    def _sound(self, phonemes: str) -> Pcm:
        noise = self._np.random.default_rng(_SEED)
        samples = self._model.from_ids(self._model.ids(phonemes), self._speed, noise)
        return from_floats(levelled(samples, _GAIN))


def _loaded(voice: str, threads: int) -> Any:
    """The network and the pronouncing dictionary, side by side: each takes half of the time there is."""
    from concurrent.futures import ThreadPoolExecutor

    from hibari import Hibari
    from hibari.g2p import G2P
    from hibari.voices import VOICES

    file = _local_model(voice)
    with ThreadPoolExecutor(1) as beside:
        dictionary = beside.submit(G2P, british=VOICES[voice]["british"])
        read = lambda text: dictionary.result()(text)  # noqa: E731, PLW0108 - it comes while the model loads
        return Hibari(voice=voice, model=file, threads=threads, g2p=read)


def _local_model(voice: str) -> str:
    """The file of a voice that is here; nothing is fetched behind the user's back."""
    from hibari.voices import voice_path

    try:
        return str(voice_path(voice, download_missing=False))
    except FileNotFoundError:
        fetching = f'from hibari.voices import voice_path; print(voice_path("{voice}"))'
        command = f"{shlex.quote(sys.executable)} -c {shlex.quote(fetching)}"
        raise EngineError(
            f"hibari's voice {voice} is not on this machine: fetch it once with `{command}`"
        ) from None


def _registered() -> dict[str, Any]:
    """hibari's list of its voices; read without importing hibari, which takes a tenth of a second."""
    folder = packages.folder_of("hibari")
    if folder is None:
        return {}
    registered: dict[str, Any] = json.loads((folder / "assets/voices.json").read_text(encoding="utf-8"))
    return registered


def _voices() -> Sequence[VoiceInfo]:
    return [
        VoiceInfo(
            name,
            "en",
            f"{voice['accent']}, {voice['gender']}"
            + ("" if voice.get("bundled") else ", to be fetched once"),
            default=name == _DEFAULT_VOICE,
        )
        for name, voice in _registered().items()
    ]


def _missing() -> str | None:
    return packages.reason_missing(
        "hibari", ("hibari", "onnxruntime"), "pip install 'hibari-tts>=0.2.1,<0.3'"
    )


engine = SynthesizerEngine(
    name="hibari",
    summary="English, neural, 20 ms a sentence",
    languages=("en",),
    licence="Apache-2.0, voice Apache-2.0",
    create=HibariVoice,
    missing=_missing,
    voices=_voices,
    refuses=lambda voice: packages.unknown_voice("hibari", voice, _registered()),
    settings=("speed",),
)
