"""Sound of latents as they come: the joined pieces are the sound of the whole.

Nothing is computed twice and nothing is faded over: each convolution keeps what it needs of what it read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamtts.synthesizers.xtts.convolutions import Convolution, Mean, Residual, Upsampling
from streamtts.synthesizers.xtts.interpolation import Interpolation

if TYPE_CHECKING:
    from collections.abc import Sequence

_SLOPE = 0.1


class Vocoder:
    """Made of a `HifiDecoder` of TTS, which computes the same afterwards, only faster."""

    def __init__(self, torch: Any, decoder: Any) -> None:
        self._torch = torch
        self._decoder = decoder
        from torch.nn.utils import parametrize

        for part in decoder.waveform_decoder.modules():
            if parametrize.is_parametrized(part, "weight"):
                parametrize.remove_parametrizations(part, "weight")

    @property
    def rate_hz(self) -> int:
        return int(self._decoder.output_sample_rate)

    def tint(self, speaker: Any) -> list[Any]:
        """What a speaker adds to the biases of the layers, from the first on."""
        network = self._decoder.waveform_decoder
        layers = [(network.conv_pre, network.cond_layer), *zip(network.ups, network.conds, strict=True)]
        return [(layer.bias[:, None] + colour(speaker)[0])[None] for layer, colour in layers]

    def begin(self, tint: Sequence[Any], speed: float = 1.0) -> Sound:
        return Sound(self._torch, self._decoder, tint, speed)


class Sound:
    """The sound of one sentence."""

    def __init__(self, torch: Any, decoder: Any, tint: Sequence[Any], speed: float) -> None:
        self._torch = torch
        scales = [
            1 / speed,
            decoder.ar_mel_length_compression / decoder.output_hop_length,
            decoder.output_sample_rate / decoder.input_sample_rate,
        ]
        self._stretches = [Interpolation(torch, scale) for scale in scales if scale != 1]
        network = decoder.waveform_decoder
        self._first = Convolution(torch, network.conv_pre.weight, tint[0].flatten())
        self._stages = [
            (
                Upsampling(torch, up.weight, bias, up.stride[0], up.padding[0]),
                Mean(torch, [self._residual(block) for block in _blocks(network, number)]),
            )
            for number, (up, bias) in enumerate(zip(network.ups, tint[1:], strict=True))
        ]
        self._last = Convolution(torch, network.conv_post.weight, network.conv_post.bias)

    def feed(self, latents: Any, last: bool = False) -> Any:
        """The next samples, after `latents` in rows; with `last`, those to the end of the sentence."""
        functional = self._torch.nn.functional
        row = latents.t()[None]
        for stretch in self._stretches:
            row = stretch.feed(row, last)
        row = self._first.feed(row, last)
        for up, mean in self._stages:
            row = mean.feed(up.feed(functional.leaky_relu(row, _SLOPE), last), last)
        return self._last.feed(functional.leaky_relu(row), last).tanh().flatten()

    def _residual(self, block: Any) -> Residual:
        def made(layer: Any) -> Convolution:
            return Convolution(self._torch, layer.weight, layer.bias, layer.dilation[0])

        def bend(row: Any) -> Any:
            return self._torch.nn.functional.leaky_relu(row, _SLOPE)

        pairs = zip(block.convs1, block.convs2, strict=True)
        return Residual(self._torch, [(made(wide), made(narrow)) for wide, narrow in pairs], bend)


def _blocks(network: Any, stage: int) -> Any:
    start = stage * network.num_kernels
    return network.resblocks[start : start + network.num_kernels]
