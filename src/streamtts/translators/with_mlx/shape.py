"""Which models our network can be."""

from pathlib import Path

from streamtts.engine import EngineError
from streamtts.translators.nmt import shape as nllb_shape
from streamtts.translators.nmt.shape import NLLB, Shape

_FEWEST_POSITIONS = 16


def read(folder: Path) -> Shape:
    """Raises EngineError for what is no NLLB model."""
    shape = nllb_shape.read(folder)
    if shape.kind != NLLB:
        raise EngineError(
            f"nllb-mlx runs NLLB models, and {folder} is of the kind {shape.kind}: choose the engine nllb or"
            " nllb-ct2 for it"
        )
    if shape.most_positions < _FEWEST_POSITIONS:
        raise EngineError(f"the model in {folder} reads no whole sentence: choose another")
    return shape
