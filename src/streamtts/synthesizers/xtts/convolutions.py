"""Convolutions over a row that arrives in pieces: what they make of the whole, each place computed once.

`feed` returns what is complete, which may be nothing; with `last`, the rest, and the layer has done its work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Layer(Protocol):
    def feed(self, row: Any, last: bool) -> Any: ...


class Convolution:
    """A `Conv1d` with as many zeros at both ends as keep the length."""

    def __init__(self, torch: Any, weight: Any, bias: Any, dilation: int = 1) -> None:
        self._torch = torch
        self._weight, self._bias, self._dilation = weight, bias, dilation
        self._span = (weight.shape[2] - 1) * dilation
        self._held: Any = None

    def feed(self, row: Any, last: bool) -> Any:
        edge = row.new_zeros((*row.shape[:2], self._span // 2))
        parts = [edge if self._held is None else self._held, row]
        whole = self._torch.cat([*parts, edge] if last else parts, dim=2)
        complete = whole.shape[2] - self._span
        self._held = whole[:, :, max(0, complete) :].clone()
        if complete <= 0:
            return row.new_empty((1, self._weight.shape[0], 0))
        convolve = self._torch.nn.functional.conv1d
        return convolve(whole, self._weight, self._bias, dilation=self._dilation)


class Upsampling:
    """A `ConvTranspose1d` that makes `stride` places of each."""

    def __init__(self, torch: Any, weight: Any, bias: Any, stride: int, padding: int) -> None:
        self._torch = torch
        self._weight, self._bias = weight, bias
        self._stride, self._padding = stride, padding
        self._held: Any = None  # what the next places add to

    def feed(self, row: Any, last: bool) -> Any:
        spread = self._weight.shape[2] - self._stride
        first = self._held is None
        if row.shape[2]:
            upsample = self._torch.nn.functional.conv_transpose1d
            whole = upsample(row, self._weight, stride=self._stride)
            if not first:
                whole[:, :, :spread] += self._held
        elif first:
            return row.new_empty((1, self._weight.shape[1], 0))
        else:
            whole = self._held
        complete = row.shape[2] * self._stride
        self._held = whole[:, :, complete:].clone()
        end = complete + spread - self._padding if last else complete
        return whole[:, :, self._padding if first else 0 : end] + self._bias


class Residual:
    """Pairs of convolutions, each adding to what it read."""

    def __init__(self, torch: Any, pairs: Sequence[tuple[Layer, Layer]], bend: Callable[[Any], Any]) -> None:
        self._torch = torch
        self._pairs = pairs
        self._bend = bend
        self._held: list[Any] = [None] * len(pairs)

    def feed(self, row: Any, last: bool) -> Any:
        for number, (wide, narrow) in enumerate(self._pairs):
            added = narrow.feed(self._bend(wide.feed(self._bend(row), last)), last)
            held = self._held[number]
            waiting = row if held is None else self._torch.cat([held, row], dim=2)
            self._held[number] = waiting[:, :, added.shape[2] :].clone()
            row = waiting[:, :, : added.shape[2]] + added
        return row


class Mean:
    """The mean of what several layers make of the same."""

    def __init__(self, torch: Any, layers: Sequence[Layer]) -> None:
        self._torch = torch
        self._layers = layers
        self._held: list[Any] = [None] * len(layers)

    def feed(self, row: Any, last: bool) -> Any:
        for number, layer in enumerate(self._layers):
            made, held = layer.feed(row, last), self._held[number]
            self._held[number] = made if held is None else self._torch.cat([held, made], dim=2)
        complete = min(held.shape[2] for held in self._held)
        total = sum(held[:, :, :complete] for held in self._held)
        self._held = [held[:, :, complete:].clone() for held in self._held]
        return total / len(self._layers)
