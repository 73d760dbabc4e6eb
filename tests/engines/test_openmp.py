"""Threads of native libraries spin for microseconds, unless the user has said how they wait."""

import os

import pytest

from streamtts.synthesizers.openmp import wait_shortly

WAITING = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in WAITING:
        monkeypatch.setenv(name, "")  # so that it comes back as it was
        monkeypatch.delenv(name)


def test_they_spin_shortly() -> None:
    wait_shortly()
    assert [os.environ[name] for name in WAITING] == ["PASSIVE", "1000"]


@pytest.mark.parametrize("name", WAITING)
def test_what_the_user_has_set_holds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "7")
    wait_shortly()
    assert os.environ[name] == "7"
    assert (name == "OMP_WAIT_POLICY") == ("GOMP_SPINCOUNT" not in os.environ)
