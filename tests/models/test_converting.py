"""Other forms of a model, made by whoever brings a converter."""

from pathlib import Path

import pytest

from models.rig import NAME, Rig
from streamtts import models
from streamtts.engine import EngineError
from streamtts.models.catalogue import find

PLUGIN = """
from streamtts.engine import EngineError
from streamtts.models.converters import Converter

def convert(source, target, say):
    say("half of it")
    (target / "model.bin").write_bytes((source / "vocab.json").read_bytes() * 100_000)

def failing(source, target, say):
    (target / "begun").write_text("x")
    raise EngineError("the weights are no weights: pull them again")

def idle(source, target, say):
    pass

ready = Converter("ct2", "int8", ["nllb"], lambda: None, convert)
lacking = Converter("mlx", "int4", ["nllb"], lambda: "mlx is not installed: run `pip install mlx`", convert)
broken = Converter("bad", "", ["nllb"], lambda: None, failing)
nothing = Converter("idle", "", ["nllb"], lambda: None, idle)
foreign = Converter("gguf", "", ["llama"], lambda: None, convert)
liar = 7
"""
POINTS = """[streamtts.converters]
ct2 = converters_for_tests:ready
mlx = converters_for_tests:lacking
bad = converters_for_tests:broken
idle = converters_for_tests:nothing
gguf = converters_for_tests:foreign
liar = converters_for_tests:liar
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    about = site / "converters_for_tests-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: converters-for-tests\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(POINTS)
    (site / "converters_for_tests.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(str(site))


@pytest.mark.usefixtures("plugin")
def test_a_form_is_made_and_found(rig: Rig) -> None:
    rig.pull()
    outcome = rig.models("convert", NAME, "--to", "ct2")
    place = rig.folder / f"{NAME}@ct2"
    assert outcome.out == f"{NAME} is ready in {place}\n"
    assert "half of it" in outcome.err
    assert models.path(NAME, "ct2", rig.environ) == place
    assert (place / "model.bin").stat().st_size == 800_000
    assert rig.models("convert", NAME, "--to", "ct2").status == 0
    assert rig.models("rm", NAME).out == f"{NAME} is gone: 1.8 MB freed\n"
    assert not place.exists()


@pytest.mark.usefixtures("plugin")
def test_what_was_not_converted_names_the_one_command(rig: Rig) -> None:
    rig.pull()
    with pytest.raises(EngineError, match=f"run `streamtts models convert {NAME} --to ct2`"):
        models.path(NAME, "ct2", rig.environ)


@pytest.mark.usefixtures("plugin")
def test_a_form_that_failed_is_not_there(rig: Rig) -> None:
    rig.pull()
    assert rig.refusal("convert", NAME, "--to", "bad") == "the weights are no weights: pull them again"
    assert "the converter idle has made nothing" in rig.refusal("convert", NAME, "--to", "idle")
    for form in ("bad", "idle"):
        with pytest.raises(EngineError):
            models.path(NAME, form, rig.environ)


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ("mlx", 1, "mlx is not installed: run `pip install mlx`"),
        ("ct3", 2, "there is no converter to 'ct3': did you mean ct2?"),
        ("gguf", 2, f"gguf is made of models for llama: {NAME} is one for nllb"),
        ("liar", 1, "the plugin converters_for_tests:liar is no Converter"),
        ("../x", 2, "there is no converter to '../x': there are"),
    ],
)
def test_forms_that_cannot_be_made(rig: Rig, form: str, status: int, told: str) -> None:
    rig.pull()
    assert told in rig.refusal("convert", NAME, "--to", form, status=status)


@pytest.mark.usefixtures("plugin")
def test_a_form_must_be_named_where_there_are_several(rig: Rig) -> None:
    told = rig.refusal("convert", NAME, status=2)
    assert told.startswith(f"name the form: streamtts models convert {NAME} --to ")


@pytest.mark.usefixtures("plugin")
def test_the_model_must_be_here(rig: Rig) -> None:
    assert f"run `streamtts models pull {NAME}`" in rig.refusal("convert", NAME, "--to", "ct2")


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize("engine", ["nllb", "nllb-ct2", "nllb-mlx"])
def test_an_engine_stands_for_its_usual_model(rig: Rig, engine: str) -> None:
    usual = "nllb-200-distilled-600m"
    (rig.folder / usual).mkdir(parents=True)
    for file in (*find(usual).files, "pytorch_model.bin", "vocab.json"):
        (rig.folder / usual / file).write_bytes(b"x")
    outcome = rig.models("convert", engine, "--to", "ct2")
    assert outcome.out == f"{usual} is ready in {rig.folder / usual}@ct2\n"
    assert f"{usual} is taken, the usual model of {engine}" in outcome.err


@pytest.mark.usefixtures("plugin")
def test_an_engine_without_its_usual_model_names_the_one_command(rig: Rig) -> None:
    assert "run `streamtts models pull nllb-200-distilled-600m`" in rig.refusal(
        "convert", "nllb", "--to", "ct2"
    )
    assert "there is no model 'openai'" in rig.refusal("convert", "openai", "--to", "ct2", status=2)


@pytest.mark.parametrize("verb", ["pull", "path", "rm"])
def test_elsewhere_the_usual_model_of_an_engine_is_named(rig: Rig, verb: str) -> None:
    told = rig.refusal(verb, "nllb", status=2)
    assert told == "there is no model 'nllb': did you mean nllb-200-distilled-600m?"


def test_without_a_converter(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamtts.models.converters.entry_points", lambda **_: ())
    assert rig.refusal("convert", NAME, "--to", "ct2").startswith("no converter is installed: ")
