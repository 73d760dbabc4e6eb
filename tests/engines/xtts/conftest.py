"""A small model, made once, and a home folder in which the terms of the large one are accepted."""

import os
from pathlib import Path

import pytest

from engines.xtts import tiny_folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if tiny_folder.ABSENT:
        pytest.skip(tiny_folder.REASON)
    return tiny_folder.make(tmp_path_factory.mktemp("xtts") / "tiny")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's home, new and empty."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_DATA_HOME", "STREAMTTS_MODELS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


@pytest.fixture
def agreed(home: Path) -> Path:
    tiny_folder.accept(os.environ)
    return home
