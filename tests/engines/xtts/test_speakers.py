"""Whose voice it is: a speaker of the model, or a sample that the user has added."""

import hashlib
import os
import sys
import wave
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engines.sounds import sine_s16, spoken
from engines.xtts import tiny_folder
from streamtts.cloned.store import folder as voices_folder
from streamtts.cloned.voice import ABOUT, SAMPLE, ClonedVoice
from streamtts.engine import EngineError
from streamtts.synthesizers.xtts import checkpoint, engine, listening, speakers
from streamtts.synthesizers.xtts.upstream import upstream

RATE_HZ = 24_000


def add(name: str, seconds: float = 3.0, hz: float = 220.0) -> ClonedVoice:
    """As `streamtts voices add` leaves it."""
    place = voices_folder(os.environ) / name
    place.mkdir(parents=True, exist_ok=True)
    with wave.open(str(place / SAMPLE), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(sine_s16(seconds, RATE_HZ, hz))
    digest = hashlib.sha256((place / SAMPLE).read_bytes()).hexdigest()
    voice = ClonedVoice(name, place, RATE_HZ, seconds, digest, datetime.now(UTC), "said yes")
    (place / ABOUT).write_text(voice.as_toml(), encoding="utf-8")
    return voice


def load(tiny: Path) -> Any:
    coqui = upstream()
    return coqui.torch, checkpoint.loaded(coqui, tiny, coqui.torch.device("cpu"))


def latents(tiny: Path, name: str) -> Any:
    torch, model = load(tiny)
    return speakers.speaker(torch, model, tiny, name).latents


@pytest.mark.usefixtures("agreed")
def test_speakers_are_found_however_they_are_typed(tiny: Path) -> None:
    first, ana = (latents(tiny, name) for name in tiny_folder.SPEAKERS)
    assert not first.equal(ana)
    assert latents(tiny, "").equal(first)
    for typed in ("ana florence", "ana-florence", "Ana_Florence"):
        assert latents(tiny, typed).equal(ana)


@pytest.mark.usefixtures("agreed")
def test_an_unknown_speaker_is_told_with_the_nearest(tiny: Path) -> None:
    with pytest.raises(EngineError, match=r"xtts has no voice 'Ana Florenze': did you mean Ana Florence\?"):
        engine.create(tiny_folder.options(tiny, "Ana Florenze"))


@pytest.mark.usefixtures("agreed")
def test_a_model_without_speakers_wants_a_voice_of_ones_own(tiny: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("config.json", "model.pth", "vocab.json"):
        os.link(tiny / name, bare / name)
    with pytest.raises(EngineError, match="streamtts voices add NAME"):
        engine.create(tiny_folder.options(bare))
    add("mine")
    engine.create(tiny_folder.options(bare, "mine")).close()


@pytest.mark.usefixtures("agreed")
def test_speakers_of_another_model_are_told(tiny: Path, tmp_path: Path) -> None:
    torch = upstream().torch
    other = tmp_path / "other"
    other.mkdir()
    for name in ("config.json", "model.pth", "vocab.json"):
        os.link(tiny / name, other / name)
    wide = {"gpt_cond_latent": torch.zeros(1, 32, 32), "speaker_embedding": torch.zeros(1, 512, 1)}
    torch.save({"Wide": wide}, other / "speakers_xtts.pth")
    with pytest.raises(EngineError, match="does not fit the model"):
        engine.create(tiny_folder.options(other))


@pytest.mark.usefixtures("agreed")
def test_a_voice_of_ones_own_is_what_upstream_makes_of_its_sample(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = add("mine")
    torch, model = load(tiny)
    ours = speakers.speaker(torch, model, tiny, "MINE")
    heard = torch.frombuffer(bytearray(speakers._samples(own)), dtype=torch.float32)[None]
    sound = listening.resample(heard, RATE_HZ, 22_050)
    monkeypatch.setattr(sys.modules["TTS.tts.models.xtts"], "load_audio", lambda *_: sound.clone())
    config = model.config
    theirs, embedding = model.get_conditioning_latents(
        "sample.wav",
        max_ref_length=config.max_ref_len,
        gpt_cond_len=config.gpt_cond_len,
        gpt_cond_chunk_len=config.gpt_cond_chunk_len,
        sound_norm_refs=config.sound_norm_refs,
    )
    assert torch.allclose(ours.latents, theirs)
    assert torch.allclose(ours.embedding, embedding)


@pytest.mark.usefixtures("agreed")
def test_what_was_heard_is_kept_until_the_sample_changes(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = add("mine")
    first = latents(tiny, "mine")
    (kept,) = own.place.glob("xtts-*.pth")
    hear = speakers._heard
    monkeypatch.setattr(speakers, "_heard", lambda *_: pytest.fail("it was heard again"))
    assert latents(tiny, "mine").equal(first)
    monkeypatch.setattr(speakers, "_heard", hear)
    add("mine", hz=440.0)
    assert not latents(tiny, "mine").equal(first)
    assert not kept.exists(), "what is of no more use goes"


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize("content", [b"", b"no", b"PK\x03\x04", b"\x80\x04\x95"])
def test_what_was_kept_and_is_damaged_is_made_again(tiny: Path, content: bytes) -> None:
    own = add("mine")
    first = latents(tiny, "mine")
    (kept,) = own.place.glob("xtts-*.pth")
    kept.write_bytes(content)
    assert latents(tiny, "mine").equal(first)
    assert kept.read_bytes() != content


@pytest.mark.usefixtures("agreed")
def test_a_sample_that_is_too_short_is_told(tiny: Path) -> None:
    add("brief", seconds=0.2)
    with pytest.raises(EngineError, match="can make no voice of") as refused:
        engine.create(tiny_folder.options(tiny, "brief"))
    assert "\n" not in str(refused.value)


@pytest.mark.usefixtures("agreed")
def test_a_sample_that_is_text_is_told(tiny: Path) -> None:
    own = add("mine")
    own.sample.write_text("this is no sound", encoding="utf-8")
    with pytest.raises(EngineError, match="streamtts voices rm mine"):
        engine.create(tiny_folder.options(tiny, "mine"))


@pytest.mark.usefixtures("agreed")
def test_a_voice_of_ones_own_speaks(tiny: Path) -> None:
    add("mine")
    own, packaged = (engine.create(tiny_folder.options(tiny, name)) for name in ("mine", ""))
    assert spoken(own, "All tests pass.") != spoken(packaged, "All tests pass.")
