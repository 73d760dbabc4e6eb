"""Phonemes to sound, by the layers of mlx-audio; between two of them somebody may say that it is enough."""

from collections.abc import Sequence
from threading import Lock
from typing import Any

from streamtts.engine import EngineError, Ticket
from streamtts.synthesizers.kokoro.clips import RATE_HZ
from streamtts.synthesizers.kokoro_mlx.folding import fold
from streamtts.synthesizers.kokoro_mlx.shape import MEND, Shape
from streamtts.synthesizers.kokoro_mlx.upstream import Upstream

_LONGEST_SYMBOL_S, _LONGEST_SILENCE_S = 0.4, 2.0  # on average, and besides
_MOST_FRAMES_OF_A_SYMBOL = 100
_SEED = 1  # of the breath in a voice: the same text sounds the same each time

_one_at_a_time = Lock()  # MLX computes for one thread after the other


class Network:
    """A `Model` of mlx-audio, taken over."""

    def __init__(self, mlx: Upstream, model: Any, shape: Shape) -> None:
        self._mx = mlx.mx
        self._model = model
        self._shape = shape
        self._ticket = Ticket()
        fold(mlx, model)
        asking = {kind: self._asking(kind) for kind in mlx.layers}
        for module in model.modules():
            if type(module) in asking:
                module.__class__ = asking[type(module)]

    def sound(self, symbols: Sequence[int], styles: Any, speed: float, ticket: Ticket) -> Any:
        """32-bit floats in one row, as NumPy has them. Cancelled within the phrase once the ticket is."""
        import numpy as np

        with _one_at_a_time:
            self._ticket = ticket
            ticket.check()
            self._mx.random.seed(_SEED)
            style = styles[min(len(symbols), styles.shape[0]) - 1][None]
            samples = np.array(self._samples(symbols, style, speed), np.float32).ravel()
        if not np.isfinite(samples).all():
            raise EngineError(f"the model of kokoro-mlx computes what is no sound: {MEND}")
        return samples

    def _samples(self, symbols: Sequence[int], style: Any, speed: float) -> Any:
        mx, model = self._mx, self._model
        timbre, manner = style[:, : self._shape.style], style[:, self._shape.style :]
        row = mx.array([[0, *symbols, 0]])
        length = mx.array([row.shape[1]])
        nothing_masked = mx.zeros(row.shape, mx.bool_)
        meant, _ = model.bert(row, attention_mask=mx.ones(row.shape, mx.int32))
        meant = model.bert_encoder(meant).transpose(0, 2, 1)
        prosody = model.predictor.text_encoder(meant, manner, length, nothing_masked)
        places = self._places(prosody, speed)
        pitch, loudness = model.predictor.F0Ntrain(prosody[:, places].transpose(0, 2, 1), manner)
        text = model.text_encoder(row, length, nothing_masked)[:, :, places]
        samples = model.decoder(text, pitch, loudness, timbre)[0]
        return samples.astype(mx.float32)

    def _places(self, prosody: Any, speed: float) -> Any:
        """For each frame, the place of the symbol that it is of."""
        mx, predictor = self._mx, self._model.predictor
        read, _ = predictor.lstm(prosody)
        frames = mx.sigmoid(predictor.duration_proj(read)).sum(axis=-1)[0] / speed
        frames = mx.nan_to_num(frames, nan=1.0, posinf=_MOST_FRAMES_OF_A_SYMBOL, neginf=1.0)
        counts = mx.clip(mx.round(frames), 1, _MOST_FRAMES_OF_A_SYMBOL).astype(mx.int32).tolist()
        seconds = sum(counts) * self._shape.frames / RATE_HZ * speed
        if seconds > _LONGEST_SYMBOL_S * len(counts) + _LONGEST_SILENCE_S:
            raise EngineError(f"the model of kokoro-mlx would speak far too slowly: {MEND}")
        return mx.array([place for place, count in enumerate(counts) for _ in range(count)])

    def _asking(self, kind: type) -> type:
        """A layer like those of `kind`, computed at once, after which the ticket is looked at."""
        plain: Any = kind

        def call(layer: Any, *given: Any, **named: Any) -> Any:
            found = plain.__call__(layer, *given, **named)
            self._mx.eval(found)
            self._ticket.check()
            return found

        return type(kind.__name__, (kind,), {"__call__": call})
