"""A voice of the user's own, as `streamtts voices add` leaves it."""

from datetime import UTC, datetime
from pathlib import Path

from engines.cosy.omni_server import SAMPLE
from streamtts.cloned import ClonedVoice
from streamtts.cloned.voice import ABOUT, digest_of


def add_own_voice(data: Path, name: str, transcript: str) -> ClonedVoice:
    """In a data folder that XDG_DATA_HOME names."""
    place = data / "streamtts/voices" / name
    place.mkdir(parents=True)
    now = datetime(2026, 11, 20, tzinfo=UTC)
    voice = ClonedVoice(name, place, 24_000, 6.0, digest_of(SAMPLE), now, "agreed", transcript, "en")
    voice.sample.write_bytes(SAMPLE)
    (place / ABOUT).write_text(voice.as_toml(), encoding="utf-8")
    return voice
