"""Whose voice it is: a speaker of the model, or what the model makes of a sample that the user has added."""

import hashlib
import os
import pickle
import wave
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamtts import cloned
from streamtts.cloned import ClonedVoice
from streamtts.engine import EngineError
from streamtts.synthesizers import packages
from streamtts.synthesizers.pcm import from_s16
from streamtts.synthesizers.xtts.checkpoint import FAULTS, numbers, tensors
from streamtts.synthesizers.xtts.listening import resample
from streamtts.synthesizers.xtts.upstream import quiet

SPEAKERS = "speakers_xtts.pth"

_LISTENERS = ("gpt.conditioning", "hifigan_decoder.speaker_encoder.", "mel_stats")
_LISTENING = ("gpt_cond_len", "gpt_cond_chunk_len", "max_ref_len", "sound_norm_refs")  # of config.json
_HEARS_HZ = 22_050
_LATENTS, _EMBEDDING = "gpt_cond_latent", "speaker_embedding"
_UNREADABLE = (*FAULTS, pickle.UnpicklingError)


@dataclass(frozen=True, slots=True)
class Speaker:
    """What the network is told of a voice."""

    latents: Any
    embedding: Any


def speaker(torch: Any, model: Any, folder: Path, name: str) -> Speaker:
    """The voice of this name, the user's own first; without a name the model's first. EngineError if none."""
    if name and (own := cloned.find(name)) is not None:
        return _of_sample(torch, model, own)
    known = _packaged(torch, folder)
    if not known:
        why = f"has no voice {name[:100]!r}" if name else f"has no {SPEAKERS}"
        raise EngineError(f"the model in {folder} {why}: `streamtts voices add NAME sample.wav` adds one")
    if not name:
        return next(iter(known.values()))
    alike = {_plain(each): each for each in known}
    if _plain(name) not in alike:
        packages.check_voice("xtts", name, [*known, *(each.name for each in cloned.every())])
    return known[alike[_plain(name)]]


def _plain(name: str) -> str:
    """As somebody may type it: ana-florence."""
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())


def _packaged(torch: Any, folder: Path) -> Mapping[str, Speaker]:
    path = folder / SPEAKERS
    if not path.exists():
        return {}
    found = tensors(torch, path)
    try:
        return {str(name): _checked(torch, known) for name, known in found.items()}
    except (AttributeError, TypeError, KeyError, ValueError) as error:
        raise EngineError(
            f"{path} holds no speakers of XTTS: run `streamtts models pull xtts-v2`, or give another folder"
        ) from error


def _checked(torch: Any, known: Any) -> Speaker:
    latents, embedding = known[_LATENTS], known[_EMBEDDING]
    if not (latents.dim() == 3 and embedding.dim() == 3 and latents.shape[0] == embedding.shape[0] == 1):
        raise ValueError("of another shape")
    if not bool(torch.isfinite(latents).all() and torch.isfinite(embedding).all()):
        raise ValueError("not of numbers")
    return Speaker(latents.float(), embedding.float())


def _of_sample(torch: Any, model: Any, own: ClonedVoice) -> Speaker:
    """Kept beside the sample, until it or what listens to it changes."""
    kept = own.place / f"xtts-{_digest(torch, model, own)}.pth"
    with suppress(*_UNREADABLE):
        return _checked(torch, numbers(torch, kept))
    made = _heard(torch, model, own)
    for stale in own.place.glob("xtts-*.pth"):
        with suppress(OSError):
            stale.unlink()
    part = kept.with_name(f".{kept.name}.{os.getpid()}")
    with suppress(OSError, RuntimeError):  # a disk that is full costs the next start a second
        try:
            torch.save({_LATENTS: made.latents, _EMBEDDING: made.embedding}, part)
            part.replace(kept)
        finally:
            part.unlink(missing_ok=True)
    return made


def _digest(torch: Any, model: Any, own: ClonedVoice) -> str:
    """Of the sample, and of all that the latents depend on."""
    digest = hashlib.sha256(own.digest.encode())
    digest.update(repr([getattr(model.config, name) for name in _LISTENING]).encode())
    for name, weights in model.state_dict().items():
        if name.startswith(_LISTENERS):
            digest.update(name.encode())
            digest.update(
                memoryview(weights.detach().to("cpu", torch.float32).contiguous().numpy()).cast("B")
            )
    return digest.hexdigest()[:16]


def _heard(torch: Any, model: Any, own: ClonedVoice) -> Speaker:
    """As upstream computes it, of numbers: it is never given a path."""
    config = model.config
    sound = torch.frombuffer(_samples(own), dtype=torch.float32).clone()[None]
    try:
        with quiet(), torch.inference_mode():
            sound = resample(sound, own.rate_hz, _HEARS_HZ)[:, : _HEARS_HZ * config.max_ref_len].clamp(-1, 1)
            if config.sound_norm_refs:
                sound = sound / sound.abs().max().clamp(min=1e-5) * 0.75
            latents = model.get_gpt_cond_latents(
                sound, _HEARS_HZ, length=config.gpt_cond_len, chunk_length=config.gpt_cond_chunk_len
            )
            embedding = model.get_speaker_embedding(sound, _HEARS_HZ)
        return _checked(torch, {_LATENTS: latents.cpu(), _EMBEDDING: embedding.cpu()})
    except (RuntimeError, ValueError) as error:
        raise EngineError(
            f"xtts can make no voice of {own.sample} ({str(error).splitlines()[0][:120]}): add another sample"
            f" with `streamtts voices add {own.name} sample.wav`"
        ) from error


def _samples(own: ClonedVoice) -> Any:
    try:
        with wave.open(str(own.sample), "rb") as file:
            return bytearray(from_s16(file.readframes(file.getnframes())))
    except (OSError, EOFError, wave.Error) as error:
        raise EngineError(
            f"{own.sample} is no sound that can be read: `streamtts voices rm {own.name}` and add it again"
        ) from error
