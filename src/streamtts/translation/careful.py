"""A translator that nobody has to trust: names protected, output checked, a second try, and a deadline."""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from time import monotonic

from streamtts import _core
from streamtts.engine import EngineError, Ticket, Translator
from streamtts.translation import clauses
from streamtts.translation.cache import Shelf
from streamtts.translation.deadline import Deadline
from streamtts.translation.numerals import in_figures
from streamtts.translation.placeholders import LETTERS, WORDS
from streamtts.translation.places import without_lines
from streamtts.translation.protect import MASK, Protected, Restoring, protect
from streamtts.translation.wording import UnfitError, Wording
from streamtts.types import Sentence, Span

LONGEST_SENTENCE = 4000  # characters
_LONGEST_RATIO, _LONGEST_MORE = (
    10,
    400,
)  # of an answer: far beyond what is judged, lest it is looked at for long

# The last word of a beginning, and numbers before it that may still get a unit; not a word with its space.
_SETTLED = re.compile(r"(?:^|\s)[A-Za-z]+,?\s+$")
_UNSETTLED = re.compile(r"(?:(?:^|\s+)[~≈$€£+-]?\d[\d.,]*)*(?:^|\s+)\S*\s*$")


class SentenceError(EngineError):
    """It is this sentence: the translator itself may be well."""


class Careful:
    """Translates sentences from one language to another with the translator it is given.

    A clause is released when nothing that may follow can make it wrong: it has no flaw (all that are judged
    early only get worse), it is recognisably in the target's language, it ends between words, and every name
    behind a placeholder has come back. It is never taken back.
    """

    def __init__(
        self,
        translator: Translator,
        name: str,
        wording: Wording,
        *,
        placeholder: str,
        deadline_s: float,
        shelf: Shelf | None = None,
        now_s: Callable[[], float] = monotonic,
    ) -> None:
        self._translator = translator
        self._name = name
        self._wording = wording
        self._placeholder = placeholder
        self._deadline_s = deadline_s
        self._shelf = shelf
        self._now_s = now_s
        self._hinted = ""

    def translate(self, sentence: Sentence, ticket: Ticket) -> Iterator[str]:
        """The clauses as they can be spoken. Raises EngineError if the original should be spoken instead."""
        ticket.check()
        sentence = self._as_given(sentence)
        if (known := self._known(sentence)) is not None:
            yield known
            return
        said: list[str] = []
        deadline = self._deadline(1)
        with deadline.watching(ticket) as watched:
            try:
                settled = yield from self._streamed(self._protected(sentence), deadline, watched, said)
            except UnfitError as unfit:
                if said:
                    raise self._unfit(unfit) from None
                text, settled = self._again(sentence, unfit, deadline, watched), True
                said.append(text)
                yield text
        if settled:
            self._keep(sentence, "".join(said))

    def translate_batch(self, sentences: Sequence[Sentence], ticket: Ticket) -> list[str | EngineError]:
        """A translation for each, or why its original should be spoken."""
        ticket.check()
        sentences = [self._as_given(sentence) for sentence in sentences]
        done: list[str | EngineError | None] = [self._known_or_error(sentence) for sentence in sentences]
        asked = {
            index: self._protected(sentence)
            for index, sentence in enumerate(sentences)
            if done[index] is None
        }
        if asked:
            deadline = self._deadline(len(asked))
            with deadline.watching(ticket) as watched:
                outputs = self._translator.translate_batch([sent.text for sent in asked.values()], watched)
                for (index, sent), output in zip(asked.items(), outputs, strict=True):
                    done[index] = self._settled(sentences[index], sent, output, deadline, watched)
        return [each for each in done if each is not None]

    def prefix(self, text: str) -> None:
        """The words of a sentence that is still arriving, as far as it is known."""
        begun = text[:LONGEST_SENTENCE]
        stable = begun.rstrip() if _SETTLED.search(begun) else _UNSETTLED.sub("", begun)
        if stable and stable != self._hinted:
            self._hinted = stable
            text, spans = self._prepared(stable, _core.protected_spans(stable))
            self._translator.prefix(protect(text, spans, self._placeholder, numbers=False).text)

    def close(self) -> None:
        self._translator.close()

    # Before and after.

    def _as_given(self, sentence: Sentence) -> Sentence:
        text, spans = self._prepared(sentence.text, sentence.protected)
        return replace(sentence, text=text, protected=tuple(spans), stressed=())

    def _prepared(self, text: str, spans: Sequence[Span]) -> tuple[str, Sequence[Span]]:
        """English as a translator reads it best."""
        is_read = self._wording.source == "en" != self._wording.target and len(text) <= LONGEST_SENTENCE
        return in_figures(text, without_lines(text, spans)) if is_read else (text, spans)

    def _known(self, sentence: Sentence) -> str | None:
        """What needs no engine: what was translated before, and what has no words besides its names."""
        if len(sentence.text) > LONGEST_SENTENCE:
            raise SentenceError(
                f"a sentence of {len(sentence.text)} characters is too long to be translated: shorten it"
            )
        bare = protect(sentence.text, sentence.protected, WORDS).bare
        is_at_home = self._wording.source == self._wording.target
        if is_at_home or not any(map(str.isalpha, re.sub(MASK, "", bare))):
            return sentence.text
        return self._shelf.get(sentence.text) if self._shelf else None

    def _known_or_error(self, sentence: Sentence) -> str | EngineError | None:
        try:
            return self._known(sentence)
        except EngineError as error:
            return error

    def _keep(self, sentence: Sentence, translation: str) -> None:
        if self._shelf:
            self._shelf.put(sentence.text, translation)

    def _protected(self, sentence: Sentence) -> Protected:
        return protect(sentence.text, sentence.protected, self._placeholder, numbers=False)

    def _deadline(self, sentences: int) -> Deadline:
        return Deadline(self._deadline_s * sentences, self._name, self._now_s)

    def _unfit(self, unfit: UnfitError) -> EngineError:
        return SentenceError(
            f"the translation by {self._name} cannot be spoken, because {unfit}; "
            "if that happens often, choose another translator"
        )

    # The first try.

    def _streamed(
        self, sent: Protected, deadline: Deadline, ticket: Ticket, said: list[str]
    ) -> Generator[str, None, bool]:
        """Returns whether the whole is as it should be."""
        restoring, masked, held, done = Restoring(sent), "", "", 0
        for clause in self._answer(sent, deadline, ticket):
            held += clause
            if restoring.may_go_on(held):
                continue
            masked += restoring.feed(held)
            held = ""
            if self._wording.may_be_said(sent, masked) and restoring.sound:
                yield from self._released(sent, masked[done:], said)
                done = len(masked)
        restored = restoring.finish(masked + restoring.feed(held))
        settled = True
        try:
            self._wording.check(restored)
        except UnfitError as unfit:
            if not (said and unfit.names):
                raise
            settled = False  # a sentence without one of its names is better than half of one
        yield from self._released(sent, restored.plain(done).rstrip(), said)
        return settled

    def _released(self, sent: Protected, masked: str, said: list[str]) -> Iterator[str]:
        text = self._wording.said(sent, masked, "".join(said))
        if text:
            said.append(text)
            yield text

    # The second.

    def _again(self, sentence: Sentence, first: UnfitError, deadline: Deadline, ticket: Ticket) -> str:
        """In another way, since most engines say the same twice; raises EngineError if that is no better."""
        for sents in self._other_ways(sentence, first):
            try:
                return self._joined([self._once(sent, deadline, ticket) for sent in sents])
            except UnfitError:
                continue
        raise self._unfit(first)

    def _other_ways(self, sentence: Sentence, first: UnfitError) -> Iterator[list[Protected]]:
        """One way: names protected otherwise if it was they that failed, else clause by clause."""
        other = WORDS if self._placeholder else LETTERS  # which every vocabulary has
        parts = clauses.parts(sentence)
        if len(parts) > 1 and not first.names:
            yield [protect(text, spans, self._placeholder, numbers=False) for text, spans in parts]
        elif sentence.protected:
            yield [protect(sentence.text, sentence.protected, other)]

    def _once(self, sent: Protected, deadline: Deadline, ticket: Ticket) -> str:
        return self._checked(sent, "".join(self._answer(sent, deadline, ticket)))

    def _answer(self, sent: Protected, deadline: Deadline, ticket: Ticket) -> Iterator[str]:
        """What the engine says, as long as that can be a translation and is in time."""
        left = _most(sent)
        for clause in self._translator.translate(sent.text, ticket):
            deadline.check()
            left -= len(clause)
            if left < 0:
                raise UnfitError("it is far too long")
            yield clause
        deadline.check()

    def _checked(self, sent: Protected, output: str) -> str:
        if len(output) > _most(sent):
            raise UnfitError("it is far too long")
        restored = sent.restore(output)
        self._wording.check(restored)
        return self._wording.said(sent, restored.masked.rstrip())

    def _joined(self, parts: Sequence[str]) -> str:
        """In Japanese without a space, and with a pause."""
        if self._wording.target != "ja":
            return " ".join(parts)
        return "".join(part if part[-1:] in "。！？、" else f"{part}、" for part in parts[:-1]) + parts[-1]

    def _settled(
        self, sentence: Sentence, sent: Protected, output: str, deadline: Deadline, ticket: Ticket
    ) -> str | EngineError:
        try:
            try:
                text = self._checked(sent, output)
            except UnfitError as unfit:
                text = self._again(sentence, unfit, deadline, ticket)
        except EngineError as error:
            return error
        self._keep(sentence, text)
        return text


def _most(sent: Protected) -> int:
    return _LONGEST_RATIO * len(sent.text) + _LONGEST_MORE
