"""What is no model, or not there, is said in one sentence that tells what to do."""

import subprocess
import sys
from pathlib import Path

import pytest

from streamtts.engine import EngineError, TranslatorOptions
from streamtts.translators.llama import DEFAULT_MODEL, engine
from translators.llama import models, tiny_gguf


def refusal(model: Path, **settings: str) -> str:
    with pytest.raises(EngineError) as refused:
        engine.create(models.options(model, **settings)).close()
    said = str(refused.value)
    assert "\n" not in said
    assert ": " in said or ";" in said
    return said


def test_a_truncated_file(tiny: Path) -> None:
    whole = tiny.read_bytes()
    for share in (0.1, 0.5, 0.99):
        tiny.write_bytes(whole[: int(len(whole) * share)])
        assert "tiny.gguf cannot be loaded" in refusal(tiny)


def test_a_file_of_another_kind(tiny: Path) -> None:
    tiny.write_bytes(b"PK\3\4" + bytes(1000))
    assert "is no GGUF file" in refusal(tiny)
    tiny.write_bytes(b"")
    assert "is no GGUF file" in refusal(tiny)
    tiny.write_bytes(b"GGUF" + bytes(1000))
    assert "cannot be loaded" in refusal(tiny)


def test_a_folder(tiny: Path) -> None:
    assert "is a folder" in refusal(tiny.parent)


def test_a_file_that_is_not_there(tiny: Path) -> None:
    assert "there is no model" in refusal(tiny.with_name("other.gguf"))


def test_an_architecture_that_nobody_knows(tiny: Path) -> None:
    assert "cannot be loaded" in refusal(tiny_gguf.write(tiny, architecture="quux9"))


def test_a_model_that_only_embeds(tiny: Path) -> None:
    assert "writes no text" in refusal(tiny_gguf.write(tiny, architecture="bert"))


def test_a_context_without_room_for_the_examples(tiny: Path) -> None:
    assert "translators.llama.context" in refusal(tiny, context="512")


def test_a_grammar_that_is_none(tiny: Path) -> None:
    assert "translators.llama.grammar" in refusal(tiny, grammar=str(tiny.with_name("none.gbnf")))
    broken = tiny.with_name("broken.gbnf")
    broken.write_text("root ::= (", encoding="utf-8")
    assert "translators.llama.grammar" in refusal(tiny, grammar=str(broken))


def test_the_default_model_names_the_command_that_fetches_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.skip_without_packages()
    for variable, place in (("STREAMTTS_MODELS", "models"), ("HF_HOME", "hub"), ("HF_HUB_CACHE", "hub/hub")):
        monkeypatch.setenv(variable, str(tmp_path / place))
    with pytest.raises(EngineError, match=f"streamtts models pull {DEFAULT_MODEL}"):
        engine.create(TranslatorOptions("en", "ja"))


def test_without_its_package_it_says_how_to_install_it() -> None:
    script = (
        "import sys; from importlib.machinery import PathFinder\n"
        "class Without(PathFinder):\n"
        "    @classmethod\n"
        "    def find_spec(cls, name, path=None, target=None):\n"
        "        return None if name == 'xllamacpp' else super().find_spec(name, path, target)\n"
        "sys.meta_path[sys.meta_path.index(PathFinder)] = Without\n"
        "from streamtts.translators.llama import engine; print(engine.missing())"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert "needs xllamacpp, which is not installed: pip install 'streamtts[llama]'" in done.stdout
