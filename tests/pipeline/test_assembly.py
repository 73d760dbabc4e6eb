"""A whole pipeline on real voices, while an engine in a process of its own does not answer."""

import threading
import time
from pathlib import Path

import pytest

from pipeline.rig import Stand
from streamtts.configuration.config import Config, config_of
from streamtts.pipeline import pipeline
from streamtts.pipeline.assembly import assembled
from streamtts.verbs import Verb
from worker.fake_engine import FOREVER_S
from worker.registering import install
from worker.waiting import eventually, open_descriptors


@pytest.fixture(autouse=True)
def _fake_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, {"fake": "worker.fake_engine:engine"})
    monkeypatch.syspath_prepend(str(tmp_path))


def config(**settings: str) -> Config:
    return config_of(
        {"voice": "fake", "isolate": "always", "output": "null:20", "engines": {"fake": settings}}
    )


def worker_is_there() -> bool:
    return any(thread.name == "worker" for thread in threading.enumerate())


def test_nobody_waits_at_the_end_for_a_voice_that_is_still_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "_JOIN_S", FOREVER_S)
    threads, descriptors = set(threading.enumerate()), open_descriptors()
    with assembled(config(start="sleep 1000"), time.monotonic, live=True) as assembly:
        assembly.pipeline.start()
        eventually(worker_is_there)
    assert set(threading.enumerate()) == threads
    assert open_descriptors() == descriptors


def test_the_listener_goes_on_from_a_sentence_over_which_the_engine_hangs() -> None:
    threads = set(threading.enumerate())
    with assembled(config(), time.monotonic, live=True) as assembly:
        assembly.pipeline.start()
        stand = Stand(assembly.pipeline, assembly.remote, assembly.pipeline._player)
        stand.read("sound 8000; sleep 1000", "sound 8000")
        stand.wait_until_heard(0)
        stand.remote.perform(Verb.NEXT)
        stand.finish()
        assert stand.heard_to_the_end() == [1]
        assert stand.error is None
    assert set(threading.enumerate()) == threads
