"""The folder of a small Kokoro with random weights, as the large one lies on the hub."""

import atexit
import json
import math
import shutil
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from streamtts.engine import VoiceOptions

WEIGHTS = "kokoro-v1_0.safetensors"
VOICES = ("af_heart", "af_mine", "bf_emma", "ef_dora", "ff_siwis", "jf_alpha")
STYLES, STYLE = 510, 128

ABSENT = next((name for name in ("mlx", "mlx_audio") if find_spec(name) is None), None)
REASON = f"{ABSENT} is not installed: make test-engines"

_SYMBOLS = (
    ';:,.!?—…"()“” \u0303ʣʥʦʨAIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɪɯŋɳɲɴøθœɹɾʁɽʂʃʈʧʊʌɣʎʒʔˈˌːʰʲᵻ'
)
_FRAMES_OF_A_SYMBOL, _MOST = 1, 50  # a tenth of a second each
_LOUDNESS = 0.1  # the logarithm of what stands in the spectrum
_LSTM = {
    "Wx_forward": "weight_ih_l0",
    "Wh_forward": "weight_hh_l0",
    "bias_ih_forward": "bias_ih_l0",
    "bias_hh_forward": "bias_hh_l0",
}


def config(**changes: object) -> dict[str, Any]:
    """Small wherever the package's decoder has a say in it; it is made for 512 and 1024."""
    return {
        "istftnet": {
            "upsample_kernel_sizes": [1],
            "upsample_rates": [1],
            "gen_istft_hop_size": 1200,
            "gen_istft_n_fft": 2400,
            "resblock_dilation_sizes": [[1, 1, 1]],
            "resblock_kernel_sizes": [3],
            "upsample_initial_channel": 512,
        },
        "dim_in": 64,
        "dropout": 0.2,
        "hidden_dim": 512,
        "max_conv_dim": 512,
        "max_dur": _MOST,
        "multispeaker": True,
        "n_layer": 1,
        "n_mels": 80,
        "n_token": 178,
        "style_dim": STYLE,
        "text_encoder_kernel_size": 5,
        "plbert": {
            "hidden_size": 32,
            "num_attention_heads": 2,
            "intermediate_size": 64,
            "max_position_embeddings": 512,
            "num_hidden_layers": 2,
            "dropout": 0.1,
        },
        "vocab": {symbol: number for number, symbol in enumerate(_SYMBOLS, 1)},
        **changes,
    }


def make(folder: Path, **changes: object) -> Path:
    """The folder, filled, with another configuration if need be."""
    from streamtts.synthesizers.kokoro_mlx.upstream import upstream

    mlx = upstream()
    mx = mlx.mx
    (folder / "voices").mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config(**changes)), encoding="utf-8")
    mx.random.seed(7)
    model = mlx.model(mlx.config.from_dict(config(**changes)))
    parameters = {name: _random(mx, array) for name, array in mlx.flattened(model.parameters())}
    _sound_like_speech(mx, parameters)
    save(mx, folder / WEIGHTS, parameters)
    for number, voice in enumerate(VOICES):
        styles = mx.random.normal((STYLES, 1, 2 * STYLE), scale=0.2, key=mx.random.key(number))
        mx.save_safetensors(str(folder / "voices" / f"{voice}.safetensors"), {"voice": styles})
    return folder


@cache
def shared() -> Path:
    """One for all tests of this process, to be left as it is."""
    place = mkdtemp(prefix="streamtts-kokoro-")
    atexit.register(shutil.rmtree, place)
    return make(Path(place) / "kokoro")


def save(mx: Any, file: Path, parameters: Mapping[str, Any]) -> None:
    """In the names and the arrangement of PyTorch, in 16 bits, as it lies on the hub."""
    renamed = dict(_as_in_torch(name, array) for name, array in parameters.items())
    mx.save_safetensors(str(file), {name: array.astype(mx.bfloat16) for name, array in renamed.items()})


def options(folder: Path, voice: str = "", language: str = "en", threads: int = 1) -> VoiceOptions:
    return VoiceOptions(voice, language, threads, {"model": str(folder)})


def _random(mx: Any, array: Any) -> Any:
    if array.ndim == 1 or array.shape[-2:] == (1, 1):
        return array  # biases, norms and how large the rows are
    return mx.random.normal(array.shape, scale=1 / math.sqrt(math.prod(array.shape[1:])))


def _sound_like_speech(mx: Any, parameters: dict[str, Any]) -> None:
    """Each symbol about as long as in speech, and about as loud."""
    share = _FRAMES_OF_A_SYMBOL / _MOST
    lengths = "predictor.duration_proj.linear_layer"
    parameters[f"{lengths}.bias"] = mx.full((_MOST,), math.log(share / (1 - share)))
    parameters[f"{lengths}.weight"] = parameters[f"{lengths}.weight"] * 0.1
    last = "decoder.generator.conv_post"
    half = parameters[f"{last}.bias"].shape[0] // 2
    parameters[f"{last}.weight_g"] = mx.full(parameters[f"{last}.weight_g"].shape, 0.2)
    parameters[f"{last}.bias"] = mx.concatenate([mx.full((half,), _LOUDNESS), mx.zeros((half,))])


def _as_in_torch(name: str, array: Any) -> tuple[str, Any]:
    stem, _, part = name.rpartition(".")
    if part in _LSTM:
        return f"{stem}.{_LSTM[part]}", array
    if (forward := part.replace("backward", "forward")) in _LSTM:
        return f"{stem}.{_LSTM[forward]}_reverse", array
    if name.startswith("text_encoder.cnn") and part in ("weight", "bias"):
        return f"{stem}.{'gamma' if part == 'weight' else 'beta'}", array
    turned = part == "weight_v" or "noise_convs" in name or name.endswith(("F0_proj.weight", "N_proj.weight"))
    return name, array.transpose(0, 2, 1) if turned and array.ndim == 3 else array
