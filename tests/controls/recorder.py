"""A remote that writes down what it is asked, and the program that is run in a terminal."""

import os
import resource
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from types import FrameType

from streamtts.control.keys import Keys
from streamtts.control.server import ControlSocket
from streamtts.errors import UsageError
from streamtts.verbs import Verb


class Recorder:
    """What was asked, in order."""

    def __init__(self) -> None:
        self.asked: list[tuple[Verb, str]] = []
        self.fields: dict[str, object] = {"state": "speaking", "speed": 1.0, "sentence": "Now \x1b[31mthe ü."}
        self.changed = threading.Condition()

    def perform(self, verb: Verb, argument: str = "") -> None:
        if argument == "xx":
            raise UsageError("there is no language xx: use a code like ja")
        with self.changed:
            self.asked.append((verb, argument))
            self.changed.notify_all()

    def status(self) -> Mapping[str, object]:
        return self.fields


class Spoken(Recorder):
    """One that says what it is asked, on the screen, and ends the program when asked to."""

    def __init__(self) -> None:
        super().__init__()
        self.over = threading.Event()

    def perform(self, verb: Verb, argument: str = "") -> None:
        super().perform(verb, argument)
        say(f"asked {verb} {argument}")
        if verb == Verb.QUIT:
            self.over.set()


def say(text: str) -> None:
    os.write(1, f"<{text}>\r\n".encode())


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(7)


def _keys_thread_lives() -> bool:
    return any(thread.name == "keys" for thread in threading.enumerate())


def main(*traits: str) -> None:
    """Keys until q; `traits` name what else happens."""
    remote = Spoken()
    if "few descriptors" in traits:
        resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    with ExitStack() as stack:
        if "handler" in traits:
            signal.signal(signal.SIGTERM, _leave)
            signal.signal(signal.SIGHUP, _leave)
        if "deaf" in traits:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        if "socket" in traits:
            stack.enter_context(ControlSocket(remote, os.environ, say))
        keys = stack.enter_context(Keys(remote, say))
        say(f"ready {keys.active}")
        if "error" in traits:
            raise RuntimeError("a bug")
        if "deaf" in traits:
            while _keys_thread_lives():
                remote.over.wait(0.01)
            return
        # Short waits: a signal that comes just before Python starts to wait is seen only after it.
        while not remote.over.wait(0.05):
            if "retake" in traits:
                keys.retake()
    say("over")


if __name__ == "__main__":
    main(*sys.argv[1:])
