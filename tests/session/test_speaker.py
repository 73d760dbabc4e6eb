"""The Python API: words in, sound and events out."""

import threading
import wave
from pathlib import Path

import pytest

from streamtts import Speaker
from streamtts.errors import StreamttsError, UsageError
from streamtts.events import Event, HeardEnd, Known, TurnHeard
from streamtts.verbs import Verb


class Recorder:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.closed = False

    def on_event(self, event: Event) -> None:
        self.events.append(event)

    def close(self) -> None:
        self.closed = True

    def texts(self) -> list[str]:
        return [event.sentence.text for event in self.events if isinstance(event, Known)]


def test_deltas_become_sentences_that_are_heard(tmp_path: Path) -> None:
    recorder, path = Recorder(), tmp_path / "answer.wav"
    with Speaker(voice="tone", output=f"wav:{path}", observer=recorder) as speaker:
        for delta in ("Hel", "lo. I changed `par", "ser.rs`.\n\n```py\nx = 1\n```\n"):
            speaker.feed(delta)
    assert recorder.texts() == ["Hello.", "I changed parser.rs.", "Python code, 1 line."]
    assert sum(isinstance(event, HeardEnd) for event in recorder.events) == 3
    assert any(isinstance(event, TurnHeard) for event in recorder.events)
    assert recorder.closed
    with wave.open(str(path)) as wav:
        assert wav.getnframes() > wav.getframerate()


def test_turns_are_counted() -> None:
    recorder = Recorder()
    with Speaker(voice="tone", output="null:50", observer=recorder) as speaker:
        speaker.feed("One.")
        speaker.end_turn()
        speaker.feed("Two.")
    known = [event.sentence for event in recorder.events if isinstance(event, Known)]
    assert [(sentence.turn, sentence.seq) for sentence in known] == [(1, 0), (2, 0)]


def test_an_exception_ends_it_at_once_and_is_not_hidden() -> None:
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError):  # noqa: SIM117, PT012
        with Speaker(voice="tone", output="null") as speaker:
            speaker.feed("A long sentence that nobody will hear to its end, because it is interrupted. " * 20)
            raise ZeroDivisionError
    assert threading.active_count() == before


def test_verbs_and_status() -> None:
    with Speaker(voice="tone", output="null") as speaker:
        speaker.perform("pause")
        assert speaker.status()["state"] == "paused"
        speaker.perform(Verb.STOP)
        speaker.perform(Verb.RESUME)
    with pytest.raises(UsageError):
        Speaker(voice="tone", output="null", sped=2)


def test_wrong_settings_are_named() -> None:
    for settings in ({"voice": "hibary"}, {"speed": 9}, {"output": "nulll"}, {"lag": "soon"}):
        with pytest.raises(UsageError):
            Speaker(**settings)


def test_what_has_ended_takes_no_more_words() -> None:
    speaker = Speaker(voice="tone", output="null:50")
    speaker.feed("One.")
    speaker.wait()
    with pytest.raises(StreamttsError, match="make a new one"):
        speaker.feed("Two. Three.")
    speaker.close()


class Faulty(Recorder):
    """Cannot show one event, or cannot end."""

    def __init__(self, fault: str) -> None:
        super().__init__()
        self._fault = fault

    def on_event(self, event: Event) -> None:
        super().on_event(event)
        if self._fault == "event" and isinstance(event, HeardEnd):
            raise ZeroDivisionError

    def close(self) -> None:
        super().close()
        if self._fault == "close":
            raise ZeroDivisionError


@pytest.mark.parametrize("fault", ["event", "close"])
def test_what_an_observer_raises_comes_out_at_the_end(fault: str) -> None:
    before = threading.active_count()
    recorder = Faulty(fault)
    with pytest.raises(ZeroDivisionError):  # noqa: SIM117
        with Speaker(voice="tone", output="null:50", observer=recorder) as speaker:
            speaker.feed("One. Two.")
    assert recorder.closed
    assert threading.active_count() == before


def test_who_does_not_observe_finds_what_matters_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with Speaker(voice="tone", output="null:50") as speaker:
        speaker._pipeline.notice("there is no sound")
    assert ("streamtts", "there is no sound") in [(each.name, each.message) for each in caplog.records]
