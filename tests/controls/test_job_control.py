"""A shell stops, continues and moves the program, which has the terminal only in the foreground."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from controls.pty_rig import PtyRig, wait_until

PROGRAM = f"{sys.executable} {Path(__file__).with_name('recorder.py')}"

# Those found here; dash never touches the terminal's modes, so that what is seen is our doing.
SHELLS = {
    "dash": ["dash", "-i"],
    "bash": ["bash", "--norc", "--noprofile", "--noediting", "-i"],
    "zsh": ["zsh", "-f", "-i", "+Z"],
    "sh": ["sh", "-i"],
}
FOUND = [name for name in SHELLS if shutil.which(name)]


@pytest.fixture(params=FOUND)
def shell(request: pytest.FixtureRequest) -> Iterator[PtyRig]:
    env = {**os.environ, "PS1": "$ ", "ENV": "", "TERM": "dumb"}
    with PtyRig(SHELLS[request.param], types_to_stdin=True, env=env) as rig:
        rig.wait_for("$ ")
        yield rig


def run(shell: PtyRig, command: str, times: int = 1) -> None:
    """A command that says when it was done."""
    shell.press(f"{command}; echo do''ne\n")
    shell.wait_for("done", times=times)


def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it(shell: PtyRig) -> None:
    shell.press(f"{PROGRAM}\n")
    shell.wait_for("<ready True>")
    assert shell.is_quiet()
    shell.press(b"\x1a")
    wait_until("the shell has the terminal", shell.is_cooked)
    run(shell, "true")
    assert shell.is_cooked()
    shell.press("fg\n")
    wait_until("keys come at once", shell.is_quiet)
    shell.press("r")
    shell.wait_for("<asked repeat >")
    shell.press("q")
    shell.wait_for("<over>")
    run(shell, "true", times=2)
    assert shell.is_cooked()


def test_going_on_in_the_background_leaves_the_terminal_to_the_shell(shell: PtyRig) -> None:
    shell.press(f"{PROGRAM}\n")
    shell.wait_for("<ready True>")
    shell.press(b"\x1a")
    wait_until("the shell has the terminal", shell.is_cooked)
    run(shell, "bg")
    run(shell, "echo qqq", times=2)
    assert shell.is_cooked()
    assert "asked" not in shell.screen()
    shell.press("fg\n")
    wait_until("keys come at once", shell.is_quiet)
    shell.press("q")
    shell.wait_for("<over>")


def test_started_in_the_background_it_waits_for_the_foreground(shell: PtyRig) -> None:
    shell.press(f"{PROGRAM} &\n")
    shell.wait_for("<ready True>")
    run(shell, "jobs")
    assert "topped" not in shell.screen()
    assert "suspended" not in shell.screen()
    assert shell.is_cooked()
    shell.press("fg\n")
    wait_until("keys come at once", shell.is_quiet)
    shell.press("sq")
    shell.wait_for("<over>")
    assert "<asked stop >" in shell.screen()
    run(shell, "true", times=2)
    assert shell.is_cooked()


def test_ended_in_the_background_it_leaves_the_modes_to_the_shell(shell: PtyRig) -> None:
    shell.press(f"{PROGRAM}\n")
    shell.wait_for("<ready True>")
    os.killpg(shell.foreground_group(), signal.SIGSTOP)  # which nobody can prepare for
    wait_until("the shell is in front", lambda: shell.foreground_group() == shell.process.pid)
    run(shell, "stty -ixon")
    before = shell.modes()
    run(shell, "bg", times=2)
    run(shell, "kill %1; wait", times=3)
    assert shell.modes() == before


def test_started_and_ended_in_the_background_it_never_touches_the_terminal(shell: PtyRig) -> None:
    shell.press(f"{PROGRAM} &\n")
    shell.wait_for("<ready True>")
    before = shell.modes()
    run(shell, "kill $!; wait")
    assert shell.modes() == before
