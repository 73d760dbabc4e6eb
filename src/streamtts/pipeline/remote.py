"""The listener's verbs, carried out on a pipeline."""

from collections.abc import Callable, Mapping
from threading import Lock

from streamtts import _core
from streamtts.configuration import grammar
from streamtts.configuration.settings import Refused
from streamtts.errors import UsageError
from streamtts.pipeline.following import FASTEST, SLOWEST
from streamtts.pipeline.line import Jump
from streamtts.pipeline.pipeline import Pipeline
from streamtts.speech.language import language_of
from streamtts.verbs import Verb

_SPEED_STEP = 0.1
_LONGEST_SAYING = 10_000


class PipelineRemote:
    """What the keys and the control socket hold in their hands; every call returns at once.

    One verb after the other: between what is wished and what the player does nobody else comes, or a session
    could stand still that says of itself that it speaks.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        player: _core.Player,
        source_language: str,
        check_languages: Callable[[str, str], None] = lambda _source, _target: None,
    ) -> None:
        self._pipeline = pipeline
        self._player = player
        self._source_language = source_language
        self._turn = Lock()
        self._check_languages = check_languages  # raises UsageError for a pair that cannot be translated
        script = pipeline.script
        self._simple: dict[Verb, Callable[[], None]] = {
            Verb.PAUSE: lambda: self._pause(True),
            Verb.RESUME: lambda: self._pause(False),
            Verb.TOGGLE: lambda: self._pause(not pipeline.wishes.paused),
            Verb.NEXT: lambda: self._go(script.next_sentence),
            Verb.PREVIOUS: lambda: self._go(script.previous_sentence),
            Verb.REPEAT: lambda: self._go(script.repeat),
            Verb.TURN: lambda: self._go(script.next_turn),
            Verb.STOP: lambda: pipeline.jump(script.stop, "stopped"),
            Verb.FASTER: lambda: self._change_speed(_SPEED_STEP),
            Verb.SLOWER: lambda: self._change_speed(-_SPEED_STEP),
            Verb.MUTE: self._mute,
            Verb.QUIT: pipeline.quit,
        }
        self._with_argument: dict[Verb, Callable[[str], None]] = {Verb.SAY: self._say, Verb.TO: self._hear_in}

    def perform(self, verb: Verb, argument: str = "") -> None:
        with self._turn:
            if verb in self._with_argument:
                self._with_argument[verb](argument)
            else:
                self._simple[verb]()
        self._player.wake()  # the status line is to tell at once

    def status(self) -> Mapping[str, object]:
        following, heard = self._pipeline.following, self._pipeline.script.heard_line()
        return {
            "state": following.state(),
            "speed": round(following.speed(), 2),
            "muted": self._pipeline.wishes.muted,
            "lag_s": round(following.lag_s(), 1),
            "turn": heard.sentence.turn if heard else 0,
            "seq": heard.sentence.seq if heard else 0,
            "sentence": heard.sentence.text if heard else "",
            "pending": self._pipeline.script.pending_lines(),
            "voice": self._pipeline.engine,
            "to": self._pipeline.language,
            "output": self._player.output_name,
        }

    def _go(self, jump: Callable[[], Jump | None]) -> None:
        self._pipeline.jump(jump, "skipped")
        self._pause(False)  # who asks for a sentence wants to hear it

    def _pause(self, paused: bool) -> None:
        self._pipeline.wishes.paused = paused
        if paused:
            self._player.pause()
        else:
            self._player.resume()

    def _change_speed(self, step: float) -> None:
        wishes = self._pipeline.wishes
        wishes.speed = min(max(round(wishes.speed + step, 2), SLOWEST), FASTEST)
        self._player.set_speed(self._pipeline.following.speed())

    def _mute(self) -> None:
        wishes = self._pipeline.wishes
        wishes.muted = not wishes.muted
        self._player.set_volume(0.0 if wishes.muted else wishes.volume)

    def _say(self, text: str) -> None:
        words = " ".join(text.split())
        if not words:
            raise UsageError("there is nothing to say: put the words after `say`")
        if len(words) > _LONGEST_SAYING:
            raise UsageError(f"that is too much to say at once: at most {_LONGEST_SAYING} characters")
        self._pipeline.insert(words, language_of(words, latin=self._source_language))

    def _hear_in(self, tag: str) -> None:
        try:
            language = grammar.language(tag.strip())
        except Refused as refused:
            raise UsageError(f"{tag!r} is no language: {refused}") from None
        self._check_languages(self._source_language, language)
        self._pipeline.hear_in(language)
