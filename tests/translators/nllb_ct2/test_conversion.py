"""`streamtts models convert`, and everything that can be wrong with what it is given and what it made."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.support import Outcome, run
from streamtts.engine import EngineError, TranslatorOptions
from streamtts.translators import nllb_ct2
from streamtts.translators.with_ctranslate2 import conversion as ct2_conversion
from streamtts.translators.with_ctranslate2.conversion import convert
from streamtts.translators.with_ctranslate2.form import FILE, WEIGHTS
from translators.nllb_ct2 import rig
from translators.nllb_ct2.rig import Model, loaded, said

NAME = "opus-mt-en-fr"


@pytest.fixture(scope="module")
def marian() -> Model:
    rig.needed()
    return rig.model("marian")


@pytest.fixture
def home(marian: Model, tmp_path: Path) -> Path:
    """The model folder, with one that the user has put there."""
    shutil.copytree(marian.source, tmp_path / "models" / NAME)
    return tmp_path / "models"


def command(*words: str) -> Outcome:
    environ = {"STREAMTTS_CONFIG": os.devnull, "STREAMTTS_MODELS": os.environ["STREAMTTS_MODELS"]}
    return run("models", *words, environ=environ)


def refusal(source: Path, target: Path) -> str:
    target.mkdir()
    with pytest.raises(EngineError) as refused:
        convert(source, target, lambda _: None)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_model_is_converted_found_by_its_languages_and_used(home: Path) -> None:
    outcome = command("convert", NAME, "--to", "ct2")
    assert (outcome.status, outcome.out) == (0, f"{NAME} is ready in {home}/{NAME}@ct2\n")
    with (
        loaded(TranslatorOptions("en", "fr")) as by_languages,
        loaded(TranslatorOptions("en", "fr", NAME)) as named,
    ):
        assert said(by_languages, ["Done."]) == said(named, ["Done."]) != [""]


def test_an_interrupted_conversion_leaves_nothing_to_be_mistaken(home: Path) -> None:
    script = (
        "import os; from streamtts.cli import main\n"
        "from streamtts.translators.with_ctranslate2 import conversion as c\n"
        "c._rename_vocabulary = lambda *_: os._exit(9)\n"
        f"main(['models', 'convert', '{NAME}', '--to', 'ct2'])"
    )
    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
    assert ended.returncode == 9
    with pytest.raises(EngineError, match=f"run `streamtts models convert {NAME} --to ct2`"):
        loaded(TranslatorOptions("en", "fr")).__enter__()
    assert command("convert", NAME, "--to", "ct2").status == 0
    with loaded(TranslatorOptions("en", "fr")) as ours:
        assert said(ours, ["Done."]) != [""]
    assert not (home / ".coming" / f"{NAME}@ct2").exists()


def test_damaged_weights_are_found_before_they_talk_nonsense(home: Path) -> None:
    assert command("convert", NAME, "--to", "ct2").status == 0
    file = home / f"{NAME}@ct2" / WEIGHTS
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(EngineError, match=r"@ct2 is damaged: convert it again"):
        loaded(TranslatorOptions("en", "fr")).__enter__()
    file.write_bytes(content[:-9])
    with pytest.raises(EngineError, match=f"run `streamtts models convert {NAME} --to ct2`"):
        loaded(TranslatorOptions("en", "fr", NAME)).__enter__()


def cut_weights(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])


def no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def code_in_weights(folder: Path) -> None:
    no_weights(folder)
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'touch /tmp/never'\ntR.")


def another_kind(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "llama"}')


def a_list(folder: Path) -> None:
    (folder / "config.json").write_text("[]")


def no_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def no_pieces(folder: Path) -> None:
    (folder / "target.spm").write_bytes(b"no pieces")


def other_vocabulary(folder: Path) -> None:
    names = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    first, second, *_ = [name for name in names if name.startswith("▁")]
    names[first], names[second] = names[second], names[first]
    (folder / "vocab.json").write_text(json.dumps(dict(list(names.items())[:-20])), encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (cut_weights, "cannot be converted"),
        (no_weights, "has no weights: pull the model again"),
        (code_in_weights, "cannot be converted"),
        (another_kind, "a model of the kind 'llama': ct2 is made of NLLB-200 and Marian models"),
        (a_list, "describes no model: pull the model again"),
        (no_config, "has no config.json that can be read: pull the model again"),
        (no_pieces, "pull"),
        (other_vocabulary, "pull"),
    ],
)
def test_a_bad_folder_is_one_sentence(
    marian: Model, tmp_path: Path, harm: Callable[[Path], None], told: str
) -> None:
    folder = tmp_path / "bad"
    shutil.copytree(marian.source, folder)
    harm(folder)
    assert told in refusal(folder, tmp_path / "made")


def test_a_tokenizer_of_another_kind_is_refused(nllb: Model, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    shutil.copytree(nllb.source, folder)
    read = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    read["model"]["continuing_subword_prefix"] = "##"
    (folder / "tokenizer.json").write_text(json.dumps(read), encoding="utf-8")
    assert "of a kind that is not known: use one of NLLB-200" in refusal(folder, tmp_path / "made")


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json"])
def test_a_missing_file_is_named(nllb: Model, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "bad"
    shutil.copytree(nllb.source, folder)
    (folder / name).unlink()
    assert "pull" in refusal(folder, tmp_path / "made")


def test_a_full_disk_is_one_sentence(marian: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ctranslate2.specs.model_spec.ModelSpec.save", full)
    told = refusal(marian.source, tmp_path / "made")
    assert told.startswith(
        f"the disk of {tmp_path / 'made'} is full: free some space, or set STREAMTTS_MODELS"
    )
    monkeypatch.setattr("streamtts.models.folder.shutil.disk_usage", lambda _: type("", (), {"free": 9}))
    assert "make room for" in refusal(marian.source, tmp_path / "more")


@pytest.mark.parametrize(("maker", "given"), [("AuthenticAMD", "0"), ("GenuineIntel", "1")])
def test_mathematics_of_another_maker_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, maker: str, given: str
) -> None:
    (tmp_path / "cpuinfo").write_text(f"vendor_id : {maker}\n")
    monkeypatch.setattr(nllb_ct2, "_PROCESSORS", tmp_path / "cpuinfo")
    monkeypatch.setenv("CT2_USE_MKL", "1")
    nllb_ct2._avoid_slow_mathematics()
    assert os.environ["CT2_USE_MKL"] == given


def test_what_converting_needs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ct2_conversion, "find_spec", lambda name: None if name == "torch" else name)
    assert ct2_conversion.converter.missing() == (
        "converting to ct2 needs torch, which is not installed: pip install 'streamtts[convert]'"
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            TranslatorOptions("en", "fr"),
            "run `streamtts models pull opus-mt-en-fr`, then `streamtts models convert",
        ),
        (TranslatorOptions("ja", "ko"), "run `streamtts models pull nllb-200-distilled-600m`"),
        (TranslatorOptions("en", "ja", "opus-mt-en-fr"), "has not been converted to ct2: run"),
        (TranslatorOptions("en", "ja", "opus-mt-en-xx"), "there is no model 'opus-mt-en-xx'"),
        (TranslatorOptions("en", "ja", "/no/such"), "there is no model '/no/such'"),
        (TranslatorOptions("en", "ja", settings={"beams": "many"}), "give a number from 1 to 10"),
        (TranslatorOptions("en", "ja", settings={"device": "tpu"}), "choose from cpu, cuda"),
    ],
)
def test_a_model_that_is_not_there(options: TranslatorOptions, told: str) -> None:
    rig.needed()
    from streamtts.errors import StreamttsError

    with pytest.raises(StreamttsError) as refused:
        loaded(options).__enter__()
    assert told in str(refused.value)


def test_a_model_for_other_languages_is_refused(home: Path, nllb: Model) -> None:
    assert command("convert", NAME, "--to", "ct2").status == 0
    with pytest.raises(EngineError, match="does not translate from English to Japanese: choose another"):
        loaded(TranslatorOptions("en", "ja", NAME)).__enter__()
    with pytest.raises(EngineError, match="does not know Korean: choose another model"):
        loaded(TranslatorOptions("en", "ko", str(nllb.folder))).__enter__()
    assert home.is_dir()


def no_form(folder: Path) -> None:
    (folder / FILE).unlink()


def bad_form(folder: Path) -> None:
    (folder / FILE).write_text('{"family": 3}')


def old_form(folder: Path) -> None:
    read = json.loads((folder / FILE).read_text(encoding="utf-8"))
    (folder / FILE).write_text(json.dumps({**read, "version": 0}), encoding="utf-8")


def bad_merges(folder: Path) -> None:
    (folder / "letters.json").write_text("no")


def bad_names(folder: Path) -> None:
    (folder / "target_vocabulary.json").write_text("no")


def no_model(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(b"\6\0\0\0" + bytes(90))


@pytest.mark.parametrize("harm", [no_form, bad_form, old_form, bad_merges, bad_names, no_model])
def test_a_converted_folder_that_is_damaged_is_one_sentence(
    nllb: Model, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    folder = tmp_path / "converted"
    shutil.copytree(nllb.folder, folder)
    harm(folder)
    for cut in ("on", "off"):
        with pytest.raises(EngineError, match=r"convert (NAME|it|the model)") as refused:
            loaded(TranslatorOptions("en", "ja", str(folder), settings={"shortlist": cut})).__enter__()
        assert "\n" not in str(refused.value)
        if harm is bad_names:
            return  # the whole model reads them itself
