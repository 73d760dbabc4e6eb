"""What the tests of models share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.rig import Rig
from models.rig import rig as new_rig


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with new_rig(tmp_path) as made:
        yield made
