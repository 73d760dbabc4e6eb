"""The latents of a sentence, one after the other, as the network writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamtts.synthesizers.xtts.sampling import Chooser, Sampling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamtts.engine import Ticket
    from streamtts.synthesizers.xtts.memory import Memory
    from streamtts.synthesizers.xtts.network import Network


class Writer:
    """Writes sentences with one network."""

    def __init__(self, torch: Any, network: Network, gpt: Any) -> None:
        self._torch = torch
        self._network = network
        self._start, self._stop = gpt.start_audio_token, gpt.stop_audio_token
        self._codes = gpt.mel_head.out_features
        self._most_codes = gpt.max_gen_mel_tokens

    def write(
        self, tokens: Sequence[int], voice: Memory, sampling: Sampling, ticket: Ticket
    ) -> Iterator[tuple[int, Any]]:
        """Each code with its latent, a row; the last is the code that ends a sentence, if that comes."""
        torch, network = self._torch, self._network
        chooser = Chooser(torch, sampling, start=self._start, stop=self._stop, scores=self._codes)
        most = min(self._most_codes, sampling.most_codes or self._most_codes)
        ticket.check()
        with torch.inference_mode():
            memory = voice.copy(len(tokens))
            latent, scores = network.read(memory, tokens)
            code = chooser.choose(scores)
        yield code, latent
        for place in range(1, most):
            if code == self._stop:
                return
            ticket.check()
            with torch.inference_mode():
                latent, scores = network.write(memory, code, place)
                code = chooser.choose(scores)
            yield code, latent
