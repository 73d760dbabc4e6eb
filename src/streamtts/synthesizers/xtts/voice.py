"""XTTS as a voice: a model, a speaker, a language."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from streamtts.engine import EngineError, Pcm, Ticket, VoiceOptions
from streamtts.synthesizers import packages
from streamtts.synthesizers.level import levelled
from streamtts.synthesizers.pcm import from_floats, trim_stream
from streamtts.synthesizers.settings import Settings
from streamtts.synthesizers.xtts import checkpoint, device, speakers
from streamtts.synthesizers.xtts.matrices import PRECISIONS
from streamtts.synthesizers.xtts.model import MODEL, folder_of
from streamtts.synthesizers.xtts.sampling import Sampling
from streamtts.synthesizers.xtts.streaming import Streamer
from streamtts.synthesizers.xtts.streaming import Voice as Heard
from streamtts.synthesizers.xtts.text import LANGUAGES, Reader
from streamtts.synthesizers.xtts.upstream import quiet, upstream

_PAUSE_S = 0.2
_GAIN = 1.0
_WARM_UP = {"ja": "準備。", "zh": "好。", "ko": "네.", "ar": "نعم.", "hi": "हाँ।"}
_ALSO_NEEDS = {"ja": ("cutlet", "fugashi", "unidic_lite"), "zh": ("pypinyin",)}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the table of the configuration file says."""

    model: str
    device: str
    precision: str
    sampling: Sampling


class XttsVoice:
    streams = True

    def __init__(self, options: VoiceOptions) -> None:
        wishes = wishes_of(options)
        language = language_of(options)
        folder = folder_of(wishes.model)
        packages.limit_threads(options.threads)
        torch = device.torch_with(options.threads)
        place = device.chosen(torch, wishes.device)
        model = checkpoint.loaded(upstream(), folder, place)
        speaker = speakers.speaker(torch, model, folder, options.voice)
        try:
            with quiet():
                self._streamer: Streamer | None = Streamer(model, precision=wishes.precision)
                self._heard: Heard | None = self._streamer.voice(speaker.latents, speaker.embedding)
        except (RuntimeError, ValueError) as error:
            said = str(error).splitlines()[0][:120]
            raise EngineError(
                f"the voice {options.voice or 'of xtts'} does not fit the model in {folder} ({said}): run"
                f" `streamtts models pull {MODEL}`, or choose another voice"
            ) from error
        self.rate_hz = self._streamer.rate_hz
        self._sampling = wishes.sampling
        self._reader = Reader(model.tokenizer, language, self._streamer.most_tokens)
        self._warm_up(_WARM_UP.get(language, "OK."))

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        pause = memoryview(bytes(4 * int(self.rate_hz * _PAUSE_S))).cast("f")
        begun = False
        for tokens in self._reader.parts(text):
            ticket.check()
            sound = trim_stream(self._sound(tokens, ticket), self.rate_hz)
            first = next(sound, None)
            if first is None:
                continue
            if begun:
                yield pause
            yield from chain([first], sound)
            begun = True

    def close(self) -> None:
        self._streamer = self._heard = None

    def _sound(self, tokens: Any, ticket: Ticket) -> Iterator[Pcm]:
        if self._streamer is None or self._heard is None:
            raise EngineError("xtts was closed: load it again")
        import numpy as np

        for piece in self._streamer.stream(tokens, self._heard, ticket=ticket, sampling=self._sampling):
            samples = np.asarray(piece)
            if not np.isfinite(samples).all():
                raise EngineError(
                    "the model of xtts computes what is no sound: run `streamtts models pull xtts-v2`"
                )
            yield from_floats(levelled(samples, _GAIN))

    def _warm_up(self, text: str) -> None:
        """The first sentence must not be slower than the second; two pieces of one are enough."""
        sound = self.speak(text, Ticket())
        for _ in range(2):
            next(sound, None)
        sound.close()  # type: ignore[attr-defined]


def wishes_of(options: VoiceOptions) -> Wishes:
    settings = Settings("xtts", options.settings)
    seed = settings.count("seed", -1, -1, 2**31)
    wishes = Wishes(
        model=settings.text("model", MODEL),
        device=settings.choice("device", "auto", device.DEVICES),
        precision=settings.choice("precision", "auto", PRECISIONS),
        sampling=Sampling(
            temperature=settings.number("temperature", 0.75, 0, 2),
            top_k=settings.count("top_k", 50, 1, 1024),
            top_p=settings.number("top_p", 0.85, 0.01, 1),
            repetition_penalty=settings.number("repetition_penalty", 5, 1, 50),
            speed=settings.number("speed", 1, 0.5, 2),
            seed=None if seed < 0 else seed,
        ),
    )
    settings.close()
    return wishes


def language_of(options: VoiceOptions) -> str:
    """EngineError for one that the model does not speak, or that needs more packages."""
    language = options.language.lower().replace("_", "-").partition("-")[0] or "en"
    if language not in LANGUAGES:
        raise EngineError(
            f"xtts does not speak {language[:20]!r}, only {', '.join(LANGUAGES)}: choose another voice for it"
        )
    packages.require(
        packages.reason_missing("xtts", _ALSO_NEEDS.get(language, ()), "pip install 'streamtts[xtts]'")
    )
    return language
