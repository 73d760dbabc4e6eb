"""The fake engine, registered, in a process of its own."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streamtts.engine import VoiceOptions
from streamtts.worker.host import Limits
from streamtts.worker.hosted import Hosted
from worker.registering import install
from worker.waiting import eventually, open_descriptors

PATIENT = Limits(start_s=120, reply_s=120, grace_s=60)

Start = Callable[..., Hosted]


@pytest.fixture(autouse=True)
def fake_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "installed"
    folder.mkdir()
    install(folder, {"fake": "worker.fake_engine:engine", "broken": "worker.no_such_module:engine"})
    monkeypatch.syspath_prepend(str(folder))


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts hosted fakes. Afterwards they are closed, and have left nothing behind."""
    threads, descriptors = threading.active_count(), open_descriptors()
    voices: list[Hosted] = []

    def start_one(*, limits: Limits = PATIENT, **settings: str) -> Hosted:
        voices.append(Hosted("fake", VoiceOptions(settings=settings), limits=limits))
        return voices[-1]

    yield start_one
    for voice in voices:
        voice.close()
    eventually(lambda: threading.active_count() == threads)
    assert open_descriptors() == descriptors
