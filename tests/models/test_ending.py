"""Whoever is ended in the middle keeps what has come, and holds nobody up."""

import signal
import subprocess
import sys
import threading
import time

import pytest

from models.hub_server import Handler
from models.rig import FILES, NAME, WEIGHTS, Rig

HANG_S = 30.0


@pytest.mark.parametrize(
    ("ending", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_an_end_in_the_middle(rig: Rig, ending: signal.Signals, status: int) -> None:
    over = threading.Event()

    def stalling(handler: Handler, content: bytes) -> None:
        handler.send(200, {}, content[:600_000], len(content))
        over.wait(HANG_S)
        handler.close_connection = True

    rig.hub.content = [stalling]
    words = [sys.executable, "-m", "streamtts", "models", "pull", NAME]
    environ = {**rig.environ, "no_proxy": "127.0.0.1"}
    with subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        part = rig.folder / ".coming" / NAME / f"{WEIGHTS}.part"
        deadline_s = time.monotonic() + HANG_S
        while not (part.exists() and part.stat().st_size == 600_000) and time.monotonic() < deadline_s:
            time.sleep(0.01)
        process.send_signal(ending)
        out, err = process.communicate(timeout=HANG_S)
    over.set()
    assert (process.returncode, out) == (status, b"")
    assert b"Traceback" not in err
    if ending is signal.SIGINT:
        assert (
            f"what came of {NAME} is kept: `streamtts models pull {NAME}` goes on from there" in err.decode()
        )
    assert rig.pull().status == 0
    assert rig.is_whole()
    assert rig.hub.ranges[1] == "bytes=600000-"
    assert len(FILES[WEIGHTS]) > 600_000
