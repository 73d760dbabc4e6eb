"""What the network's weights are used for: products, layer norms, embeddings, the likeliest word.

By MLX, or by kernels of ours that do several of its steps in one dispatch, where this machine was found to be
faster with them; what a kernel is not made for is MLX's, call by call.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from streamtts.metal.linear import ACTIVATIONS, LayerNorm
from streamtts.metal.with_mlx.best import Best
from streamtts.metal.with_mlx.launching import Kernels
from streamtts.metal.with_mlx.packed import Packed
from streamtts.metal.with_mlx.products import Around, Products
from streamtts.metal.with_mlx.rows import added_and_evened
from streamtts.translators.with_mlx.arrays import EMBEDDING
from streamtts.translators.with_mlx.form import Form

_EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class Stream:
    """What each layer adds to, (sentences, columns, width); and its next layer norm, if already made."""

    hidden: Any
    evened: Any | None = None

    def last(self) -> "Stream":
        """Of each sentence the last column."""
        return Stream(self.hidden[:, -1, :], None if self.evened is None else self.evened[:, -1, :])


class Lines:
    """Arrays by name: NAME.weight, NAME.bias, and NAME.scales, NAME.zeros where the weight has few bits."""

    def __init__(
        self, mx: Any, form: Form, arrays: Mapping[str, Any], activation: str, kernels: Kernels | None
    ) -> None:
        self._mx, self._form, self._arrays = mx, form, arrays
        self._activation, self._activate = activation, _activation(mx, activation)
        self._kernels = kernels
        self._products = None if kernels is None else Products(kernels)
        table = self._packed(EMBEDDING) or arrays[f"{EMBEDDING}.weight"]
        self._best = None if kernels is None else Best(kernels, table)

    def evened(self, norm: str, stream: Stream) -> Any:
        if stream.evened is not None:
            return stream.evened
        by = self._norm(norm)
        return self._mx.fast.layer_norm(stream.hidden, by.weight, by.bias, by.epsilon)

    def of_norm(self, name: str, norm: str, stream: Stream, *, activated: bool = False) -> Any:
        """The line of what the layer norm makes of the stream."""
        if stream.evened is None:
            known = activated and self._activation in ACTIVATIONS
            around = Around(self._norm(norm), self._activation if known else "")
            if (made := self._by_us(name, stream.hidden, around)) is not None:
                return self._activate(made) if activated and not known else made
        made = self.line(name, self.evened(norm, stream))
        return self._activate(made) if activated else made

    def onto(self, name: str, hidden: Any, stream: Stream, following: str) -> Stream:
        """The stream with the line of `hidden` added; `following` is the layer norm that comes next."""
        if (made := self._by_us(name, hidden, Around(residual=stream.hidden))) is not None:
            return Stream(made)
        made = self.line(name, hidden)
        # With weights of few bits there is a bias to be added, too, and MLX adds both in one dispatch.
        if self._kernels is not None and following and f"{name}.scales" not in self._arrays:
            both = added_and_evened(self._kernels, stream.hidden, made, self._norm(following))
            if both is not None:
                return Stream(*both)
        return Stream(stream.hidden + made)

    def line(self, name: str, hidden: Any) -> Any:
        bias = self._arrays[f"{name}.bias"]
        if f"{name}.scales" in self._arrays:
            return self._times(name, hidden) + bias
        return self._mx.addmm(bias, hidden, self._arrays[f"{name}.weight"].T)

    def scores(self, rows: Any) -> Any:
        """Of each row (rows, width) what it gives every word."""
        return self._times(EMBEDDING, rows)

    def likeliest(self, rows: Any) -> Any:
        """Of each row the word with the highest score."""
        found = None if self._best is None else self._best(rows)
        return self._mx.argmax(self.scores(rows), axis=-1) if found is None else found

    def embedded(self, tokens: Any) -> Any:
        weight = self._arrays[f"{EMBEDDING}.weight"][tokens]
        if (scales := self._arrays.get(f"{EMBEDDING}.scales")) is None:
            return weight
        return self._mx.dequantize(
            weight, scales[tokens], self._arrays[f"{EMBEDDING}.zeros"][tokens], **self._grouped(weight)
        )

    def _norm(self, name: str) -> LayerNorm:
        return LayerNorm(self._arrays[f"{name}.weight"], self._arrays[f"{name}.bias"], _EPSILON)

    def _times(self, name: str, hidden: Any) -> Any:
        if (packed := self._packed(name)) is None:
            return hidden @ self._arrays[f"{name}.weight"].T
        return self._mx.quantized_matmul(
            hidden, *packed.parts, transpose=True, **self._grouped(packed.weights)
        )

    def _by_us(self, name: str, hidden: Any, around: Around) -> Any | None:
        packed = self._packed(name)
        if self._products is None or packed is None:
            return None
        if around.residual is not None:
            around = Around(around.norm, around.activation, _flat(around.residual))
        made = self._products(_flat(hidden), packed, self._arrays[f"{name}.bias"], around)
        return None if made is None else made.reshape(*hidden.shape[:-1], -1)

    def _packed(self, name: str) -> Packed | None:
        if (scales := self._arrays.get(f"{name}.scales")) is None:
            return None
        return Packed(self._arrays[f"{name}.weight"], scales, self._arrays[f"{name}.zeros"], self._form.bits)

    def _grouped(self, weight: Any) -> Mapping[str, int]:
        columns = int(weight.shape[-1] * 32 // self._form.bits)
        return {"group_size": self._form.group(columns), "bits": self._form.bits}


def _flat(hidden: Any) -> Any:
    return hidden.reshape(-1, hidden.shape[-1])


def _activation(mx: Any, name: str) -> Callable[[Any], Any]:
    def gelu(x: Any) -> Any:
        return x * (1 + mx.erf(x / math.sqrt(2))) / 2

    def silu(x: Any) -> Any:
        return x * mx.sigmoid(x)

    def relu(x: Any) -> Any:
        return mx.maximum(x, 0)

    return {"relu": relu, "gelu": gelu, "silu": silu}[name]
