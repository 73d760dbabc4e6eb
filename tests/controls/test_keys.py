"""Keys mean verbs, and the terminal is given back whatever happens."""

import os
import signal
import subprocess
import sys
import termios
import threading
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from controls.pty_rig import PATIENCE_S, PtyRig, wait_until
from controls.recorder import Recorder
from streamtts.control.keys import KEYS, Keys, keys_in_a_line
from streamtts.control.tty_modes import LFLAG, Terminal
from streamtts.verbs import Verb

PROGRAM = Path(__file__).with_name("recorder.py")
_NO_TERMINAL = """
from streamtts.control.keys import Keys
with Keys(None, print) as keys:
    print(keys.active)
"""


def in_a_terminal(*traits: str, cwd: Path | None = None) -> PtyRig:
    return PtyRig([sys.executable, PROGRAM, *traits], cwd=cwd)


@pytest.fixture
def rig() -> Iterator[PtyRig]:
    with in_a_terminal() as rig:
        rig.wait_for("<ready True>")
        yield rig


class Pty:
    """A terminal that controls nobody, with its keyboard end."""

    def __init__(self) -> None:
        self.keyboard, self.side = os.openpty()
        self.path = Path(os.ttyname(self.side))
        self.modes_before = self.modes()

    def modes(self) -> list[object]:
        return termios.tcgetattr(self.side)

    def close(self) -> None:
        os.close(self.keyboard)
        os.close(self.side)


@pytest.fixture
def pty() -> Iterator[Pty]:
    pty = Pty()
    yield pty
    pty.close()


def wait_for(recorder: Recorder, asked: list[Verb]) -> None:
    with recorder.changed:
        assert recorder.changed.wait_for(lambda: len(recorder.asked) >= len(asked), PATIENCE_S)
    assert [verb for verb, _ in recorder.asked] == asked


def test_every_key_means_its_verb(pty: Pty) -> None:
    recorder = Recorder()
    verbs = [(code, key.verb) for key in KEYS for code in key.codes if key.verb is not None]
    with Keys(recorder, lambda _: None, pty.path):
        os.write(pty.keyboard, b"".join(code for code, _ in verbs))
        wait_for(recorder, [verb for _, verb in verbs])
    assert {verb for _, verb in verbs} >= set(Verb) - {Verb.PAUSE, Verb.RESUME, Verb.SAY, Verb.TO}


def test_keys_are_neither_echoed_nor_known_when_unknown(rig: PtyRig) -> None:
    rig.press(b"xYZ\x1b[1;5C\x1b[15~\x04\x00")
    rig.press("ü漢n")
    screen = rig.wait_for("<asked turn >")
    assert "Z" not in screen
    assert "漢" not in screen
    assert screen.count("asked") == 1


def test_a_lone_escape_is_no_key_and_spoils_none(rig: PtyRig) -> None:
    rig.press(b"\x1b")
    rig.press("r")
    rig.wait_for("<asked repeat >")
    assert rig.screen().count("asked") == 1


def test_a_question_mark_shows_the_keys(rig: PtyRig) -> None:
    rig.press("?")
    rig.wait_for(keys_in_a_line())


def test_what_the_remote_refuses_is_told(pty: Pty) -> None:
    from streamtts.errors import UsageError

    told: list[str] = []
    heard = threading.Event()

    class Refusing(Recorder):
        def perform(self, verb: Verb, argument: str = "") -> None:
            raise UsageError(f"no {verb}{argument} now: wait")

    def tell(text: str) -> None:
        told.append(text)
        heard.set()

    with Keys(Refusing(), tell, pty.path):
        os.write(pty.keyboard, b"m")
        assert heard.wait(PATIENCE_S)
    assert told == ["no mute now: wait"]


def test_after_a_flood_keys_still_work(rig: PtyRig) -> None:
    for _ in range(100):
        rig.press(b"\x1b[9999;\x1b]zz\xff\x00\x80yy" * 100)

    def pressed() -> bool:
        time.sleep(0.5)  # a paste is over when nothing comes for a moment
        rig.press("n")
        return "<asked turn >" in rig.screen()

    wait_until("a key after the flood", pressed)


def test_ctrl_c_stays_a_signal(rig: PtyRig) -> None:
    assert rig.is_quiet()
    rig.press(b"\x03")
    assert rig.wait() == -signal.SIGINT
    assert rig.modes() == rig.modes_before


def test_quitting_gives_the_terminal_back(rig: PtyRig) -> None:
    assert rig.is_quiet()
    rig.press("q")
    assert rig.wait() == 0
    assert rig.modes() == rig.modes_before


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (lambda rig: rig.signal(signal.SIGTERM), -signal.SIGTERM),
        (lambda rig: rig.signal(signal.SIGHUP), -signal.SIGHUP),
        (lambda rig: rig.press(b"\x1c"), -signal.SIGQUIT),
    ],
    ids=["SIGTERM", "SIGHUP", "SIGQUIT"],
)
def test_a_signal_that_nobody_handles_kills_but_gives_the_terminal_back(
    end: Callable[[PtyRig], None], status: int, tmp_path: Path
) -> None:
    with in_a_terminal(cwd=tmp_path) as rig:
        rig.wait_for("<ready True>")
        end(rig)
        assert rig.wait() == status
        assert rig.modes() == rig.modes_before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_programs_own_handlers_stay(number: signal.Signals) -> None:
    with in_a_terminal("handler") as rig:
        rig.wait_for("<ready True>")
        rig.signal(number)
        assert rig.wait() == 7
        assert rig.modes() == rig.modes_before


def test_an_error_gives_the_terminal_back() -> None:
    with in_a_terminal("error") as rig:
        assert rig.wait() == 1
        assert "RuntimeError: a bug" in rig.wait_for("a bug")
        assert rig.modes() == rig.modes_before


def test_a_closed_window_ends_the_keys_quietly() -> None:
    with in_a_terminal("deaf") as rig:
        rig.wait_for("<ready True>")
        rig.hang_up()
        assert rig.wait() == 0


def test_the_modes_of_another_program_are_healed_by_the_next_line(rig: PtyRig) -> None:
    rig.set_modes(rig.modes_before)
    rig.press("r\n")
    rig.wait_for("<asked repeat >")
    wait_until("keys come at once again", rig.is_quiet)
    rig.press("q")
    assert rig.wait() == 0
    assert rig.modes() == rig.modes_before


def test_ctrl_d_in_the_modes_of_another_program_is_not_the_end(rig: PtyRig) -> None:
    for _ in range(3):
        rig.set_modes(rig.modes_before)
        rig.press(b"\x04")
        wait_until("keys come at once again", rig.is_quiet)
    rig.press("r")
    rig.wait_for("<asked repeat >")


def test_the_modes_can_be_taken_again_when_another_program_has_ended() -> None:
    with in_a_terminal("retake") as rig:
        rig.wait_for("<ready True>")
        rig.set_modes(rig.modes_before)
        wait_until("keys come at once again", rig.is_quiet)
        rig.press("q")
        assert rig.wait() == 0
        assert rig.modes() == rig.modes_before


def test_taken_from_a_question_for_a_password_it_is_given_back_as_it_first_was() -> None:
    with in_a_terminal("retake") as rig:
        rig.wait_for("<ready True>")
        unseen = list(rig.modes_before)
        unseen[LFLAG] &= ~termios.ECHO
        rig.set_modes(unseen)
        wait_until("keys come at once again", rig.is_quiet)
        rig.press("q")
        assert rig.wait() == 0
        assert rig.modes() == rig.modes_before


def test_a_resting_terminal_is_not_taken(pty: Pty) -> None:
    terminal = Terminal.opened(pty.path)
    assert terminal is not None
    assert terminal.take()
    terminal.rest()
    assert not terminal.take()
    assert pty.modes() == pty.modes_before
    terminal.rested()
    assert terminal.take()
    assert pty.modes() != pty.modes_before
    terminal.release()
    terminal.close()
    assert pty.modes() == pty.modes_before


def test_raw_modes_that_another_program_left_behind_are_undone(rig: PtyRig) -> None:
    with rig.tty.open("rb", buffering=0) as terminal:
        tty.setraw(terminal.fileno())
    rig.press("q")
    assert rig.wait() == 0
    assert rig.modes() == rig.modes_before


def test_a_terminal_that_was_raw_stays_so() -> None:
    pty = Pty()
    tty.setraw(pty.side)
    raw = pty.modes()
    recorder = Recorder()
    with Keys(recorder, lambda _: None, pty.path):
        os.write(pty.keyboard, b"n")
        wait_for(recorder, [Verb.TURN])
    assert pty.modes() == raw
    pty.close()


def test_without_a_terminal_nothing_happens() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _NO_TERMINAL],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"False\n", b"")


@pytest.mark.parametrize("what", ["missing", "file"])
def test_what_is_no_terminal_is_left_alone(what: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("q", encoding="utf-8")
    recorder = Recorder()
    with Keys(recorder, lambda _: None, tmp_path / what) as keys:
        assert not keys.active
        keys.retake()
    assert recorder.asked == []


def test_nothing_is_left_behind(pty: Pty) -> None:
    handled = (signal.SIGTSTP, signal.SIGCONT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
    before = [signal.getsignal(number) for number in handled]
    descriptors = set(Path("/dev/fd").iterdir())
    for _ in range(20):
        with Keys(Recorder(), lambda _: None, pty.path) as keys:
            assert keys.active
            assert pty.modes() != pty.modes_before
        assert pty.modes() == pty.modes_before
    assert {path.name for path in descriptors} >= {path.name for path in Path("/dev/fd").iterdir()}
    assert [signal.getsignal(number) for number in handled] == before
    assert all(thread.name != "keys" for thread in threading.enumerate())


def test_off_the_main_thread_keys_work_without_handlers(pty: Pty) -> None:
    recorder = Recorder()
    before = signal.getsignal(signal.SIGTSTP)
    seen: list[object] = []

    def run() -> None:
        with Keys(recorder, lambda _: None, pty.path):
            seen.append(signal.getsignal(signal.SIGTSTP))
            os.write(pty.keyboard, b"s")
            wait_for(recorder, [Verb.STOP])

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(PATIENCE_S)
    assert recorder.asked == [(Verb.STOP, "")]
    assert seen == [before]
    assert pty.modes() == pty.modes_before
