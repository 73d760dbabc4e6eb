"""What a config.json says of a Kokoro; each number within bounds, so that none makes an endless network."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError
from streamtts.synthesizers.kokoro.clips import RATE_HZ
from streamtts.synthesizers.kokoro.phrases import MOST_TOKENS

CONFIG = "config.json"
MEND = "run `streamtts models pull kokoro-82m`, or give another folder"

_MOST_CONFIG_BYTES = 1 << 20
_MOST_LAYERS, _MOST_WIDTH, _MOST_SYMBOLS = 64, 8192, 65_536
_NUMBERS = {
    "hidden_dim": _MOST_WIDTH,
    "max_dur": 1000,
    "n_layer": _MOST_LAYERS,
    "n_token": _MOST_SYMBOLS,
    "style_dim": 1024,
    "text_encoder_kernel_size": 63,
}
_OF_BERT = {
    "hidden_size": _MOST_WIDTH,
    "intermediate_size": _MOST_SYMBOLS,
    "max_position_embeddings": 16_384,
    "num_attention_heads": 128,
    "num_hidden_layers": _MOST_LAYERS,
}
_OF_VOCODER = {"gen_istft_hop_size": 4096, "gen_istft_n_fft": 4096, "upsample_initial_channel": _MOST_WIDTH}
_MOST_STAGES, _MOST_STEP, _MOST_KERNEL, _DILATIONS = 8, 64, 128, 3
_MOST_FRAMES = 4096  # of sound, for one frame of pitch
_FRAME = 2  # symbols around those of a phrase
# The network keeps them for its training.
_UNUSED = {"dim_in": 64, "dropout": 0.0, "max_conv_dim": 512, "multispeaker": True, "n_mels": 80}


class _MisfitError(Exception):
    """Which part of a description makes no sense."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Of a network that can be made."""

    fields: Mapping[str, Any]  # as the package's own configuration has them
    vocabulary: Mapping[str, int]
    style: int  # numbers of each half of a style
    frames: int  # of sound, for one of the network's own


def read(folder: Path) -> Shape:
    """Raises EngineError for what is no Kokoro, or larger than any."""
    path = folder / CONFIG
    known = _json(path)
    if "quantization" in known or "quantization_config" in known:
        raise EngineError(f"the Kokoro in {folder} has weights of few bits, which are not read: {MEND}")
    try:
        return _shape(known)
    except _MisfitError as what:
        raise EngineError(f"{path} describes no Kokoro that can be computed ({what}): {MEND}") from None


def _json(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            known = json.loads(file.read(_MOST_CONFIG_BYTES))
    except FileNotFoundError:
        raise EngineError(f"there is no {path.name} in {path.parent}, so it is no Kokoro: {MEND}") from None
    except OSError as error:
        raise EngineError(f"cannot read {path} ({error.strerror}): {MEND}") from error
    except (ValueError, RecursionError) as error:
        raise EngineError(f"{path} is damaged: {MEND}") from error
    if not isinstance(known, dict):
        raise EngineError(f"{path} is damaged: {MEND}")
    return known


def _shape(known: Mapping[str, Any]) -> Shape:
    fields = {name: _number(known, name, most) for name, most in _NUMBERS.items()}
    _must(fields["text_encoder_kernel_size"] % 2 == 1, "text_encoder_kernel_size")
    _must(known.get("sample_rate", RATE_HZ) == RATE_HZ, "sample_rate")
    bert, vocoder = _part(known, "plbert"), _part(known, "istftnet")
    plbert = {name: _number(bert, name, most) for name, most in _OF_BERT.items()}
    _must(plbert["hidden_size"] % plbert["num_attention_heads"] == 0, "plbert.num_attention_heads")
    _must(plbert["max_position_embeddings"] >= MOST_TOKENS + _FRAME, "plbert.max_position_embeddings")
    istftnet = _vocoder(vocoder)
    per_pitch = istftnet["gen_istft_hop_size"]
    for rate in istftnet["upsample_rates"]:
        per_pitch *= rate
    _must(per_pitch <= _MOST_FRAMES, "istftnet.upsample_rates")
    vocabulary = _vocabulary(known, fields["n_token"])
    return Shape(
        fields={**_UNUSED, **fields, "plbert": plbert, "istftnet": istftnet, "vocab": vocabulary},
        vocabulary=vocabulary,
        style=fields["style_dim"],
        frames=2 * per_pitch,  # pitch has two frames for each
    )


def _vocoder(known: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: _number(known, name, most) for name, most in _OF_VOCODER.items()}
    rates = list(_numbers(known, "upsample_rates", _MOST_STEP))
    kernels = list(_numbers(known, "upsample_kernel_sizes", _MOST_KERNEL))
    blocks = list(_numbers(known, "resblock_kernel_sizes", _MOST_KERNEL))
    dilations = _row(known, "resblock_dilation_sizes")
    _must(len(kernels) == len(rates), "istftnet.upsample_kernel_sizes")
    _must(all(kernel >= rate for kernel, rate in zip(kernels, rates, strict=True)), "istftnet.upsample_rates")
    _must(len(dilations) == len(blocks), "istftnet.resblock_dilation_sizes")
    each = [
        list(_numbers({"resblock_dilation_sizes": row}, "resblock_dilation_sizes", _MOST_STEP))
        for row in dilations
    ]
    _must(all(len(row) == _DILATIONS for row in each), "istftnet.resblock_dilation_sizes")
    _must(numbers["gen_istft_n_fft"] % 2 == 0, "istftnet.gen_istft_n_fft")
    _must(numbers["gen_istft_hop_size"] <= numbers["gen_istft_n_fft"], "istftnet.gen_istft_hop_size")
    _must(numbers["upsample_initial_channel"] % 2 ** len(rates) == 0, "istftnet.upsample_initial_channel")
    return {
        **numbers,
        "upsample_rates": rates,
        "upsample_kernel_sizes": kernels,
        "resblock_kernel_sizes": blocks,
        "resblock_dilation_sizes": each,
    }


def _vocabulary(known: Mapping[str, Any], symbols: int) -> dict[str, int]:
    vocabulary = _part(known, "vocab")
    for symbol, number in vocabulary.items():
        _must(len(symbol) == 1 and type(number) is int and 0 <= number < symbols, "vocab")
    _must(len(vocabulary) > 0, "vocab")
    return dict(vocabulary)


def _part(known: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = known.get(name)
    if not isinstance(part, dict):
        raise _MisfitError(name)
    return part


def _row(known: Mapping[str, Any], name: str) -> list[Any]:
    row = known.get(name)
    if not isinstance(row, list) or not 1 <= len(row) <= _MOST_STAGES:
        raise _MisfitError(name)
    return row


def _numbers(known: Mapping[str, Any], name: str, most: int) -> Iterator[int]:
    for value in _row(known, name):
        yield _number({name: value}, name, most)


def _number(known: Mapping[str, Any], name: str, most: int) -> int:
    value = known.get(name)
    if type(value) is not int or not 1 <= value <= most:
        raise _MisfitError(name)
    return value


def _must(holds: bool, name: str) -> None:
    if not holds:
        raise _MisfitError(name)
