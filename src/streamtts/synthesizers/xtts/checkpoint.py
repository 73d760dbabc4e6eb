"""An XTTS model from its folder: read as numbers, so that nothing in a file is run, and only whole."""

import json
import operator
import pickle
import struct
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError
from streamtts.synthesizers.xtts.upstream import Upstream, quiet

CONFIG, WEIGHTS, VOCABULARY = "config.json", "model.pth", "vocab.json"

# What torch.load raises for files that are damaged.
FAULTS = (OSError, RuntimeError, ValueError, EOFError, LookupError, AttributeError, TypeError, struct.error)

_MOST_JSON_BYTES = 32 << 20
_FOR_TRAINING = ("torch_mel_spectrogram_style_encoder", "torch_mel_spectrogram_dvae", "dvae")
_TWICE = ("gpt.gpt_inference.", "gpt.gpt.wte.")  # old checkpoints hold them under a second name
_MEND = "run `streamtts models pull xtts-v2`, or give another folder"


def loaded(coqui: Upstream, folder: Path, device: Any) -> Any:
    """The `Xtts` of a folder, evaluated, on a device. Raises EngineError for a folder that holds none."""
    if not folder.is_dir():
        raise EngineError(f"{folder} is no folder: engines.xtts.model is xtts-v2, or the folder of a model")
    config = _config(coqui, folder)
    weights = _weights(coqui, folder)
    if not _fits(config.model_args, weights):
        raise _misfit(folder, WEIGHTS, CONFIG)
    tokenizer = _tokenizer(coqui, folder)
    with quiet(), _empty(coqui.torch):
        try:
            model = coqui.model(config)
            model.tokenizer = tokenizer
            model.init_models()
            model.load_state_dict(weights, strict=True, assign=True)
        except (*FAULTS, ArithmeticError, AssertionError) as error:
            raise _misfit(folder, WEIGHTS, CONFIG) from error
    try:
        return model.requires_grad_(requires_grad=False).train(mode=False).to(device)
    except RuntimeError as error:  # as a rule there is no memory left
        said = str(error).splitlines()[0][:120]
        raise EngineError(
            f"xtts does not fit onto {device} ({said}): set engines.xtts.device to cpu"
        ) from error


def tensors(torch: Any, path: Path, known: tuple[tuple[Any, str], ...] = ()) -> Any:
    """What torch.save wrote: numbers, names, objects of `known` classes; else EngineError."""
    if not path.is_file():
        raise _absent(path)
    try:
        with torch.serialization.safe_globals(list(known)):
            return numbers(torch, path)
    except pickle.UnpicklingError as error:
        raise EngineError(
            f"{path} is damaged, or holds more than numbers, which is refused: {_MEND}"
        ) from error
    except FAULTS as error:
        raise EngineError(f"{path} is damaged: {_MEND}") from error


def numbers(torch: Any, path: Path) -> Any:
    """What torch.save wrote, of which nothing is run. Raises FAULTS and UnpicklingError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it finds strange it refuses, too
        # Mapped, it is read as it is needed, and shared by those who have it open.
        return torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))


def _config(coqui: Upstream, folder: Path) -> Any:
    known = _json(folder / CONFIG)
    if not isinstance(known.get("model_args"), dict):
        raise _misfit(folder, CONFIG, "XTTS v2")
    config = coqui.config()
    try:
        with quiet():
            config.from_dict(known)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _misfit(folder, CONFIG, "XTTS v2") from error
    if config.model != "xtts":
        raise EngineError(f"{folder / CONFIG} is of a {str(config.model)[:40]!r}, not of XTTS: {_MEND}")
    # The vocabulary says how many there are; without a number the network is not made before that is known.
    config.model_args.gpt_number_text_tokens = None
    return config


def _fits(args: Any, weights: Mapping[str, Any]) -> bool:
    """Whether the network is as large as its weights: a number in a file must not fill the memory."""
    try:
        layers, width = operator.index(args.gpt_layers), operator.index(args.gpt_n_model_channels)
        tokens = sum(map(operator.index, (args.gpt_max_audio_tokens, args.gpt_max_text_tokens)))
        tokens += operator.index(args.gpt_num_audio_tokens)
    except (AttributeError, TypeError):
        return False
    if min(layers, width, tokens) < 1:
        return False
    there = sum(int(value.numel()) for value in weights.values())
    return width * (12 * layers * width + tokens) <= there


def _tokenizer(coqui: Upstream, folder: Path) -> Any:
    _json(folder / VOCABULARY)
    try:
        tokenizer = coqui.tokenizer(folder / VOCABULARY)
    except Exception as error:  # the package raises nothing narrower
        raise _misfit(folder, VOCABULARY, "a tokenizer") from error
    if any(tokenizer.tokenizer.token_to_id(name) is None for name in ("[START]", "[STOP]", "[SPACE]")):
        raise _misfit(folder, VOCABULARY, "XTTS v2")
    return tokenizer


def _weights(coqui: Upstream, folder: Path) -> Mapping[str, Any]:
    found = tensors(coqui.torch, folder / WEIGHTS, coqui.legacy)
    known = found.get("model") if isinstance(found, dict) else None
    if not isinstance(known, dict) or not all(map(coqui.torch.is_tensor, known.values())):
        raise _misfit(folder, WEIGHTS, "XTTS v2")
    named = {str(name).removeprefix("xtts."): value for name, value in known.items()}
    return {
        name: value.float() if value.is_floating_point() else value
        for name, value in named.items()
        if name.partition(".")[0] not in _FOR_TRAINING and not name.startswith(_TWICE)
    }


@contextmanager
def _empty(torch: Any) -> Iterator[None]:
    """Within the block networks are made without the random numbers that weights replace."""
    from torch.overrides import TorchFunctionMode

    left_out = {torch.Tensor.normal_, torch.Tensor.uniform_}

    class Empty(TorchFunctionMode):  # type: ignore[misc]
        def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
            return args[0] if func in left_out else func(*args, **(kwargs or {}))

    with Empty():
        yield


def _json(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            known = json.loads(file.read(_MOST_JSON_BYTES))
    except FileNotFoundError:
        raise _absent(path) from None
    except OSError as error:
        raise EngineError(f"cannot read {path} ({error.strerror}): {_MEND}") from error
    except (ValueError, RecursionError) as error:
        raise EngineError(f"{path} is damaged: {_MEND}") from error
    if not isinstance(known, dict):
        raise EngineError(f"{path} is damaged: {_MEND}")
    return known


def _absent(path: Path) -> EngineError:
    return EngineError(f"there is no {path.name} in {path.parent}, so it is no XTTS model: {_MEND}")


def _misfit(folder: Path, name: str, other: str) -> EngineError:
    return EngineError(f"{folder / name} does not belong to {other}: {_MEND}")
