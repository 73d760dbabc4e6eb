"""A translator says which model it still wants, without being loaded, in the words of loading it."""

from pathlib import Path

import pytest

from streamtts import registry
from streamtts.engine import TranslatorOptions

WITH_MODELS = ("llama", "nllb", "nllb-ct2", "nllb-mlx")


@pytest.fixture(autouse=True)
def _no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTTS_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)


def wanted(name: str, model: str = "", source: str = "en", target: str = "ja") -> str | None:
    return registry.translator(name).wants(TranslatorOptions(source, target, model))


@pytest.mark.parametrize("name", WITH_MODELS)
def test_a_model_that_is_not_here_is_named_with_the_command_that_fetches_it(
    name: str, tmp_path: Path
) -> None:
    told = wanted(name)
    assert told is not None
    assert "`streamtts models pull " in told
    assert [*tmp_path.iterdir()] == [], "asking changes nothing"


@pytest.mark.parametrize("name", WITH_MODELS)
def test_a_path_that_leads_nowhere_is_told(name: str) -> None:
    told = wanted(name, "/nowhere/at/all")
    assert told is not None
    assert "there is no model '/nowhere/at/all'" in told


@pytest.mark.parametrize("name", sorted({*registry.translator_names()} - {*WITH_MODELS}))
def test_others_want_none(name: str) -> None:
    assert wanted(name, target="pt") is None


def test_a_file_that_is_here_is_wanted_no_more(tmp_path: Path) -> None:
    model = tmp_path / "own.gguf"
    model.write_bytes(b"GGUF")
    assert wanted("llama", str(model)) is None


def test_a_model_for_other_languages_is_no_use() -> None:
    for name in ("nllb", "nllb-ct2"):
        told = wanted(name, "opus-mt-en-fr", target="ja")
        assert told is not None
        assert "opus-mt-en-fr" in told
