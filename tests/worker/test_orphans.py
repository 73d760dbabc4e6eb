"""However the parent ends, no child remains; and a life leaves nothing behind in the parent."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from streamtts.engine import Ticket, VoiceOptions
from streamtts.worker.host import Limits
from streamtts.worker.hosted import Hosted
from worker.conftest import PATIENT, Start
from worker.test_hosted import said
from worker.waiting import eventually, open_descriptors, runs

PARENT = """
import sys
from streamtts.engine import Ticket, VoiceOptions
from streamtts.worker.host import Limits
from streamtts.worker.hosted import Hosted
voice = Hosted("fake", VoiceOptions())
print(voice.pid, flush=True)
for piece in voice.speak(sys.argv[1], Ticket()):
    print(int(piece[0]), flush=True)
print("done", flush=True)
sys.stdin.read()
"""


def a_parent(text: str, script: str = PARENT) -> "subprocess.Popen[str]":
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(
        [sys.executable, "-c", script, text],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
        start_new_session=True,
    )


@pytest.mark.parametrize(
    ("end", "text"),
    [
        (signal.SIGKILL, "sound 1"),
        (signal.SIGKILL, "sound 1; sleep 1000"),
        (signal.SIGKILL, "sound 1; cooperate"),
        (signal.SIGKILL, "sound 60000 1 9999"),
        (signal.SIGTERM, "sound 1; sleep 1000"),
        (signal.SIGINT, "sound 1; sleep 1000"),
        (signal.SIGSEGV, "sound 1; sleep 1000"),
    ],
)
def test_no_child_outlives_its_parent(end: signal.Signals, text: str) -> None:
    with a_parent(text) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.stdout.readline()
        assert runs(child)
        os.kill(parent.pid, end)
        parent.wait()
        eventually(lambda: not runs(child))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process whose interpreter is held")
def test_not_even_one_whose_native_code_holds_the_interpreter() -> None:
    with a_parent("sound 1; hold 1000") as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.stdout.readline()
        parent.kill()
        parent.wait()
        eventually(lambda: not runs(child))


def test_nor_what_it_has_started() -> None:
    with a_parent("child; sleep 1000") as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        grandchild = int(parent.stdout.readline())
        assert runs(grandchild)
        parent.kill()
        parent.wait()
        eventually(lambda: not runs(grandchild))


def test_a_parent_that_ends_while_the_child_loads(tmp_path: Path) -> None:
    loads = {"start": f"touch {tmp_path}/mark; sleep 1000"}
    with a_parent("", PARENT.replace("VoiceOptions()", f"VoiceOptions(settings={loads})")) as parent:
        eventually((tmp_path / "mark").exists)
        (child,) = children(parent.pid)
        parent.kill()
        parent.wait()
        eventually(lambda: not runs(child))


def children(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)] if sys.platform == "linux" else ["pgrep", "-P", str(pid)],
        capture_output=True,
        text=True,
        check=True,
    )
    return [int(word) for word in listed.stdout.split()]


def test_ctrl_c_reaches_the_parent_alone(start: Start) -> None:
    """The terminal signals its foreground group; the child is not in it, and would not mind."""
    voice = start()
    assert voice.pid is not None
    assert os.getpgid(voice.pid) == os.getsid(voice.pid) == voice.pid
    os.killpg(voice.pid, signal.SIGINT)
    assert said(voice, "sound 1") == [0.5]


def test_ctrl_c_interrupts_the_wait_and_the_voice_can_be_used_or_closed(start: Start) -> None:
    voice = start(limits=Limits(start_s=120, reply_s=120, grace_s=0.1))
    for text in ("sleep 1000", "cooperate"):
        interrupter = threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGINT])
        interrupter.start()
        with pytest.raises(KeyboardInterrupt):
            said(voice, text)
        interrupter.join()
        assert said(voice, "sound 1") == [0.5]


def test_ctrl_c_interrupts_the_start() -> None:
    before = threading.active_count(), open_descriptors()
    interrupter = threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT])
    interrupter.start()
    with pytest.raises(KeyboardInterrupt):
        Hosted("fake", VoiceOptions(settings={"start": "sleep 1000"}), limits=PATIENT)
    interrupter.join()
    assert (threading.active_count(), open_descriptors()) == before


def test_fifty_lives_leave_nothing(start: Start) -> None:
    voice = start()
    said(voice, "sound 1")
    threads, descriptors = threading.active_count(), open_descriptors()
    pids = {voice.pid}
    for _ in range(50):
        assert voice.pid is not None
        os.kill(voice.pid, signal.SIGKILL)
        assert said(voice, "sound 1") == [0.5]
        pids.add(voice.pid)
    assert len(pids) == 51
    eventually(lambda: threading.active_count() == threads)
    assert open_descriptors() == descriptors
    assert [pid for pid in pids if pid is not None and runs(pid)] == [voice.pid]
    assert zombies() == []


def zombies() -> list[int]:
    """Children of ours that nobody has waited for."""
    try:
        pid, _ = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return []
    return [pid] if pid else []


def test_nothing_piles_up_over_many_sentences(start: Start) -> None:
    voice = start()
    threads, descriptors = threading.active_count(), open_descriptors()
    for turn in range(300):
        ticket = Ticket()
        pieces = voice.speak(f"sound 10000 {turn} 10", ticket)
        next(pieces)
        if turn % 2:
            ticket.cancel()
        else:
            assert sum(map(len, pieces)) == 90_000
    assert said(voice, "count") == [301]
    eventually(lambda: threading.active_count() == threads)
    assert open_descriptors() == descriptors
