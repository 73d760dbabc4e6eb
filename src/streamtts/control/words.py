"""The words of the control socket: one line in, one line of JSON back."""

import difflib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streamtts.errors import StreamttsError, UsageError
from streamtts.verbs import Remote, Verb

STATUS = "status"


@dataclass(frozen=True, slots=True)
class Word:
    """A word, what follows it (nothing, or its name, in brackets if it may be left out), what it does."""

    name: str
    takes: str
    help: str


WORDS = (
    Word(Verb.PAUSE, "", "pause"),
    Word(Verb.RESUME, "", "go on"),
    Word(Verb.TOGGLE, "", "pause, or go on"),
    Word(Verb.NEXT, "", "next sentence"),
    Word(Verb.PREVIOUS, "", "sentence before"),
    Word(Verb.TURN, "", "next turn"),
    Word(Verb.REPEAT, "", "repeat the sentence"),
    Word(Verb.FASTER, "", "speak faster"),
    Word(Verb.SLOWER, "", "speak slower"),
    Word(Verb.MUTE, "", "mute, or unmute"),
    Word(Verb.STOP, "", "stop: silence now"),
    Word(Verb.QUIT, "", "end the session"),
    Word(Verb.SAY, "TEXT", "speak this text next"),
    Word(Verb.TO, "[LANG]", "hear another language from here on, or none: as written"),
    Word(STATUS, "", "how the session stands"),
)


def check(name: str, argument: str, known: Sequence[Word] = WORDS) -> None:
    """Raises UsageError, which names the nearest word, for what makes no sense."""
    words = {word.name: word for word in known}
    word = words.get(name)
    if word is None:
        near = difflib.get_close_matches(name, words, n=1)
        hint = f"did you mean {near[0]}?" if near else f"use one of {', '.join(words)}"
        raise UsageError(f"there is no control {_short(name)!r}: {hint}")
    if word.takes and not word.takes.startswith("[") and not argument:
        raise UsageError(f"{name} needs something after it: {name} {word.takes}")
    if argument and not word.takes:
        raise UsageError(f"{name} takes nothing after it, not {_short(argument)!r}")


def answer(remote: Remote, line: bytes) -> bytes:
    """What is asked for is begun; the answer says so, or why not."""
    name, _, argument = line.decode("utf-8", "replace").strip().partition(" ")
    name, argument = name.lower(), argument.strip()
    try:
        check(name, argument)
        if name == STATUS:
            return _line({"ok": True, "pid": os.getpid(), **remote.status()})
        remote.perform(Verb(name), argument)
    except StreamttsError as error:
        return refusal(str(error))
    return _line({"ok": True})


def refusal(reason: str) -> bytes:
    return _line({"ok": False, "error": reason})


def _line(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields).encode("ascii") + b"\n"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
