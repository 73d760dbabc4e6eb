"""A sentence as sound that begins before its end is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from streamtts.synthesizers.pcm import from_floats
from streamtts.synthesizers.xtts import growth
from streamtts.synthesizers.xtts.latents import Writer
from streamtts.synthesizers.xtts.network import Memory, Network
from streamtts.synthesizers.xtts.sampling import Sampling
from streamtts.synthesizers.xtts.vocoding import Sound, Vocoder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamtts.engine import Pcm, Ticket

FIRST_LATENTS, MOST_LATENTS, LATENTS_AHEAD = 3, 16, 3
_AT_ONCE = 8  # latents that are vocoded between two looks at the ticket


@dataclass(frozen=True, slots=True)
class Voice:
    """What all sentences of a voice share."""

    heard: Memory
    tint: Sequence[Any]


class Streamer:
    """Speaks with an `Xtts` of TTS, whose layers that write it takes: `model.inference` works no more."""

    def __init__(self, model: Any, *, precision: str = "auto") -> None:
        import torch

        self._torch = torch
        self._network = Network(torch, model.gpt, precision)
        self._writer = Writer(torch, self._network, model.gpt)
        self._vocoder = Vocoder(torch, model.hifigan_decoder)
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
        """The sound of a sentence in pieces, each as soon as its latents are written."""
        sampling = sampling or Sampling()
        sound = self._vocoder.begin(voice.tint, sampling.speed)
        sizes = growth.pieces(FIRST_LATENTS, MOST_LATENTS, ahead=LATENTS_AHEAD)
        waiting: list[Any] = []
        size = next(sizes)
        for _, latent in self._writer.write(tokens, voice.heard, sampling, ticket):
            waiting.append(latent)
            if len(waiting) == size:
                piece = self._sound(sound, waiting, ticket)
                waiting, size = [], next(sizes)
                if piece:
                    yield piece
        yield self._sound(sound, waiting or [latent[:0]], ticket, last=True)

    def _sound(self, sound: Sound, latents: list[Any], ticket: Ticket, *, last: bool = False) -> Pcm:
        made: list[Any] = []
        with self._torch.inference_mode():
            parts = self._torch.cat(latents).split(_AT_ONCE)
            for number, part in enumerate(parts, 1):
                ticket.check()
                made.append(sound.feed(part, last and number == len(parts)))
            samples = self._torch.cat(made).cpu()
        return from_floats(samples.numpy())
