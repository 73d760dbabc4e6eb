"""Signals: the command unwinds, and the shell sees which one it was."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cli.support import assistant, process_environ
from streamtts.ending import Ended, orderly_end


@contextmanager
def waiting(*prefix: str) -> Iterator[subprocess.Popen[bytes]]:
    """`streamtts --text` that has printed a sentence and waits for more."""
    command = [*prefix, sys.executable, "-m", "streamtts", "--text"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=process_environ()) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(assistant("Ready now. More"))
        process.stdin.flush()
        assert process.stdout.readline() == b"Ready now.\n"
        yield process


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_the_exit_status_names_the_signal(number: int, status: int) -> None:
    with waiting() as process:
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
        assert (process.returncode, told) == (status, b"")


def test_nohup_is_respected() -> None:
    with waiting("nohup") as process:
        process.send_signal(signal.SIGHUP)
        out, _ = process.communicate(b"", timeout=60)
        assert (process.returncode, out) == (0, b"More.\n")


def test_what_is_tidied_up_is_not_disturbed() -> None:
    done = []

    @orderly_end()
    def work() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            os.kill(os.getpid(), signal.SIGHUP)
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("tidied up")

    with pytest.raises(Ended) as caught:
        work()
    assert (caught.value.exit_status, done) == (143, ["tidied up"])


def test_handlers_are_given_back() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)]
    with orderly_end():
        assert signal.getsignal(signal.SIGTERM) not in before
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)] == before


def test_no_error_handler_takes_it_for_an_error() -> None:
    assert not issubclass(Ended, Exception)


def test_other_threads_leave_signals_alone() -> None:
    seen = []

    def look() -> None:
        with orderly_end():
            seen.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [before]


def test_ctrl_c_in_the_middle_of_the_imports_says_nothing() -> None:
    script = (
        "import sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'streamtts.arguments': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from streamtts.start import main\n"
        "sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
