"""An engine that does what its text says: `sound 100; exit 3`. Registered for tests alone."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

from streamtts.engine import (
    ANY_LANGUAGE,
    Cancelled,
    EngineError,
    Pcm,
    SynthesizerEngine,
    Ticket,
    VoiceInfo,
    VoiceOptions,
)

RATE_HZ = 8000
FOREVER_S = 1000.0


class FakeVoice:
    rate_hz = RATE_HZ
    streams = True

    def __init__(self, options: VoiceOptions) -> None:
        self.options = options
        self.sentences = 0
        for command in options.settings.get("start", "").split(";"):
            for _ in self._do(command.strip(), Ticket()):
                pass

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        self.sentences += 1
        for command in text.split(";"):
            yield from self._do(command.strip(), ticket)

    def close(self) -> None:
        for command in self.options.settings.get("close", "").split(";"):
            for _ in self._do(command.strip(), Ticket()):
                pass

    def _do(self, command: str, ticket: Ticket) -> Iterator[Pcm]:
        word, _, rest = command.partition(" ")
        if word in ("once", "if"):  # FILE COMMAND: in the first life only; while there is such a file
            name, _, rest = rest.partition(" ")
            file = Path(name)
            if file.exists() == (word == "if"):
                file.touch()
                yield from self._do(rest, ticket)
        elif word == "sound":  # FRAMES [VALUE [TIMES]]
            given = rest.split()
            frames, value, times = (*given, *("1", "0.5", "1")[len(given) :])
            for _ in range(int(times)):
                yield row(*[float(value)] * int(frames))
        elif word == "cooperate":
            while True:
                ticket.check()
                time.sleep(0.001)
        elif word in ANSWERS:
            yield ANSWERS[word](self, rest)
        elif word in DEEDS:
            DEEDS[word](rest)


def row(*values: float) -> Pcm:
    return memoryview(array("f", values))


def options_of(voice: FakeVoice) -> Pcm:
    said = (voice.options.voice, voice.options.language, voice.options.settings["what"])
    return row(voice.options.threads, *map(ord, "|".join(said)))


ANSWERS: dict[str, Callable[[FakeVoice, str], Pcm]] = {
    "count": lambda voice, _: row(voice.sentences),
    "pid": lambda *_: row(os.getpid()),
    "environment": lambda _, name: row(float(os.environ.get(name, "-1"))),
    "child": lambda *_: row(subprocess.Popen(["sleep", str(FOREVER_S)]).pid),
    "read": lambda *_: row(len(sys.stdin.read())),
    "options": lambda voice, _: options_of(voice),
    "doubles": lambda *_: memoryview(array("d", [0.5])),
    "nothing": lambda *_: row(),
}


def say_error(message: str) -> None:
    raise EngineError(message)


def give_up(_: str) -> None:
    raise Cancelled


def break_down(message: str) -> None:
    raise ValueError(message)


def die_by(name: str) -> None:
    os.kill(os.getpid(), signal.Signals[name])
    time.sleep(FOREVER_S)


def flood(times: str) -> None:
    for _ in range(int(times)):
        os.write(2, b"flood " * 10_000 + b"\n")


def write_garbage(digits: str) -> None:
    os.write(int(sys.argv[1]), bytes.fromhex(digits))
    time.sleep(FOREVER_S)


DEEDS: dict[str, Callable[[str], object]] = {
    "exit": lambda code: os._exit(int(code)),
    "quit": sys.exit,
    "signal": die_by,
    "segfault": lambda _: ctypes.string_at(0),
    "sleep": lambda seconds: time.sleep(float(seconds)),
    "hold": lambda seconds: ctypes.PyDLL(None).sleep(int(seconds)),  # no other thread of ours runs meanwhile
    "raise": break_down,
    "fail": say_error,
    "give-up": give_up,
    "print": lambda words: sys.stdout.write(f"{words}\n"),
    "low-level-print": lambda words: os.write(1, words.encode() * 1000),
    "complain": lambda words: sys.stderr.write(f"{words}\n"),
    "flood": flood,
    "garbage": write_garbage,
    "touch": lambda file: Path(file).touch(),
}


engine = SynthesizerEngine(
    name="fake",
    summary="does what its text says",
    languages=(ANY_LANGUAGE,),
    licence="Apache-2.0",
    create=FakeVoice,
    missing=lambda: None,
    voices=lambda: (VoiceInfo("only", ANY_LANGUAGE),),
    hosted=True,
)
