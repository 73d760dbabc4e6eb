"""Whatever is wrong with a model is one sentence, and nothing in a file is ever run."""

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streamtts.engine import Cancelled, EngineError, Ticket, TranslatorOptions
from streamtts.registry import translator
from streamtts.synthesizers import packages
from streamtts.translators.nllb import Nllb
from translators.nllb.pair import opened, pair

TEXT = "The tests pass, and the parser works."


@pytest.fixture
def nllb(tmp_path: Path) -> Path:
    return Path(shutil.copytree(pair("nllb").folder, tmp_path / "nllb"))


@pytest.fixture
def marian(tmp_path: Path) -> Path:
    return Path(shutil.copytree(pair("marian").folder, tmp_path / "marian"))


def load(folder: Path, source: str = "en", target: str = "ja", **settings: str) -> Nllb:
    return Nllb(TranslatorOptions(source, target, str(folder), 1, {"device": "cpu", **settings}))


def refused(folder: Path, says: str, *pair_of_languages: str) -> None:
    with pytest.raises(EngineError, match=says) as caught:
        load(folder, *pair_of_languages)
    message = str(caught.value)
    assert "\n" not in message
    assert ": " in message  # what to do


def edit(file: Path, **fields: Any) -> None:
    content = json.loads(file.read_text())
    file.write_text(json.dumps({**content, **fields}))


def drop(file: Path) -> None:
    file.unlink()


def spoil(file: Path) -> None:
    file.write_bytes(b"\xff\x00 no such thing")


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1000])


@pytest.mark.parametrize(
    ("name", "harm", "says"),
    [
        ("config.json", drop, "no config.json"),
        ("config.json", spoil, "it is no JSON"),
        ("config.json", lambda file: file.write_text("[]"), "no settings of a model"),
        ("config.json", lambda file: file.write_text("[" * 100_000), "it is no JSON"),
        ("config.json", lambda file: edit(file, model_type="bert"), "is of the kind bert: choose another"),
        ("config.json", lambda file: edit(file, tie_word_embeddings=False), "reads with other tokens"),
        ("config.json", lambda file: edit(file, d_model="wide"), r"no usable d_model \(wide\)"),
        ("config.json", lambda file: edit(file, decoder_attention_heads=5), "which leaves a rest"),
        ("config.json", lambda file: edit(file, activation_function="maxout"), "activation 'maxout'"),
        ("config.json", lambda file: edit(file, decoder_layers=3), "no model.decoder.layers.2"),
        ("config.json", lambda file: edit(file, d_model=64), r"by its config.json \(192, 64\)|by its config"),
        (
            "config.json",
            lambda file: edit(file, vocab_size=9),
            "the tokenizer in .* knows [0-9]+ tokens, the model 9|no usable",
        ),
        ("generation_config.json", spoil, "it is no JSON"),
        ("model.safetensors", drop, "no weights"),
        ("model.safetensors", spoil, "is damaged"),
        ("model.safetensors", cut, "beyond its end"),
        ("model.safetensors", lambda file: file.write_bytes(b""), "is damaged"),
        ("tokenizer.json", drop, "no tokenizer.json"),
        ("tokenizer.json", spoil, "tokenizer.json is damaged"),
    ],
)
def test_a_broken_file_is_named(nllb: Path, name: str, harm: Callable[[Path], object], says: str) -> None:
    harm(nllb / name)
    refused(nllb, says)


@pytest.mark.parametrize(
    ("name", "harm", "says"),
    [
        ("source.spm", drop, "no source.spm"),
        ("target.spm", spoil, "target.spm is damaged"),
        ("vocab.json", drop, "no vocab.json"),
        ("vocab.json", spoil, "vocab.json is damaged"),
        ("vocab.json", lambda file: file.write_text('{"a": "b"}'), "no list of tokens"),
        ("vocab.json", lambda file: edit(file, one=10_000_000), "does not have"),
        ("vocab.json", lambda file: file.write_text('{"a": 1}'), "no <unk>"),
        ("tokenizer_config.json", lambda file: edit(file, target_lang="de"), "not write French but German"),
        ("tokenizer_config.json", lambda file: edit(file, source_lang="es"), "not read English but Spanish"),
    ],
)
def test_a_broken_marian_file_is_named(
    marian: Path, name: str, harm: Callable[[Path], object], says: str
) -> None:
    harm(marian / name)
    refused(marian, says, "en", "fr")


def test_what_is_no_folder_or_not_there(nllb: Path) -> None:
    refused(nllb / "config.json", "is a file")
    refused(nllb / "nowhere", "no model")


def test_without_a_model_the_one_command_is_told() -> None:
    for source, target, name in (("en", "ja", "fugumt-en-ja"), ("en", "ko", "nllb-200-distilled-600m")):
        with pytest.raises(EngineError, match=f"streamtts models pull {name}"):
            Nllb(TranslatorOptions(source, target))


def test_the_model_that_is_here_is_chosen_and_a_wrong_one_refused(
    marian: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMTTS_MODELS", str(tmp_path))
    marian.rename(tmp_path / "opus-mt-en-fr")
    assert list(Nllb(TranslatorOptions("en", "fr")).translate(TEXT, Ticket()))
    assert list((tmp_path / ".derived/opus-mt-en-fr").iterdir())
    for name in ("opus-mt-en-fr", "qwen2.5-coder-1.5b-instruct-q4"):
        with pytest.raises(EngineError, match=f"{name} is none of nllb from English to Japanese"):
            Nllb(TranslatorOptions("en", "ja", name))


def test_an_unknown_language_is_refused_and_not_read_as_an_unknown_word(nllb: Path) -> None:
    refused(nllb, r"does not know Russian \(rus_Cyrl\)", "en", "ru")
    refused(nllb, r"does not know German", "de", "ja")


def test_a_model_of_several_languages_is_told_which(marian: Path) -> None:
    known = json.loads((marian / "vocab.json").read_text())
    first, second, *_ = (name for name in known if name.isalpha())
    tokens = {first: ">>fra<<", second: ">>ron<<"}
    (marian / "vocab.json").write_text(
        json.dumps({tokens.get(name, name): place for name, place in known.items()})
    )
    (marian / "tokenizer_config.json").unlink()
    framed = opened(load(marian, "en", "fr")).tokens.framed([7])
    assert framed == [known[first], 7, known["</s>"]]
    refused(marian, "does not write Japanese but fra, ron", "en", "ja")


class _Evil:
    def __init__(self, sign: Path) -> None:
        self._sign = sign

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self._sign,))


@pytest.mark.parametrize("old", [True, False], ids=["of before 2020", "zip"])
def test_code_in_a_torch_file_is_not_run(nllb: Path, tmp_path: Path, old: bool) -> None:
    import torch

    (nllb / "model.safetensors").unlink()
    content = {"model.shared.weight": _Evil(tmp_path / "ran")}
    torch.save(content, nllb / "pytorch_model.bin", _use_new_zipfile_serialization=not old)
    says = {"float32": "holds code, which is never run", "int8": "holds code|asks for .* to be run"}
    for precision, words in says.items():
        with pytest.raises(EngineError, match=words):
            load(nllb, precision=precision)
    (nllb / "pytorch_model.bin").write_bytes(pickle.dumps(content))
    refused(nllb, "pytorch_model.bin is damaged")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("old", [True, False], ids=["of before 2020", "zip"])
@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_torch_files_hold_the_same_model(nllb: Path, old: bool, precision: str) -> None:
    import torch
    from safetensors.torch import load_file

    before = list(load(nllb, precision=precision).translate(TEXT, Ticket()))
    arrays = load_file(nllb / "model.safetensors")
    (nllb / "model.safetensors").unlink()
    torch.save(arrays, nllb / "pytorch_model.bin", _use_new_zipfile_serialization=not old)
    assert list(load(nllb, precision=precision).translate(TEXT, Ticket())) == before


def test_weights_may_come_in_several_files_of_this_folder_alone(nllb: Path) -> None:
    from safetensors.torch import load_file, save_file

    before = list(load(nllb).translate(TEXT, Ticket()))
    arrays = load_file(nllb / "model.safetensors")
    (nllb / "model.safetensors").rename(nllb.parent / "model.safetensors")
    names = sorted(arrays)
    parts = {"model-1.safetensors": names[::2], "model-2.safetensors": names[1::2]}
    for file, mine in parts.items():
        save_file({name: arrays[name] for name in mine}, nllb / file)
    index = nllb / "model.safetensors.index.json"
    listed = {name: file for file, mine in parts.items() for name in mine}
    index.write_text(json.dumps({"weight_map": listed}))
    assert list(load(nllb).translate(TEXT, Ticket())) == before
    index.write_text(json.dumps({"weight_map": dict.fromkeys(names, "../model.safetensors")}))
    refused(nllb, "which is not there")
    index.write_text("{}")
    refused(nllb, "index.json is damaged")


def test_weights_that_are_no_floats_are_refused(nllb: Path) -> None:
    import torch
    from safetensors.torch import load_file

    arrays = load_file(nllb / "model.safetensors")
    (nllb / "model.safetensors").unlink()
    torch.save({name: array.to(torch.int32) for name, array in arrays.items()}, nllb / "pytorch_model.bin")
    refused(nllb, "has no model.shared.weight that can be used|has no model.encoder")
    with pytest.raises(EngineError, match=r"holds torch\.int32"):
        load(nllb, precision="float32")


def test_a_missing_package_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "find_spec", lambda name: None if name == "tokenizers" else object())
    assert translator("nllb").missing() == "nllb needs its packages: pip install 'streamtts[nllb]'"
    with pytest.raises(EngineError, match=r"streamtts\[nllb\]"):
        Nllb(TranslatorOptions("en", "ja"))


def test_a_device_that_is_not_there_is_refused(nllb: Path) -> None:
    import torch

    absent = next(
        name
        for name in ("mps", "cuda")
        if not {"mps": torch.backends.mps, "cuda": torch.cuda}[name].is_available()
    )
    with pytest.raises(EngineError, match=f"no {absent} device here"):
        load(nllb, device=absent)
    with pytest.raises(EngineError, match=r"translators\.nllb\.precision is 'int2'"):
        load(nllb, precision="int2")


def test_a_cancel_is_obeyed_between_two_tokens(nllb: Path) -> None:
    ours, ticket = load(nllb), Ticket()
    pieces = ours.translate("word " * 300, ticket)
    next(pieces)
    ticket.cancel()
    with pytest.raises(Cancelled):
        next(pieces)
    steps = opened(ours).search.steps([[4, 9, 2]] * 3, [50] * 3, late := Ticket())
    next(steps)
    late.cancel()
    with pytest.raises(Cancelled):
        next(steps)


def test_what_is_closed_says_so(nllb: Path) -> None:
    ours = load(nllb)
    ours.close()
    with pytest.raises(EngineError, match="load it again"):
        list(ours.translate(TEXT, Ticket()))


def test_nothing_is_asked_of_any_network(nllb: Path, marian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a socket was opened"))
    for folder, target in ((nllb, "ja"), (marian, "fr")):
        assert list(load(folder, target=target).translate(TEXT, Ticket()))


def test_graphs_need_an_nvidia_gpu(nllb: Path) -> None:
    with pytest.raises(EngineError, match=r"set translators\.nllb\.graphs to off"):
        load(nllb, graphs="on")
