"""One voice: a folder with its sample and what is known of it."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from streamtts.engine import EngineError

SAMPLE, ABOUT = "sample.wav", "voice.toml"

ValueT = TypeVar("ValueT")

_MOST_BYTES = 8 << 20  # of either file: many times what we write


@dataclass(frozen=True, slots=True)
class ClonedVoice:
    """A voice that somebody agreed to lend, ready to be given to an engine."""

    name: str
    place: Path  # its folder; what an engine makes of the sample may be kept there, and goes with it
    rate_hz: int
    length_s: float
    digest: str  # SHA-256 of the sample's file: what was made of it holds as long as this is the same
    made: datetime
    consent: str  # when, and in which words
    transcript: str = ""  # what is said in the sample, if that is known
    language: str = ""  # in which it is said, likewise: a primary code

    @property
    def sample(self) -> Path:
        """A WAV file: mono, 16-bit integers."""
        return self.place / SAMPLE

    def as_toml(self) -> str:
        known: Mapping[str, str | float | datetime] = {
            "name": self.name,
            "made": self.made,
            "rate_hz": self.rate_hz,
            "length_s": self.length_s,
            "sha256": self.digest,
            "consent": self.consent,
            "language": self.language,
            "transcript": self.transcript,
        }
        return "".join(f"{key} = {_toml(value)}\n" for key, value in known.items())


def read(place: Path) -> ClonedVoice:
    """The voice in a folder of ours. EngineError if it is not what was put there."""
    name = place.name
    try:
        known = tomllib.loads(_content(place / ABOUT).decode())
        voice = ClonedVoice(
            name=_of(known, "name", str),
            place=place,
            rate_hz=_of(known, "rate_hz", int),
            length_s=_of(known, "length_s", float),
            digest=_of(known, "sha256", str),
            made=_of(known, "made", datetime),
            consent=_of(known, "consent", str),
            transcript=_of(known, "transcript", str),
            language=_of(known, "language", str),
        )
        same = digest_of(_content(voice.sample)) == voice.digest
    except OSError as error:
        raise _damaged(name, f"its {Path(error.filename).name} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError) as error:  # no TOML, no UTF-8, or not with what we write
        raise _damaged(name, f"its {ABOUT} is not as it was written") from error
    if not same:
        raise _damaged(name, f"its {SAMPLE} is not as it was written")
    return voice


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MOST_BYTES)


def _of(known: Mapping[str, object], key: str, kind: type[ValueT]) -> ValueT:
    value = known.get(key)
    if not isinstance(value, kind):
        raise TypeError(key)
    return value


def _damaged(name: str, why: str) -> EngineError:
    return EngineError(
        f"the voice {name} is damaged ({why}): run `streamtts voices rm {name}` and add it again"
    )


def _toml(value: str | float | datetime) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)
