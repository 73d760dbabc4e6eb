"""Convolutions whose weights are brought to their length once, and not again for each phrase."""

from typing import Any

from streamtts.synthesizers.kokoro_mlx.upstream import Upstream

_EPSILON = 1e-7  # the package's, beside a length


def fold(mlx: Upstream, model: Any) -> None:
    """What a layer computes stays the same; it has one array of weights in the place of two."""
    mx = mlx.mx

    def call(layer: Any, given: Any, convolve: Any) -> Any:
        if layer.groups == 1 and given.shape[-1] != layer.weight.shape[-1]:
            layer.weight = mx.contiguous(layer.weight.T)  # one that goes from few channels to many
        found = convolve(
            given,
            layer.weight,
            stride=layer.stride,
            padding=layer.padding,
            dilation=layer.dilation,
            groups=layer.groups,
        )
        return found if layer.bias is None else found + layer.bias

    folded: Any = type("Folded", (mlx.convolution,), {"__call__": call})
    layers: list[Any] = [layer for layer in model.modules() if type(layer) is mlx.convolution]
    for layer in layers:
        direction, length = layer.pop("weight_v"), layer.pop("weight_g")
        norm = mx.sqrt((direction * direction).sum(axis=(1, 2), keepdims=True))
        layer.weight = direction / (norm + _EPSILON) * length
        mx.eval(layer.weight)
        layer.__class__ = folded
