"""Whose voice it is to be: a sample of it, and what is said in that."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from streamtts import cloned
from streamtts.engine import EngineError
from streamtts.synthesizers.cosy.wanted import Wanted
from streamtts.web.quote import quoted

_MOST_BYTES = 10_000_000
_SHORTEST_S = 0.5
_LONGEST_S = 30.0  # more is refused by the model's own code
_NEEDS_ONE = (
    "cosyvoice speaks like a sample: name a voice that `streamtts voices add` has made, as in"
    " --voice cosyvoice:NAME, or set sample and transcript in [engines.cosyvoice]"
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """A sound file that was looked into, and its words if they are known."""

    sample: Path
    content: bytes
    kind: str  # as servers call it
    transcript: str

    def words(self) -> str:
        if not self.transcript:
            raise EngineError(
                "cosyvoice needs to know what is said in the sample: add the voice with its transcript,"
                " or set transcript in [engines.cosyvoice]"
            )
        return self.transcript


def speaker_of(wanted: Wanted) -> Speaker | None:
    """The user's own voice of that name, else the sample of the settings; None for a name we do not know."""
    if wanted.voice:
        own = cloned.find(wanted.voice)
        return None if own is None else _speaker(own.sample, own.transcript or wanted.transcript)
    if not wanted.sample:
        raise EngineError(_NEEDS_ONE)
    return _speaker(_path(wanted.sample), wanted.transcript)


def _path(given: str) -> Path:
    try:
        return Path(given).expanduser().absolute()
    except RuntimeError:
        return Path(given)


def _speaker(sample: Path, transcript: str) -> Speaker:
    named = f"the sample {quoted(str(sample))}"
    try:
        if not sample.is_file():
            raise EngineError(f"{named} is no file: set engines.cosyvoice.sample to one")
        with sample.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or "it is no path"
        raise EngineError(f"{named} cannot be read ({why}): check engines.cosyvoice.sample") from problem
    kind = _kind_of(content)
    if not kind:
        raise EngineError(f"{named} is no sound: give a WAV, FLAC, Ogg or MP3 file of 5 to 10 s")
    if len(content) > _MOST_BYTES:
        raise EngineError(f"{named} has more than {_MOST_BYTES // 1_000_000} MB: give 5 to 10 s of it")
    if kind == "audio/wav":
        _check_wav(content, named)
    return Speaker(sample, content, kind, " ".join(transcript.split()))


def _kind_of(content: bytes) -> str:
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "audio/wav"
    if content[:3] == b"ID3" or (content[:1] == b"\xff" and content[1:2] >= b"\xe0"):
        return "audio/mpeg"
    return {b"fLaC": "audio/flac", b"OggS": "audio/ogg"}.get(content[:4], "")


def _check_wav(content: bytes, named: str) -> None:
    import wave

    try:
        with wave.open(BytesIO(content)) as file:
            frame_bytes = file.getnchannels() * file.getsampwidth()
            length_s = min(file.getnframes(), len(content) // frame_bytes) / file.getframerate()
    except EOFError:
        length_s = 0.0
    except (wave.Error, ZeroDivisionError):
        return  # a form that only others can read
    if length_s < _SHORTEST_S:
        raise EngineError(f"{named} holds no sound to speak of: give 5 to 10 s of a voice")
    if length_s > _LONGEST_S:
        raise EngineError(f"{named} is {length_s:.0f} s long: CosyVoice takes {_LONGEST_S:.0f} s at most")
