"""Two pulls of one model at once are one after the other."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cli.support import FakeClock
from models.rig import NAME, Rig, Silent
from streamtts.models.catalogue import find
from streamtts.models.pull import pull
from streamtts.models.report import World


@contextmanager
def held(rig: Rig) -> Iterator[int]:
    """The lock, as another streamtts holds it."""
    (rig.folder / ".locks").mkdir(parents=True)
    fd = os.open(rig.folder / ".locks" / f"{NAME}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(fd, fcntl.LOCK_EX)
    try:
        yield fd
    finally:
        os.close(fd)


class Releasing(FakeClock):
    """The other ends while we sleep for the third time."""

    def __init__(self, fd: int) -> None:
        super().__init__()
        self.fd = fd

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if len(self.sleeps) == 3:
            fcntl.flock(self.fd, fcntl.LOCK_UN)


def test_the_second_waits_and_says_so_once(rig: Rig) -> None:
    with held(rig) as fd:
        rig.clock = Releasing(fd)
        pulled = rig.pull()
    assert pulled.status == 0
    assert pulled.err.count(f"another streamtts is at work on {NAME}: waiting for it") == 1
    assert len(rig.clock.sleeps) == 3


def test_many_at_once_fetch_it_once(rig: Rig) -> None:
    failed: list[BaseException] = []

    def one() -> None:
        try:
            pull(find(NAME), World(rig.environ, Waiting(), Silent()))
        except BaseException as error:  # noqa: BLE001 - a thread has nobody else to tell
            failed.append(error)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert rig.is_whole()
    assert len(rig.hub.ranges) == len(set(rig.hub.lfs) & {path.name for path in rig.place.iterdir()})


class Waiting(FakeClock):
    """Sleeps a little, for others to go on."""

    def sleep(self, seconds: float) -> None:
        threading.Event().wait(min(seconds, 0.01))


def test_a_disk_without_locks(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    told = rig.refusal("pull", NAME)
    assert told == (
        f"{rig.folder} is on a disk that knows no locks (No locks available): set STREAMTTS_MODELS to"
        " a folder that is yours"
    )
