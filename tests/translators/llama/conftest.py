from pathlib import Path

import pytest

from translators.llama import models, tiny_gguf


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small model; what is made of it goes with the test."""
    models.skip_without_packages()
    monkeypatch.setenv("STREAMTTS_MODELS", str(tmp_path / "models"))
    return tiny_gguf.write(tmp_path / "tiny.gguf")
