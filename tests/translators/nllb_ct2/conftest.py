"""What the tests of nllb-ct2 share."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from translators.nllb_ct2 import rig


@pytest.fixture(autouse=True)
def _models_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTTS_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))


@pytest.fixture(autouse=True)
def _quiet_libraries() -> Iterator[None]:
    """transformers warns of what it will change itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="module", params=rig.FAMILIES)
def model(request: pytest.FixtureRequest) -> rig.Model:
    rig.needed()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return rig.model(request.param)


@pytest.fixture(scope="module")
def nllb() -> rig.Model:
    rig.needed()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return rig.model("nllb")
