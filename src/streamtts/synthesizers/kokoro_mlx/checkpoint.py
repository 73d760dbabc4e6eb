"""A Kokoro from its folder, as it lies on the hub; .safetensors alone, so nothing in a file is run."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError
from streamtts.models.safetensors import Tensors, damaged, safetensors
from streamtts.synthesizers import packages
from streamtts.synthesizers.kokoro_mlx.shape import MEND, Shape
from streamtts.synthesizers.kokoro_mlx.upstream import Upstream

VOICES = "voices"

_ENDING = ".safetensors"
_PICKLES = ("*.pth", "*.pt", "*.bin")
_VOICE = "voice"  # what the array in the file of a voice is called
_MOST_STYLES = 16_384


def network(mlx: Upstream, folder: Path, shape: Shape) -> Any:
    """The package's own `Model`, whole and evaluated. EngineError for weights that do not belong to it."""
    model = mlx.model(mlx.config.from_dict(shape.fields))  # MLX computes nothing of it yet
    wanted = dict(mlx.flattened(model.parameters()))
    given = _weights(mlx, folder, model)
    for name, array in wanted.items():
        if name not in given:
            raise EngineError(f"the weights in {folder} have no {name}: {MEND}")
        if given[name].shape != array.shape:
            raise EngineError(f"{name} in {folder} is not of the size that its config.json says: {MEND}")
    if not mlx.metal:  # a processor is slow with fewer bits
        given = {name: array.astype(mlx.mx.float32) for name, array in given.items()}
    model.load_weights([(name, given[name]) for name in wanted])
    model.eval()
    mlx.mx.eval(model.parameters())
    return model


def voice_names(folder: Path) -> list[str]:
    return sorted(file.name.removesuffix(_ENDING) for file in (folder / VOICES).glob(f"*{_ENDING}"))


def styles(mlx: Upstream, folder: Path, voice: str, shape: Shape) -> Any:
    """A voice: one style for each length of a phrase."""
    known = voice_names(folder)
    if voice not in known:
        if (folder / VOICES / f"{voice}.pt").is_file():
            raise EngineError(
                f"the voice {voice} in {folder} is a pickle, which may hold code and is refused: {MEND}"
            )
        if not known:
            raise EngineError(f"there is no voice in {folder / VOICES}: {MEND}")
        packages.check_voice("kokoro-mlx", voice, known)
    file = folder / VOICES / f"{voice}{_ENDING}"
    tensors = Tensors(dict(safetensors(file)))
    try:
        size = tensors[_VOICE].shape if _VOICE in tensors else ()
        rows = size[0] if len(size) in (2, 3) else 0
        if not 1 <= rows <= _MOST_STYLES or size[1:] not in ((2 * shape.style,), (1, 2 * shape.style)):
            raise EngineError(f"{file} is no voice of this Kokoro: {MEND}")
        array = tensors.array(mlx.mx, _VOICE).astype(mlx.mx.float32).reshape(rows, 2 * shape.style)
        mlx.mx.eval(array)
    finally:
        tensors.close()
    return array


def _weights(mlx: Upstream, folder: Path, model: Any) -> Mapping[str, Any]:
    """By the names of the network, in the arrangement of MLX."""
    files = sorted(folder.glob(f"*{_ENDING}"))
    if not files:
        if any(found for pattern in _PICKLES for found in folder.glob(pattern)):
            raise EngineError(
                f"the weights in {folder} are a pickle, which may hold code and is refused: {MEND}"
            )
        raise EngineError(f"there are no weights in {folder}, no file *{_ENDING}: {MEND}")
    found = dict(chain.from_iterable(map(safetensors, files)))
    tensors = Tensors(found)
    try:
        if sum(tensor.size for tensor in found.values()) > sum(file.stat().st_size for file in files):
            raise damaged(files[0], "its arrays lie upon each other")  # and would take far more memory
        arrays = {name: tensors.array(mlx.mx, name) for name in found}
        return dict(model.sanitize(arrays))
    except ValueError as error:  # what has too few axes to be turned
        raise EngineError(f"the weights in {folder} are not those of a Kokoro: {MEND}") from error
    finally:
        tensors.close()
