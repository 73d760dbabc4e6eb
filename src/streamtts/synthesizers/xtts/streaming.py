"""A sentence as sound that begins before its end is known."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from streamtts.engine import Ticket
from streamtts.metal.launching import on_this_mac
from streamtts.synthesizers.pcm import from_floats
from streamtts.synthesizers.xtts import growth, sharing
from streamtts.synthesizers.xtts.ahead import ahead
from streamtts.synthesizers.xtts.latents import Writer
from streamtts.synthesizers.xtts.network import Network
from streamtts.synthesizers.xtts.sampling import Sampling
from streamtts.synthesizers.xtts.vocoding import Sound, Vocoder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamtts.engine import Pcm
    from streamtts.synthesizers.xtts.memory import Memory

_FIRST, _FIRST_HEARD = 6, 2.35  # latents; the first piece is a tenth of a second
_MOST = 8  # more at once are vocoded no faster
_MOST_AHEAD = 2  # pieces, written before they are vocoded


@dataclass(frozen=True, slots=True)
class Voice:
    """What all sentences of a voice share."""

    heard: Memory
    tint: Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Written:
    """What a piece is made of."""

    latents: list[Any]
    last: bool
    mark: Any


class Streamer:
    """Speaks with an `Xtts` of TTS, whose layers that write it takes: `model.inference` works no more."""

    def __init__(self, model: Any, *, precision: str = "auto") -> None:
        import torch

        self._torch = torch
        kernels = on_this_mac(torch) if model.gpt.mel_head.weight.device.type == "mps" else None
        self._network = Network(torch, model.gpt, precision, kernels)
        self._writer = Writer(torch, self._network, model.gpt)
        self._vocoder = Vocoder(torch, model.hifigan_decoder)
        self._sharing = sharing.chosen(torch, self._network.device)
        self.most_tokens = int(model.args.gpt_max_text_tokens) - 1

    @property
    def rate_hz(self) -> int:
        return self._vocoder.rate_hz

    @property
    def precision(self) -> str:
        """What "auto" has become."""
        return self._network.precision

    def voice(self, gpt_cond_latent: Any, speaker_embedding: Any) -> Voice:
        with self._torch.inference_mode():
            speaker = speaker_embedding.to(self._network.device).float()
            return Voice(self._network.listen(gpt_cond_latent), self._vocoder.tint(speaker))

    def stream(
        self, tokens: Sequence[int], voice: Voice, *, ticket: Ticket, sampling: Sampling | None = None
    ) -> Iterator[Pcm]:
        """The sound of a sentence in pieces, each as soon as its latents are written.

        Behind the first, which has the device for itself, a piece is vocoded while the next ones are written.
        """
        sampling = sampling or Sampling()
        writing = Ticket()
        with ticket.cancelling(writing.cancel):
            sound = self._vocoder.begin(voice.tint, sampling.speed)
            written = self._written(tokens, voice, sampling, writing)
            first = next(written)
            piece = self._sound(sound, first, ticket, alone=True)
            together = self._sharing.together and not first.last
            with (
                ahead(written, _MOST_AHEAD, begin=self._sharing.begin_writing, stop=writing.cancel)
                if together
                else nullcontext(written)
            ) as coming:
                if piece:
                    yield piece
                for each in coming:
                    if piece := self._sound(sound, each, ticket, alone=not together):
                        yield piece

    def _written(
        self, tokens: Sequence[int], voice: Voice, sampling: Sampling, ticket: Ticket
    ) -> Iterator[_Written]:
        sizes = growth.pieces(_FIRST, _FIRST_HEARD, _MOST)
        latents: list[Any] = []
        size = next(sizes)
        for _, latent in self._writer.write(tokens, voice.heard, sampling, ticket):
            latents.append(latent)
            if len(latents) == size:
                yield _Written(latents, last=False, mark=self._sharing.handed())
                latents, size = [], next(sizes)
        yield _Written(latents or [latent[:0]], last=True, mark=self._sharing.handed())

    def _sound(self, sound: Sound, written: _Written, ticket: Ticket, *, alone: bool) -> Pcm:
        """The caller holds what was written until its sound is here: then its memory may be used again."""
        with self._torch.inference_mode(), self._sharing.vocoding(written.mark, alone=alone):
            ticket.check()
            samples = sound.feed(self._torch.cat(written.latents), written.last).cpu()
        return from_floats(samples.numpy())
