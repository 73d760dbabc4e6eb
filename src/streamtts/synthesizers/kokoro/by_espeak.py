"""Languages that eSpeak NG reads for Kokoro, run as a program: its IPA between the marks of the text."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from streamtts.engine import EngineError
from streamtts.synthesizers import espeak, speakable
from streamtts.synthesizers.kokoro import symbols
from streamtts.synthesizers.kokoro.phrases import STOPS, Phrase, pause_after
from streamtts.synthesizers.markup import without_commands
from streamtts.synthesizers.program import output_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from streamtts.engine import Ticket

# What eSpeak calls them, and how its IPA becomes ours.
VARIETIES: dict[str, tuple[str, Callable[[str], str]]] = {
    "en-us": ("en-us", symbols.american),
    "en-gb": ("en-gb", symbols.british),
    "es": ("es", symbols.other),
    "fr": ("fr-fr", symbols.other),
    "hi": ("hi", symbols.other),
    "it": ("it", symbols.other),
    "pt": ("pt-br", symbols.other),
}

_PATIENCE_S = 20.0
_FIRST_SYMBOLS, _GROWTH, _MOST_SYMBOLS = 12, 2, 128
_SHORTEST_LAST_WORD = 4  # letters; what is shorter before a full stop may be an abbreviation

_ALIKE = str.maketrans(
    {"–": "—", "«": "“", "»": "”", "„": "“", "।": "."}
    | {wide: f"{plain} " for wide, plain in zip("、，。．！？：；", ",,..!?:;", strict=True)}
)
_QUOTE_BEFORE = re.compile(r'(?<![^\s(“])"(?=\S)')
_MARK = re.compile(r"(?:[,;:!?…]+|\.+)(?=[\s”’)\]]|$)|[—()“”]")
_OPENING = "(“"


class EspeakReader:
    def __init__(self, variety: str) -> None:
        voice, self._rewrite = VARIETIES[variety]
        program = next(filter(None, map(shutil.which, espeak.PROGRAMS)), None)
        if program is None:
            raise EngineError(f"espeak-ng, which reads for Kokoro, is not installed: {espeak.INSTALL}")
        self._argv = (program, "--stdin", "-q", "--ipa", "--tie=^", "-b", "1", "-v", voice)

    def phrases(self, piece: str, ticket: Ticket) -> Iterator[Phrase]:
        """Cut behind marks, where a phrase is long enough to sound natural; else where it is too long."""
        written, wanted = "", _FIRST_SYMBOLS
        for words, mark in _runs(_plain(piece)):
            phonemes = self._phonemes(words, ticket)
            if phonemes and len(written) >= wanted and written[-1] not in _OPENING:
                yield Phrase(written, pause_after(written))
                written, wanted = "", min(wanted * _GROWTH, _MOST_SYMBOLS)
            written = _with(_with(written, phonemes), mark)
            while len(written) > _MOST_SYMBOLS:
                at = _cut(written)
                yield Phrase(written[:at], pause_after(written[:at]))
                written = written[at:].lstrip()
        if written:
            yield Phrase(written, pause_after(written))

    def _phonemes(self, words: str, ticket: Ticket) -> str:
        if not speakable.has_words(words):
            return ""
        output = output_of(self._argv, without_commands(words), ticket, patience_s=_PATIENCE_S)
        ipa = b"".join(output).decode(errors="replace")
        return " ".join(self._rewrite(ipa).split())


def _plain(text: str) -> str:
    """With the marks that Kokoro knows; a straight quote becomes a curly one."""
    return _QUOTE_BEFORE.sub("“", text.translate(_ALIKE)).replace('"', "”").replace("...", "…")


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Words without a mark among them, and the mark that follows."""
    begin = 0
    for mark in _MARK.finditer(text):
        words = text[begin : mark.start()]
        if mark[0] == "." and mark.end() < len(text) and _may_be_short_for_more(words):
            continue
        yield words, mark[0]
        begin = mark.end()
    yield text[begin:], ""


def _may_be_short_for_more(words: str) -> bool:
    last = words.rsplit(None, 1)[-1:] or [""]
    return len(last[0]) < _SHORTEST_LAST_WORD or "." in last[0]


def _with(written: str, more: str) -> str:
    """Words have a space before them, marks but the opening ones have none."""
    spaced = more[:1] in _OPENING or speakable.has_words(more)
    space = " " if written and more and spaced and written[-1] not in _OPENING else ""
    return f"{written}{space}{more}"


def _cut(written: str) -> int:
    """Behind a mark, else a word; what is left over begins with a sound, never with a mark."""
    spaces = [at for at in range(_MOST_SYMBOLS // 2, _MOST_SYMBOLS) if written[at] == " "]
    if spaces:
        return ([at for at in spaces if written[at - 1] in STOPS] or spaces)[-1]
    return next((at for at in range(_MOST_SYMBOLS, 1, -1) if written[at].isalnum()), _MOST_SYMBOLS)
