"""The one door through which engines are called: whatever they raise, an EngineError comes out."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice

from streamtts.engine import (
    Cancelled,
    EngineError,
    Pcm,
    Synthesizer,
    SynthesizerEngine,
    Ticket,
    Translator,
    TranslatorEngine,
    TranslatorOptions,
    VoiceOptions,
)
from streamtts.errors import StreamttsError
from streamtts.shown.terminal import clip, printable

_LONGEST_QUOTE = 200  # columns
_AND_NOW = "if that happens again, choose another engine"
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")


def quotable(text: str) -> str:
    """The first line of foreign words that has any: short, and nothing that a terminal obeys."""
    lines = (printable(line[: 4 * _LONGEST_QUOTE]) for line in _ESCAPES.sub("", text).splitlines())
    return clip(next((" ".join(line.split()) for line in lines if line), ""), _LONGEST_QUOTE)


@contextmanager
def guarding(name: str, ticket: Ticket | None = None) -> Iterator[None]:
    """Within the block, foreign code: what it raises is said in one sentence, and costs no more than that.

    What breaks because the request was cancelled (a closed connection, say) counts as Cancelled.
    """
    try:
        yield
    except EngineError:
        raise
    except Cancelled as stop:
        if ticket is None or ticket.cancelled:
            raise
        raise EngineError(f"the engine {name} stopped, though nobody asked for it: {_AND_NOW}") from stop
    except StreamttsError as error:
        raise EngineError(str(error)) from error
    except (Exception, SystemExit) as error:  # foreign code may raise anything, and must not end the session
        if ticket is not None and ticket.cancelled:
            raise Cancelled from error
        said = quotable(str(error))
        what = type(error).__name__ + (f": {said}" if said else "")
        raise EngineError(f"the engine {name} failed with {what}; {_AND_NOW}") from error


class Guarded:
    """A Synthesizer that keeps the Protocol's promises, around one that might not."""

    def __init__(self, name: str, engine: SynthesizerEngine, options: VoiceOptions) -> None:
        self._name = name
        with guarding(name):
            self._voice: Synthesizer = engine.create(options)
            self.rate_hz = _checked_rate(self._voice.rate_hz)
            self.streams = bool(self._voice.streams)

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        ticket.check()
        with guarding(self._name, ticket):
            for piece in self._voice.speak(text, ticket):
                ticket.check()
                pcm: Pcm = memoryview(piece)
                if pcm.format != "f" or pcm.ndim != 1 or not pcm.contiguous:
                    raise TypeError(f"its audio is of format {pcm.format!r}, not one row of 32-bit floats")
                if pcm:
                    yield pcm

    def close(self) -> None:
        with guarding(self._name):
            self._voice.close()


class GuardedTranslator:
    """The same for a Translator."""

    def __init__(self, name: str, engine: TranslatorEngine, options: TranslatorOptions) -> None:
        self._name = name
        with guarding(name):
            self._translator: Translator = engine.create(options)

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        ticket.check()
        with guarding(self._name, ticket):
            for clause in self._translator.translate(text, ticket):
                ticket.check()
                yield _checked_text(clause)

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        ticket.check()
        with guarding(self._name, ticket):
            given = islice(self._translator.translate_batch(texts, ticket), len(texts) + 1)
            translated = [_checked_text(each) for each in given]
            ticket.check()
            if len(translated) != len(texts):
                returned = "more" if len(translated) > len(texts) else len(translated)
                raise ValueError(f"it was given {len(texts)} sentences and returned {returned}")
            return translated

    def prefix(self, text: str) -> None:
        with suppress(EngineError), guarding(self._name):  # the sentence itself will show what is wrong
            self._translator.prefix(text)

    def close(self) -> None:
        with guarding(self._name):
            self._translator.close()


def _checked_text(piece: object) -> str:
    if not isinstance(piece, str):
        raise TypeError(f"its translation is of type {type(piece).__name__}, not text")
    return piece


def _checked_rate(rate_hz: object) -> int:
    if not isinstance(rate_hz, int) or rate_hz <= 0:
        raise TypeError(f"its rate is {rate_hz!r}, not a number of samples a second")
    return rate_hz
