"""A small model, made once, and a copy of it to be damaged."""

import os
import shutil
from pathlib import Path

import pytest

from engines.kokoro_mlx import tiny_folder


@pytest.fixture(scope="session")
def tiny() -> Path:
    if tiny_folder.ABSENT:
        pytest.skip(tiny_folder.REASON)
    if not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed: apt install espeak-ng")
    return tiny_folder.shared()


@pytest.fixture
def copy(tiny: Path, tmp_path: Path) -> Path:
    """What is not damaged is linked."""
    place = tmp_path / "copy"
    shutil.copytree(tiny, place, copy_function=os.link)
    return place
