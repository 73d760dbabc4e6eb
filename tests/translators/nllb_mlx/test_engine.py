"""The engine as the product asks it: clauses, batches, cancelling, languages, and what goes wrong."""

import platform
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from streamtts.engine import Cancelled, EngineError, Ticket, TranslatorOptions
from streamtts.registry import translator
from streamtts.synthesizers import packages
from streamtts.translators import nllb_mlx
from streamtts.worker.hosted_translator import HostedTranslator
from translators import tiny_models
from translators.nllb_mlx.pair import needed, pair
from translators.nllb_mlx.test_files import configured

ENGINE = translator("nllb-mlx")


@pytest.fixture(autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where models are kept: a place of the tests' own."""
    place = tmp_path_factory.getbasetemp() / "nllb-mlx-models"
    monkeypatch.setenv("STREAMTTS_MODELS", str(place))
    return place


@pytest.fixture
def asked() -> TranslatorOptions:
    needed()
    return TranslatorOptions("en", "ja", str(pair("plain").folder))


def created(asked: TranslatorOptions, **settings: str) -> nllb_mlx.NllbMlx:
    made = ENGINE.create(replace(asked, settings=settings))
    assert isinstance(made, nllb_mlx.NllbMlx)
    return made


@pytest.fixture
def loaded(asked: TranslatorOptions) -> Iterator[nllb_mlx.NllbMlx]:
    made = created(asked)
    yield made
    made.close()


def texts(count: int) -> list[str]:
    return tiny_models.sentences()[: 2 * count : 2]


def whole(made: nllb_mlx.NllbMlx, text: str) -> str:
    return "".join(made.translate(text, Ticket()))


@pytest.mark.parametrize("beams", ["1", "3"])
def test_a_batch_of_any_lengths_is_what_one_by_one_is(asked: TranslatorOptions, beams: str) -> None:
    made = created(asked, beams=beams)
    some = [*texts(5), "", "Done.", texts(1)[0] * 4, " ", "x" * 40]
    assert made.translate_batch(some, Ticket()) == [whole(made, text) for text in some]
    made.close()


@pytest.mark.parametrize("compiled", ["on", "off"])
def test_a_text_longer_than_the_model_reads_is_translated_in_pieces(
    asked: TranslatorOptions, tmp_path: Path, compiled: str
) -> None:
    """Neither the source nor the translation comes to a position that the model does not have."""
    short = tiny_models.nllb(tmp_path, max_position_embeddings=40)
    loaded = created(replace(asked, model=str(short)), compile=compiled)
    text = " ".join(texts(10))
    assert len(loaded._open.sentences.pieces(text)) > 3
    assert all(len(piece) <= 38 for piece in loaded._open.sentences.pieces(text))
    assert max(loaded._open.sentences.limits(loaded._open.sentences.pieces(text))) == 38
    assert whole(loaded, text) == loaded.translate_batch([text], Ticket())[0]
    loaded.close()


def test_cancelling_ends_it_between_two_tokens(
    loaded: nllb_mlx.NllbMlx, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = loaded._open.network
    ticket, steps = Ticket(), 0
    computed = network.logits

    def counted(tokens: Any, cache: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps == 3:
            ticket.cancel()
        return computed(tokens, cache)

    monkeypatch.setattr(network, "logits", counted)
    with pytest.raises(Cancelled):
        loaded.translate_batch(texts(4), ticket)
    assert steps == 3


@pytest.mark.parametrize("compiled", ["on", "off"])
def test_another_thread_than_the_one_that_loaded_may_ask(asked: TranslatorOptions, compiled: str) -> None:
    made = created(asked, compile=compiled)
    said: list[str] = []
    thread = threading.Thread(target=lambda: said.extend(made.translate_batch(texts(2), Ticket())))
    thread.start()
    thread.join()
    assert said == [whole(made, text) for text in texts(2)]
    made.close()


def test_names_of_special_tokens_are_plain_text(loaded: nllb_mlx.NllbMlx) -> None:
    tokens = loaded._open.sentences.tokens
    ids = tokens.encode("</s> <pad> jpn_Jpan <s> \ud800 fra_Latn")
    assert not set(ids) & (set(tokens.special) - {3})


def test_the_short_vocabulary_is_used_and_kept(asked: TranslatorOptions, folder: Path) -> None:
    short, full = created(asked), created(asked, shortlist="off")
    listed = short._open.listed
    assert listed is not None
    assert full._open.listed is None
    assert 50 < len(listed) < listed.rows
    names = [short._open.sentences.tokens.names[token] for token in listed.ids]
    assert "テスト" in "".join(names)
    assert not any("é" in name for name in names)
    assert list((folder / ".derived").glob("at-*/shortlist-ja-*.json"))
    for text in texts(3):
        assert set(short._open.sentences.tokens.encode(whole(short, text))) <= {3, *listed.ids}
    short.close()
    full.close()


def test_the_language_of_the_listener_is_asked_for(asked: TranslatorOptions) -> None:
    made = {target: created(replace(asked, target=target), shortlist="off") for target in ("ja", "fr")}
    assert whole(made["ja"], texts(2)[1]) != whole(made["fr"], texts(2)[1])
    for each in made.values():
        each.close()


def test_it_is_told_that_a_cpu_is_slow(asked: TranslatorOptions, capfd: pytest.CaptureFixture[str]) -> None:
    import mlx.core as mx

    created(asked).close()
    assert ("slow" in capfd.readouterr().err) is not mx.metal.is_available()


@pytest.mark.parametrize(
    ("settings", "about"),
    [
        ({"precision": "int3"}, "float16"),
        ({"beams": "0"}, "from 1 to 8"),
        ({"shortlist": "maybe"}, "on, off"),
        ({"compile": "yes"}, "auto, on, off"),
        ({"beam": "2"}, "did you mean beams"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(settings: dict[str, str], about: str) -> None:
    with pytest.raises(EngineError, match=about):
        ENGINE.create(TranslatorOptions("en", "ja", "/nowhere", settings=settings))


@pytest.mark.parametrize("precision", ["bfloat16", "float16", "int8", "int4"])
@pytest.mark.parametrize("beams", ["1", "2"])
def test_every_precision_translates(asked: TranslatorOptions, precision: str, beams: str) -> None:
    made = created(asked, precision=precision, beams=beams)
    assert whole(made, "The tests pass.")
    assert len(made.translate_batch(texts(3), Ticket())) == 3
    made.close()


def test_once_closed_it_says_so(asked: TranslatorOptions) -> None:
    made = created(asked)
    made.close()
    with pytest.raises(EngineError, match="closed"):
        whole(made, "The tests pass.")


def test_it_runs_in_a_process_of_its_own(asked: TranslatorOptions, loaded: nllb_mlx.NllbMlx) -> None:
    hosted = HostedTranslator("nllb-mlx", asked)
    try:
        assert hosted.translate_batch(texts(2), Ticket()) == [whole(loaded, text) for text in texts(2)]
    finally:
        hosted.close()


# What goes wrong.


def refusal(asked: TranslatorOptions, model: Path | str) -> str:
    with pytest.raises(EngineError) as refused:
        ENGINE.create(replace(asked, model=str(model)))
    said = str(refused.value)
    assert "\n" not in said
    return said


def test_a_model_that_is_not_here_names_the_command(asked: TranslatorOptions) -> None:
    assert "streamtts models pull nllb-200-distilled-600m" in refusal(asked, "")


def test_the_model_that_is_here_is_taken_if_none_is_named(asked: TranslatorOptions, folder: Path) -> None:
    """Also where a small model of this direction alone lies beside it, which is another network."""
    try:
        for name in ("nllb-200-distilled-1.3b", "opus-mt-en-fr"):
            place = folder / name
            place.mkdir(parents=True)
            for file in pair("plain").folder.iterdir():
                if file.is_file():
                    (place / file.name).write_bytes(file.read_bytes())
            (place / "sentencepiece.bpe.model").write_bytes(b"")
        made = created(replace(asked, target="fr", model=""))
        assert made._open.checkpoint.folder == folder / "nllb-200-distilled-1.3b"
        made.close()
    finally:
        for name in ("nllb-200-distilled-1.3b", "opus-mt-en-fr"):
            shutil.rmtree(folder / name)


def test_what_is_no_folder_of_a_model_is_refused(asked: TranslatorOptions, tmp_path: Path) -> None:
    assert "no model" in refusal(asked, tmp_path / "nothing")
    (tmp_path / "my.gguf").write_bytes(b"GGUF")
    assert "is a file" in refusal(asked, tmp_path / "my.gguf")
    assert "marian" in refusal(asked, configured(tmp_path / "opus", model_type="marian"))
    assert "tokenizer.json" in refusal(asked, configured(tmp_path / "bare"))


def test_a_damaged_tokenizer_is_refused(asked: TranslatorOptions, tmp_path: Path) -> None:
    folder = configured(tmp_path / "bent")
    (folder / "tokenizer.json").write_text("{}")
    assert "tokenizer.json is damaged" in refusal(asked, folder)


def test_a_tokenizer_of_another_model_is_refused(asked: TranslatorOptions, tmp_path: Path) -> None:
    folder = configured(tmp_path / "other")
    (folder / "tokenizer.json").write_bytes((pair("plain").folder / "tokenizer.json").read_bytes())
    assert "knows 1204 tokens, the model 20" in refusal(asked, folder)


def test_a_language_that_the_model_lacks_is_refused(asked: TranslatorOptions) -> None:
    with pytest.raises(EngineError, match="deu_Latn"):
        ENGINE.create(replace(asked, target="de"))


def test_a_half_fetched_model_is_refused(asked: TranslatorOptions, tmp_path: Path) -> None:
    for file in pair("plain").folder.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    assert "damaged" in refusal(asked, tmp_path)


def test_languages_are_those_of_nllb() -> None:
    assert ENGINE.speaks("en", "ja")
    assert ENGINE.speaks("ja", "zh-Hant")
    assert not ENGINE.speaks("ja", "ja")
    assert not ENGINE.speaks("en", "tlh")


def test_a_missing_package_is_named_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "find_spec", lambda _name: None)
    for system, machine in (("linux", "x86_64"), ("darwin", "arm64")):
        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setattr(platform, "machine", lambda machine=machine: machine)
        assert "pip install 'streamtts[nllb-mlx]'" in str(ENGINE.missing())
        with pytest.raises(EngineError, match="nllb-mlx"):
            ENGINE.create(TranslatorOptions("en", "ja"))


def test_a_package_that_does_not_load_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a macOS that is too old for it."""
    monkeypatch.setattr(nllb_mlx, "_missing", lambda: None)
    monkeypatch.setitem(sys.modules, "mlx.core", None)
    with pytest.raises(EngineError, match=r"cannot load MLX .*macOS 14"):
        ENGINE.create(TranslatorOptions("en", "ja"))


def test_an_old_mac_is_told_what_to_take_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert "nllb-ct2" in str(ENGINE.missing())
