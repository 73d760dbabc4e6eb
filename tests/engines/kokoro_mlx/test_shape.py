"""A config.json may hold anything: what makes no sense is refused before a network is made of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.kokoro_mlx.tiny_folder import config
from streamtts.engine import EngineError
from streamtts.synthesizers.kokoro_mlx import shape

OF_THE_HUB: dict[str, Any] = {
    "upsample_kernel_sizes": [20, 12],
    "upsample_rates": [10, 6],
    "gen_istft_hop_size": 5,
    "gen_istft_n_fft": 20,
    "resblock_dilation_sizes": [[1, 3, 5], [1, 3, 5], [1, 3, 5]],
    "resblock_kernel_sizes": [3, 7, 11],
    "upsample_initial_channel": 512,
}


def read(folder: Path, known: object) -> shape.Shape:
    (folder / "config.json").write_text(json.dumps(known), encoding="utf-8")
    return shape.read(folder)


def test_the_one_of_the_hub_is_understood(tmp_path: Path) -> None:
    found = read(tmp_path, {**config(), "istftnet": OF_THE_HUB})
    assert found.fields["istftnet"] == OF_THE_HUB
    assert (found.style, found.frames) == (128, 600)
    assert found.vocabulary["ˈ"] == config()["vocab"]["ˈ"]
    assert set(found.fields) <= set(config())


@pytest.mark.parametrize("name", ["hidden_dim", "max_dur", "n_layer", "n_token", "style_dim", "vocab"])
@pytest.mark.parametrize("value", [None, 0, -1, 10**9, 1.5, "12", True, [], {}, float("nan")])
def test_a_number_out_of_bounds_is_named(tmp_path: Path, name: str, value: object) -> None:
    with pytest.raises(EngineError) as refused:
        read(tmp_path, {**config(), name: value})
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("plbert", {"num_attention_heads": 3}),
        ("plbert", {"num_hidden_layers": 10**9}),
        ("plbert", {"max_position_embeddings": 64}),
        ("istftnet", {"upsample_rates": [1, 2]}),
        ("istftnet", {"upsample_rates": []}),
        ("istftnet", {"upsample_rates": [10**9]}),
        ("istftnet", {"upsample_rates": [64] * 3, "upsample_kernel_sizes": [64] * 3}),
        ("istftnet", {"upsample_rates": [1] * 1000, "upsample_kernel_sizes": [1] * 1000}),
        ("istftnet", {"upsample_kernel_sizes": [0]}),
        ("istftnet", {"resblock_dilation_sizes": [[1, 3]]}),
        ("istftnet", {"resblock_dilation_sizes": [3]}),
        ("istftnet", {"gen_istft_n_fft": 21}),
        ("istftnet", {"gen_istft_hop_size": 4000}),
        ("istftnet", {"upsample_initial_channel": 511}),
        ("vocab", {"ab": 1}),
        ("vocab", {"a": 178}),
        ("vocab", {"a": -1}),
        ("vocab", {"a": 1.0}),
    ],
)
def test_numbers_that_do_not_go_together_are_refused(
    tmp_path: Path, part: str, change: dict[str, object]
) -> None:
    with pytest.raises(EngineError, match="describes no Kokoro that can be computed"):
        read(tmp_path, {**config(), part: {**config()[part], **change}})


@pytest.mark.parametrize("change", [{"sample_rate": 16_000}, {"text_encoder_kernel_size": 4}])
def test_what_would_sound_wrong_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(EngineError, match=next(iter(change))):
        read(tmp_path, {**config(), **change})


def test_weights_of_few_bits_are_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="has weights of few bits, which are not read"):
        read(tmp_path, {**config(), "quantization": {"bits": 4, "group_size": 64}})


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_table_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(EngineError, match=r"config.json is damaged: run `streamtts models pull kokoro-82m`"):
        shape.read(tmp_path)


def test_a_folder_without_one_is_no_kokoro(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"there is no config.json in .*, so it is no Kokoro"):
        shape.read(tmp_path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(sorted(config())), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(changes=st.dictionaries(st.sampled_from([*config(), *config()["istftnet"]]), JSON, max_size=3))
def test_whatever_stands_there_is_a_shape_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[str, Any]
) -> None:
    inner = {name: value for name, value in changes.items() if name in config()["istftnet"]}
    outer = {name: value for name, value in changes.items() if name not in inner}
    known = {**config(), "istftnet": {**config()["istftnet"], **inner}, **outer}
    try:
        found = read(tmp_path_factory.getbasetemp(), known)
    except EngineError as refused:
        assert "\n" not in str(refused)  # noqa: PT017 - either may happen
    else:
        assert 1 <= found.frames <= 8192
