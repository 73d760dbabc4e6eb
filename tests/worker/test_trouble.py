"""A child that crashes, hangs or lies costs one sentence, and the next one is spoken."""

import os
import signal
import threading
from pathlib import Path

import pytest

from streamtts.engine import EngineError, Ticket, VoiceOptions
from streamtts.worker.host import Limits
from streamtts.worker.hosted import Hosted
from worker.conftest import PATIENT, Start
from worker.test_hosted import said
from worker.waiting import eventually, runs

QUICK = Limits(start_s=120, reply_s=1, grace_s=60)


@pytest.mark.parametrize(
    ("command", "how"),
    [
        ("exit 7", "exit code 7"),
        ("exit 0", "exit code 0"),
        ("signal SIGKILL", "killed by SIGKILL"),
        ("signal SIGTERM", "killed by SIGTERM"),
        ("segfault", "killed by SIGSEGV"),
    ],
)
def test_a_crash_in_mid_sentence_is_named_and_the_next_sentence_spoken(
    start: Start, command: str, how: str
) -> None:
    voice = start()
    first = voice.pid
    pieces = voice.speak(f"sound 3; {command}", Ticket())
    assert len(next(pieces)) == 3
    with pytest.raises(EngineError) as caught:
        next(pieces)
    assert f"the engine fake died in the middle of a sentence ({how})" in str(caught.value)
    assert said(voice, "count") == [1]
    assert voice.pid != first


def test_a_crash_before_any_sound_is_tried_once_more(tmp_path: Path, start: Start) -> None:
    voice = start()
    assert said(voice, f"once {tmp_path}/mark exit 3; sound 2; count") == [0.5, 0.5, 1]


def test_a_second_crash_ends_it(tmp_path: Path, start: Start) -> None:
    voice = start()
    with pytest.raises(EngineError, match=r"died over a sentence, twice \(exit code 4\)"):
        said(voice, f"once {tmp_path}/mark exit 3; exit 4; sound 2")
    assert said(voice, "sound 1") == [0.5]


def test_what_was_heard_is_not_spoken_again(tmp_path: Path, start: Start) -> None:
    voice = start()
    pieces = voice.speak(f"sound 1; once {tmp_path}/mark exit 3; sound 2", Ticket())
    assert len(next(pieces)) == 1
    with pytest.raises(EngineError, match="in the middle"):
        next(pieces)


def test_sound_that_came_before_the_crash_is_not_lost(start: Start) -> None:
    pieces = start().speak("sound 50000 0.5 3; exit 1", Ticket())
    assert sum(len(next(pieces)) for _ in range(6)) == 150_000


def test_the_last_words_are_quoted_and_fit_for_a_terminal(start: Start) -> None:
    voice = start()
    with pytest.raises(EngineError) as caught:
        said(voice, "complain before; complain \x1b[31mno\x07 such\x1b]title\x07 model; complain; exit 1")
    assert "(exit code 1, and said last: no such model)" in str(caught.value)
    with pytest.raises(EngineError) as caught:
        said(voice, f"complain {'word ' * 5000}; exit 1")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


def test_a_death_between_sentences_goes_unnoticed(start: Start) -> None:
    voice = start()
    for _ in range(3):
        assert voice.pid is not None
        os.kill(voice.pid, signal.SIGKILL)
        assert said(voice, "count") == [1]
    assert said(voice, "count") == [2]


def test_a_death_just_noticed_costs_the_sentence_no_try(tmp_path: Path, start: Start) -> None:
    voice = start()
    assert voice.pid is not None
    os.kill(voice.pid, signal.SIGKILL)
    eventually(lambda: voice.pid is None)
    assert said(voice, f"once {tmp_path}/mark exit 3; sound 1") == [0.5]


def test_hanging_is_ended_and_named(start: Start) -> None:
    voice = start(limits=QUICK)
    first = voice.pid
    for text in ("sleep 1000", "sound 1; sleep 1000", "hold 1000"):
        with pytest.raises(EngineError, match=r"gave no sign of life for 1 s and was ended"):
            said(voice, text)
        assert said(voice, "count") == [1]
    assert first is not None
    assert not runs(first)


def test_a_slow_listener_is_no_hanging_child(start: Start) -> None:
    voice = start(limits=QUICK)
    pieces = voice.speak("sound 60000 0.5 100", Ticket())
    frames = len(next(pieces))
    threading.Event().wait(2 * QUICK.reply_s)
    assert frames + sum(map(len, pieces)) == 6_000_000


def test_a_child_that_does_not_read_is_given_up(start: Start) -> None:
    voice = start(limits=QUICK)
    assert voice.pid is not None
    os.kill(voice.pid, signal.SIGSTOP)
    with pytest.raises(EngineError, match="no sign of life"):
        said(voice, "x" * 3_000_000)
    assert said(voice, "sound 1") == [0.5]


@pytest.mark.parametrize(
    ("garbage", "message"),
    [
        ("ffffffff0000000104", "too long"),
        ("000000000000000163", "no frame of kind 99"),
        ("000000000000ffff05", "no request 65535"),
        ("000000030000000104000000", "half a sample"),
    ],
)
def test_a_child_that_sends_what_it_should_not_is_ended(start: Start, garbage: str, message: str) -> None:
    voice = start(limits=Limits(start_s=120, reply_s=120, grace_s=0.1))
    with pytest.raises(EngineError, match=message):
        said(voice, f"garbage {garbage}")
    assert said(voice, "sound 1") == [0.5]


@pytest.mark.parametrize(
    ("does", "message"),
    [
        ("exit 9", r"the engine fake did not start \(exit code 9\)"),
        ("complain out of memory; signal SIGKILL", r"killed by SIGKILL, and said last: out of memory"),
        ("raise no weights", "the engine fake failed with ValueError: no weights"),
        ("fail no weights: fetch them", r"^no weights: fetch them$"),
        ("quit 1", "failed with SystemExit: 1"),
    ],
)
def test_a_start_that_fails_is_one_sentence(does: str, message: str) -> None:
    with pytest.raises(EngineError, match=message) as caught:
        Hosted("fake", VoiceOptions(settings={"start": does}), limits=PATIENT)
    assert "\n" not in str(caught.value)


def test_a_slow_start_is_waited_for_but_not_for_ever(start: Start) -> None:
    assert said(start(start="sleep 0.5"), "sound 1") == [0.5]
    limits = Limits(start_s=0.3, reply_s=60, grace_s=60)
    with pytest.raises(EngineError, match=r"the engine fake was not ready after 0.3 s"):
        Hosted("fake", VoiceOptions(settings={"start": "sleep 1000"}), limits=limits)


def test_a_new_child_that_does_not_start_is_said_and_tried_again_later(tmp_path: Path, start: Start) -> None:
    flag = tmp_path / "flag"
    voice = start(start=f"if {flag} exit 5")
    flag.touch()
    with pytest.raises(EngineError, match=r"did not start \(exit code 5\)"):
        said(voice, "exit 1")
    flag.unlink()
    assert said(voice, "sound 1") == [0.5]


def test_it_closes_although_the_child_hangs(start: Start) -> None:
    for close in ("sleep 1000", "hold 1000", "exit 1", "raise no"):
        voice = start(close=close)
        pid = voice.pid
        voice.close()
        assert pid is not None
        assert not runs(pid)


def test_what_the_engine_started_ends_with_it(start: Start) -> None:
    voice = start(limits=QUICK)
    pieces = voice.speak("child; sleep 1000", Ticket())
    (grandchild,) = next(pieces)
    assert runs(int(grandchild))
    with pytest.raises(EngineError):
        next(pieces)
    eventually(lambda: not runs(int(grandchild)))
