"""What these tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from translators.nllb.pair import needed


@pytest.fixture(autouse=True)
def _own_model_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTTS_MODELS", str(tmp_path / "models"))


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    needed()
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
