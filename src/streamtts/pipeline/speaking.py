"""The voice's stage: lines of the script to sound in the ring."""

from collections.abc import Callable, Iterator
from threading import Event as Flag
from time import perf_counter
from typing import Protocol

from streamtts import _core
from streamtts.engine import Cancelled, EngineError, Pcm
from streamtts.events import Asked, Event, Notice, Skipped, Spoken, Voiced
from streamtts.pipeline.chime import CHIME_RATE_HZ
from streamtts.pipeline.line import Line, Take
from streamtts.pipeline.pace import Pace
from streamtts.pipeline.playback import Utterance
from streamtts.pipeline.script import Script
from streamtts.speech.lexicon import Lexicon
from streamtts.speech.phrasing import Phrasing
from streamtts.speech.stress import Said
from streamtts.voices import Voice


class VoicePool(Protocol):
    """Who speaks which language, as `Voices` decides it."""

    def voice(self, language: str) -> Voice: ...

    def spoke(self, voice: Voice) -> None: ...

    def failed(self, voice: Voice, error: EngineError) -> None: ...

    def instead_of(self, voice: Voice) -> Voice | None: ...


class Speaking:
    """Takes a line, finds its voice, and hands it over so much at a time that the ear hears no gap."""

    def __init__(
        self,
        script: Script,
        player: _core.Player,
        voices: VoicePool,
        lexicon: Lexicon,
        *,
        main_language: str,
        written_language: str,
        without_voice: Callable[[EngineError], str],
        earcon: "Pcm | None",
        emit: Callable[[Event], None],
        now_s: Callable[[], float],
    ) -> None:
        self.ready = Flag()  # the main voice is loaded, or cannot be
        self._script = script
        self._player = player
        self._voices = voices
        self._lexicon = lexicon
        self._main_language = main_language
        self._without_voice = without_voice  # what to speak where the main language has no voice
        self._earcon = earcon
        self._emit = emit
        self._now_s = now_s
        self._paces: dict[str, Pace] = {}
        self._pace_of: dict[str, Pace] = {}  # who spoke a language last
        self._written_pace = Pace.of(written_language)  # of what was written, be it translated or not
        self._speechless: set[str] = set()  # languages without a voice, of which the listener knows
        self.engine = ""  # the label of the voice that spoke last

    def run(self) -> None:
        try:
            self._find_main_voice()
            # Its tables are read now, not before the first word.
            self._lexicon.spoken("", self._main_language)
        finally:
            self.ready.set()
        while take := self._script.take(self._too_early_s):
            try:
                self._speak(take)
            except Cancelled:
                pass
            finally:
                self._script.put_down()
                self._player.wake()  # whoever follows the sound may have been waiting for this line

    def seconds_to_speak(self, characters: int) -> float:
        """How long it takes to say what was written in so many characters."""
        return characters * self._written_pace.second_per_character

    def _too_early_s(self, line: Line) -> float:
        """How long to wait, so that what is known of a line lasts until the rest of it is."""
        pace = self._pace_of.get(line.language) or Pace.of(line.language)
        lasts_s = self._player.buffered_s + pace.seconds_to_speak("".join(line.pieces))
        return line.whole_at_s - self._now_s() - lasts_s

    def _find_main_voice(self) -> None:
        try:
            self._voices.voice(self._main_language)
        except EngineError as error:
            self._main_language = self._without_voice(error)
            self._voices.voice(self._main_language)

    def _speak(self, take: Take) -> None:
        utterance = Utterance(self._player, take)
        if not take.line.sentence.text:
            if self._earcon is not None:
                utterance.write(self._earcon, CHIME_RATE_HZ)
            utterance.end()
        elif voice := self._voice(take):
            self._say(take, voice, utterance)

    def _say(self, take: Take, voice: Voice, utterance: Utterance, *, is_spare: bool = False) -> None:
        self._emit(Asked(self._now_s(), take.line.index, "voice"))
        audio_s = computing_s = 0.0
        try:
            for piece in self._script.pieces(take):
                for phrase in self._phrases(self._said(piece, take, voice), voice):
                    made_s, took_s = self._voice_phrase(phrase, voice, utterance, take)
                    audio_s += made_s
                    computing_s += took_s
        except EngineError as error:
            is_hopeless = utterance.begun or is_spare
            other = None if is_hopeless else self._voices.instead_of(voice)
            self._recover(take, other, utterance, error)
            self._voices.failed(voice, error)
        else:
            self._emit(Spoken(self._now_s(), take.line.index, audio_s, computing_s))
            utterance.end()
            self._written_pace.measured(take.line.sentence.text, audio_s, 0.0)
            self._voices.spoke(voice)

    def _recover(self, take: Take, other: Voice | None, utterance: Utterance, error: EngineError) -> None:
        """Of what nothing was heard yet, another voice may say all."""
        if other is not None:
            self._emit(Notice(self._now_s(), f"{other.label} says a sentence, because {error}"))
            self._say(take, other, utterance, is_spare=True)
            return
        self._emit(Notice(self._now_s(), f"a sentence was lost: {error}"))
        if utterance.begun:
            utterance.end()
        else:
            self._give_up(take)

    def _said(self, piece: str, take: Take, voice: Voice) -> Said:
        """In another language nobody knows which words are to be stressed."""
        sentence = take.line.sentence
        stressed = sentence.stressed if voice.engine.stresses and piece == sentence.text else ()
        return self._lexicon.said(piece, voice.language, stressed)

    def _phrases(self, said: Said, voice: Voice) -> Iterator[Said]:
        """As much at a time as can be computed before the ear would hear a gap."""
        pace = self._pace(voice)
        at = 0
        while text := said.text[at:]:
            size = len(text)
            if not voice.synthesizer.streams:
                size = Phrasing.next_piece(
                    text,
                    voice.language,
                    self._player.buffered_s,
                    pace.seconds_to_speak,
                    pace.cost,
                    pace.start_s,
                )
            yield said.part(at, at + size)
            at += size

    def _voice_phrase(
        self, phrase: Said, voice: Voice, utterance: Utterance, take: Take
    ) -> tuple[float, float]:
        """The seconds of sound that it makes, and those that it took to make them."""
        rate_hz, audio_s, computing_s = voice.synthesizer.rate_hz, 0.0, 0.0
        text = phrase.marked() if voice.engine.stresses else phrase.plain()
        for pcm, took_s in _timed(voice.synthesizer.speak(text, take.ticket)):
            audio_s += len(pcm) / rate_hz
            computing_s += took_s
            if utterance.begun:
                utterance.write(pcm, rate_hz)
                continue
            made_s = self._now_s()
            with self._script.beginning(take):
                rest = utterance.begin(pcm, rate_hz)
                self.engine = voice.label
                self._emit(Voiced(self._now_s(), take.line.index, voice.label, made_s))
            utterance.write(rest, rate_hz)
        self._pace(voice).measured(phrase.text, audio_s, computing_s)
        return audio_s, computing_s

    def _pace(self, voice: Voice) -> Pace:
        pace = self._paces.setdefault(voice.label, Pace.of(voice.language))
        self._pace_of[voice.language] = pace
        return pace

    def _voice(self, take: Take) -> Voice | None:
        """The voice of the line's language. Where there is none, the line is lost, and told once."""
        language = take.line.language
        try:
            return self._voices.voice(language)
        except EngineError as error:
            if language == self._main_language:
                raise
            if language not in self._speechless:
                self._speechless.add(language)
                self._emit(Notice(self._now_s(), str(error)))
            self._give_up(take)
            return None

    def _give_up(self, take: Take) -> None:
        with self._script.still():
            if self._script.give_up(take):
                self._emit(Skipped(self._now_s(), take.line.index, "failed"))


def _timed(pieces: Iterator[Pcm]) -> Iterator[tuple[Pcm, float]]:
    """Each piece with the seconds that it took to come."""
    while True:
        start_s = perf_counter()
        piece = next(pieces, None)
        if piece is None:
            return
        yield piece, perf_counter() - start_s
