"""MLX and the network of mlx-audio: what we take of them, loaded when it is first needed."""

from dataclasses import dataclass
from typing import Any

from streamtts.engine import EngineError

INSTALL = "pip install 'streamtts[mlx-audio]'"

_CACHE_BYTES = 256 << 20  # buffers that MLX may keep for the next phrase


@dataclass(frozen=True, slots=True)
class Upstream:
    mx: Any
    model: Any
    config: Any
    convolution: type
    layers: tuple[type, ...]  # whose work is long enough to ask, after each, whether anybody still listens
    flattened: Any

    @property
    def metal(self) -> bool:
        return bool(self.mx.metal.is_available())


def upstream() -> Upstream:
    try:
        import mlx.core as mx
        from mlx.utils import tree_flatten
        from mlx_audio.tts.models.kokoro.istftnet import AdainResBlk1d, AdaINResBlock1, ConvWeighted
        from mlx_audio.tts.models.kokoro.kokoro import Model, ModelConfig
        from mlx_audio.tts.models.kokoro.modules import LSTM, AlbertEncoder
    except ImportError as error:
        why = " ".join(str(error).split())[:120]
        raise EngineError(
            f"kokoro-mlx cannot load mlx-audio ({why}): run {INSTALL}; it needs macOS 14 or newer, or Linux"
        ) from error
    mx.set_cache_limit(_CACHE_BYTES)
    layers = (AlbertEncoder, LSTM, AdainResBlk1d, AdaINResBlock1)
    return Upstream(mx, Model, ModelConfig, ConvWeighted, layers, tree_flatten)
