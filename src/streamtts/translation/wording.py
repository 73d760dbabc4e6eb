"""From what an engine wrote to what is said: judged, and put right where the target language asks for it."""

import re
from dataclasses import dataclass

from streamtts.speech.lexicon import Lexicon
from streamtts.translation import checks, japanese
from streamtts.translation.checks import Candidate
from streamtts.translation.names import names as names_in
from streamtts.translation.names import words_of
from streamtts.translation.protect import Protected, Restored

_UNSEEN = re.compile("[\u00ad\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")  # nor heard
_MARKUP = ("**", "`")


class UnfitError(Exception):
    """What came back must not be spoken; the message says why. `names`: some of them did not survive."""

    def __init__(self, why: str, *, names: bool = False) -> None:
        super().__init__(why)
        self.names = names


@dataclass(frozen=True, slots=True)
class Wording:
    """Of one pair of languages."""

    source: str
    target: str
    lexicon: Lexicon

    def check(self, restored: Restored) -> None:
        """The whole of a translation."""
        sent = restored.source
        if why := checks.flaw(self._candidate(sent, restored.masked, complete=True)):
            raise UnfitError(why)
        if restored.lost:
            raise UnfitError(f"“{restored.lost[0][:40]}” got lost", names=True)
        if sent.hidden and restored.doubled:
            raise UnfitError(f"“{restored.doubled[0][:40]}” was doubled", names=True)
        if restored.strange:
            raise UnfitError(f"“{restored.strange[0]}” came from nowhere", names=True)

    def may_be_said(self, sent: Protected, masked: str) -> bool:
        """Whether this beginning can be released; raises UnfitError if nothing can save it."""
        candidate = self._candidate(sent, masked, complete=False)
        if why := checks.flaw(candidate):
            raise UnfitError(why)
        return not checks.worth_waiting(candidate)

    def said(self, sent: Protected, masked: str, before: str = "") -> str:
        """A part of a translation as it is spoken and shown; `before` is what was said already."""
        text = re.sub(r"\s+", " ", _UNSEEN.sub("", self._borrowed(sent, masked)))
        for mark in _MARKUP:
            if mark not in sent.original:
                text = text.replace(mark, "")
        if self.target == "ja":
            text = japanese.tidied(text, before[-1:])
        if not before or before[-1:].isspace():
            text = text.lstrip()
        return sent.unmasked(text)

    def _candidate(self, sent: Protected, masked: str, *, complete: bool) -> Candidate:
        return Candidate(
            self._borrowed(sent, masked), sent.original, sent.bare, self.source, self.target, complete
        )

    def _borrowed(self, sent: Protected, masked: str) -> str:
        if self.target != "ja":
            return masked
        text = japanese.one_width(masked)
        names = words_of(names_in(sent.original))
        words = checks.words_of(sent.original) - names - {name.lower() for name in names}
        return japanese.borrowed(text, words, self.lexicon)
