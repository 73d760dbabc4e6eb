"""`streamtts voices add`, `rm` and `play`: voices of the user's own."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from streamtts import cloned, registry
from streamtts.cloned import keeping
from streamtts.cloned.keeping import Given
from streamtts.cloned.sample import prepared
from streamtts.commands.configuration import held
from streamtts.environment import Environment
from streamtts.errors import StreamttsError, UsageError
from streamtts.pipeline.playback import open_player
from streamtts.shown.terminal import printable
from streamtts.speech.language import primary
from streamtts.voices import cloners, why_not_ready
from streamtts.voicewords import AddVoiceCommand

_CONSENT = "The person whose voice this is agrees that streamtts speaks with it."
_ASKED, _SAID = "said at the terminal", "said with --i-have-consent"
_YES = (b"y", b"yes")
_LONGEST_ANSWER = 1000
_MOST_CHARACTERS = 1000  # of a transcript: more than anybody says in half a minute
_SPARE_S = 10.0


def added(command: AddVoiceCommand, env: Environment) -> str:
    """Looks at everything before it asks, so that nobody agrees for nothing."""
    keeping.check_name(command.name, registry.synthesizer_names(), env.environ)
    if not command.consent and not os.isatty(env.stdin_fd):
        raise UsageError(
            "nobody can be asked here whether the person agrees: run this at a terminal, or say so with "
            "--i-have-consent"
        )
    transcript = _transcript(command.transcript)
    sample = prepared(command.recording)
    for warning in sample.warnings:
        _tell(env, f"warning: {warning}")
    consent = _consent(command, env)
    given = Given(command.name, consent, transcript, primary(command.language))
    voice = keeping.keep(given, sample, env.environ)
    return printable(f"{voice.name} is kept, {voice.length_s:.1f} s: {_use(voice.name, env.environ)}") + "\n"


def removed(names: Sequence[str], environ: Mapping[str, str]) -> Iterator[str]:
    """A wrong name does nothing at all."""
    for place in dict.fromkeys([keeping.known_place(name, environ) for name in names]):
        keeping.remove(place)
        yield f"{place.name} is gone\n"


def play(name: str, output: str, environ: Mapping[str, str]) -> None:
    import wave  # noqa: PLC0415 - rarely asked for

    keeping.known_place(name, environ)
    voice = cloned.find(name, environ)
    if voice is None:
        raise UsageError(f"{name} is gone")
    with wave.open(str(voice.sample), "rb") as file:
        content = file.readframes(file.getnframes())
    player = open_player(output)
    try:
        if warning := player.take_warning():
            raise StreamttsError(warning)
        player.write(_floats(content), voice.rate_hz, last=True)
        if not player.drain(voice.length_s + _SPARE_S):
            raise StreamttsError(f"{player.output_name} took no sound for {_SPARE_S:.0f} seconds")
    finally:
        player.close()


def _floats(content: bytes) -> "memoryview[float]":
    from streamtts import _core  # noqa: PLC0415 - rarely asked for

    return memoryview(_core.floats_from_s16(content)).cast("f")


def _transcript(text: str) -> str:
    words = " ".join(printable(text).split())
    if text and not words:
        raise UsageError("--text has no words: give what is said in the recording, word for word")
    if len(words) > _MOST_CHARACTERS:
        raise UsageError(
            f"--text is too long: give what is said in the recording, {_MOST_CHARACTERS} letters at most"
        )
    return words


def _consent(command: AddVoiceCommand, env: Environment) -> str:
    if command.consent:
        return f"{_CONSENT} ({_SAID})"
    env.stderr.write(f"{_CONSENT}\nIs that so? Type yes: ")
    env.stderr.flush()
    answer = b""
    with suppress(OSError):  # a terminal that is gone has not agreed
        answer = os.read(env.stdin_fd, _LONGEST_ANSWER)
    if answer.strip().lower() not in _YES:
        raise StreamttsError(f"{command.name} was not added: without their consent nobody's voice is used")
    return f"{_CONSENT} ({_ASKED})"


def _use(name: str, environ: Mapping[str, str]) -> str:
    settings = held(environ).engines
    able = cloners(settings)
    missing = why_not_ready(able[0], settings) if able else "no engine here can do that"
    speaks = f"`streamtts --voice {name}` speaks like it"
    return f"{speaks}, with {able[0].name}" if missing is None else f"{speaks}, when this is done: {missing}"


def _tell(env: Environment, text: str) -> None:
    env.stderr.write(f"streamtts: {printable(text)}\n")
    env.stderr.flush()
