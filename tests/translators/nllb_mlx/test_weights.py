"""Weights in every form and from every kind of file, made once and kept."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streamtts.engine import EngineError
from streamtts.translators.with_mlx import kept as nllb_mlx_kept
from streamtts.translators.with_mlx import shape as nllb_mlx_shape
from streamtts.translators.with_mlx.arrays import opened
from streamtts.translators.with_mlx.form import PRECISIONS, Form, chosen
from translators.nllb_mlx.pair import Pair, needed, pair

ROWS = [*range(200), 1203]


@pytest.fixture
def wide() -> Pair:
    needed()
    return pair("wide")


@pytest.fixture
def kept(wide: Pair, tmp_path: Path) -> Iterator[Any]:
    """Asks for the weights in a form, with a folder of its own to keep them in."""
    import mlx.core as mx

    checkpoint = opened(wide.folder, nllb_mlx_shape.read(wide.folder))
    yield lambda form, rows=ROWS: nllb_mlx_kept.weights(mx, checkpoint, form, rows, tmp_path / "kept")
    checkpoint.tensors.close()


def logits(both: Pair, form: Form, rows: list[int] | None = None) -> Any:
    import mlx.core as mx

    ours = both.ours(form=form, rows=rows)
    cache = ours.network.encode(both.sources(3))
    return ours.network.logits(mx.array([list(ours.begin)] * 3), cache).astype(mx.float32)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        (Form("bfloat16"), 0.05),
        (Form("float16"), 0.01),
        (Form("float32", 8), 0.05),
        (Form("float16", 8), 0.05),
        (Form("bfloat16", 8), 0.1),
        (Form("float32", 4), 0.6),
        (Form("float16", 4), 0.6),
    ],
    ids=lambda each: each.name if isinstance(each, Form) else "",
)
def test_smaller_weights_compute_nearly_the_same(wide: Pair, form: Form, error: float) -> None:
    import mlx.core as mx

    exact = logits(wide, Form("float32"))
    off = logits(wide, form) - exact
    assert 0 < float(mx.sqrt((off * off).mean()) / mx.sqrt((exact * exact).mean())) < error


def test_half_precision_says_what_the_model_says_in_it(wide: Pair) -> None:
    """In the type of most checkpoints, where every rounding counts, the likeliest word is still the same."""
    import mlx.core as mx

    exact = mx.argmax(logits(wide, Form("float32")), axis=-1).tolist()
    assert mx.argmax(logits(wide, Form("float16")), axis=-1).tolist() == exact


def test_a_width_that_cannot_be_grouped_stays_as_it_is() -> None:
    needed()
    odd = pair("thirteen heads")
    sources = odd.sources(3)
    assert odd.ours(form=Form("float32", 8)).greedy(sources, 8) == odd.generated(sources, 8)


def test_what_was_made_is_kept_and_used_again(
    kept: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlx.core as mx

    form = Form("float32", 8)
    first = kept(form)
    (file,) = (tmp_path / "kept").iterdir()
    monkeypatch.setattr(nllb_mlx_kept, "_made", None)
    again = kept(form)
    assert again.keys() == first.keys()
    assert all(mx.array_equal(again[name], first[name]) for name in first)
    assert not file.name.startswith(".")


def test_each_form_and_vocabulary_has_a_file_of_its_own(kept: Any, tmp_path: Path) -> None:
    for form in (Form("float32", 8), Form("float32", 4), Form("float16")):
        kept(form)
    kept(Form("float32", 8), ROWS[:-5])
    kept(Form("float32", 8), None)
    assert len(list((tmp_path / "kept").iterdir())) == 5


def test_what_needs_no_work_is_not_kept_twice(kept: Any, tmp_path: Path) -> None:
    kept(Form("float32"))
    assert not (tmp_path / "kept").exists()


def test_other_weights_under_the_same_name_are_made_anew(kept: Any, wide: Pair, tmp_path: Path) -> None:
    kept(Form("float32", 8))
    weights = wide.folder / "model.safetensors"
    stat = weights.stat()
    os.utime(weights, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000_000))
    kept(Form("float32", 8))
    assert len(list((tmp_path / "kept").iterdir())) == 2


@pytest.mark.parametrize("harm", ["cut", "empty", "other"])
def test_a_damaged_file_is_made_anew(kept: Any, tmp_path: Path, harm: str) -> None:
    import mlx.core as mx

    form = Form("float32", 8)
    first = kept(form)
    (file,) = (tmp_path / "kept").iterdir()
    whole = file.read_bytes()
    if harm == "other":
        mx.save_safetensors(str(file), {"a": mx.zeros(3)}, {"key": "another"})
    else:
        file.write_bytes(whole[: len(whole) // 2] if harm == "cut" else b"")
    again = kept(form)
    assert all(mx.array_equal(again[name], first[name]) for name in first)
    assert file.read_bytes() == whole


def test_a_place_that_takes_no_files_costs_only_time(kept: Any, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("in the way")
    assert kept(Form("float32", 8))
    assert (tmp_path / "kept").read_text() == "in the way"


def test_a_writing_that_fails_leaves_nothing(
    kept: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a full disk does it: some bytes, then the end."""
    import mlx.core as mx

    def fail(file: str, *_: Any) -> None:
        Path(file).write_bytes(b"half")
        raise RuntimeError("[write] no space left on device")

    monkeypatch.setattr(mx, "save_safetensors", fail)
    assert kept(Form("float32", 8))
    assert list((tmp_path / "kept").iterdir()) == []


def test_what_a_killed_process_left_behind_is_swept_away(kept: Any, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    for name, age_s in (
        (".7-nllb-mlx-a.safetensors", 7200),
        (".8-nllb-mlx-b.safetensors", 0),
        ("mine", 7200),
    ):
        (folder / name).write_bytes(b"")
        then = time.time() - age_s
        os.utime(folder / name, (then, then))
    kept(Form("float32", 8))
    left = {file.name for file in folder.iterdir() if not file.name.startswith("nllb-mlx")}
    assert left == {".8-nllb-mlx-b.safetensors", "mine"}


@pytest.mark.parametrize("kind", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("old", [False, True], ids=["zip", "with all its copies"])
def test_the_format_of_torch_is_read_without_torch(wide: Pair, tmp_path: Path, kind: str, old: bool) -> None:
    import mlx.core as mx
    import torch

    state = {name: value.to(getattr(torch, kind)) for name, value in wide.theirs.state_dict().items()}
    if old:  # what was saved years ago has the positions, too, and some arrays as parameters of others
        state["model.encoder.embed_positions.weights"] = torch.zeros(1026, 64)
        state["model.encoder.counter"] = torch.zeros(1, dtype=torch.int64)
        state["model.shared.weight"] = torch.nn.Parameter(state["model.shared.weight"])
    else:  # one storage for all copies
        state["lm_head.weight"] = state["model.shared.weight"]
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((wide.folder / name).read_bytes())
    torch.save(state, tmp_path / "pytorch_model.bin")
    checkpoint = opened(tmp_path, nllb_mlx_shape.read(tmp_path))
    assert checkpoint.kind == kind
    for name, value in state.items():
        if value.is_floating_point():
            read = checkpoint.tensors.array(mx, name).astype(mx.float32)
            assert mx.array_equal(read, mx.array(value.detach().float().numpy())), name
    table = checkpoint.tensors.rows(mx, checkpoint.table, [5, 3, 5]).astype(mx.float32)
    assert mx.array_equal(table, mx.array(state["model.shared.weight"].detach()[[5, 3, 5]].float().numpy()))
    checkpoint.tensors.close()


def test_a_torch_file_of_pieces_that_are_no_rows_is_refused(wide: Pair, tmp_path: Path) -> None:
    import torch

    (tmp_path / "config.json").write_bytes((wide.folder / "config.json").read_bytes())
    state = dict(wide.theirs.state_dict())
    state["model.encoder.layers.0.fc1.weight"] = torch.zeros(64, 128).T
    torch.save(state, tmp_path / "pytorch_model.bin")
    with pytest.raises(EngineError, match="damaged"):
        opened(tmp_path, nllb_mlx_shape.read(tmp_path))


def test_the_format_of_before_2020_is_refused(wide: Pair, tmp_path: Path) -> None:
    import torch

    (tmp_path / "config.json").write_bytes((wide.folder / "config.json").read_bytes())
    torch.save(wide.theirs.state_dict(), tmp_path / "pytorch_model.bin", _use_new_zipfile_serialization=False)
    with pytest.raises(EngineError, match="the engine nllb"):
        opened(tmp_path, nllb_mlx_shape.read(tmp_path))


def test_weights_in_several_files_are_one_model(wide: Pair, tmp_path: Path) -> None:
    wide.theirs.save_pretrained(tmp_path, max_shard_size="100KB")
    assert len(list(tmp_path.glob("model-*.safetensors"))) > 1
    checkpoint = opened(tmp_path, nllb_mlx_shape.read(tmp_path))
    assert checkpoint.table in checkpoint.tensors
    checkpoint.tensors.close()


def test_the_form_follows_the_machine_unless_it_is_named() -> None:
    assert chosen("auto", metal=True) == Form("float16", 8)
    assert chosen("auto", metal=False) == Form("float32")
    assert chosen("int4", metal=True) == Form("float16", 4)
    assert chosen("int8", metal=False) == Form("float32", 8)
    for precision in PRECISIONS[1:4]:
        assert chosen(precision, metal=True) == Form(precision)


def test_bytes_of_a_weight_count_its_scale() -> None:
    assert Form("float16").bytes_per_weight(1024) == 2
    assert Form("float16", 8).bytes_per_weight(1024) == pytest.approx(1 + 4 / 64)
    assert Form("float32", 4).bytes_per_weight(96) == pytest.approx(0.5 + 8 / 32)
    assert Form("float32", 4).bytes_per_weight(33) == 4
