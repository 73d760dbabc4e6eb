"""Cancelling: the asker is free at once, the child hears of it, and nothing of the old answer remains."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from streamtts.engine import Cancelled, EngineError, Ticket, VoiceOptions
from streamtts.worker.host import Limits
from streamtts.worker.hosted import Hosted
from worker.conftest import Start
from worker.test_hosted import said
from worker.waiting import eventually, open_descriptors, runs

IMPATIENT = Limits(start_s=120, reply_s=120, grace_s=0.1)


def cancelled_while(speaks: Callable[[], object], ticket: Ticket) -> None:
    """`speaks` waits; another thread cancels; it is free again."""
    canceller = threading.Timer(0.1, ticket.cancel)
    canceller.start()
    try:
        with pytest.raises(Cancelled):
            speaks()
    finally:
        canceller.join()


def test_who_waits_for_the_first_piece_is_free_at_once(start: Start) -> None:
    voice, ticket = start(), Ticket()
    cancelled_while(lambda: next(voice.speak("cooperate", ticket)), ticket)
    assert said(voice, "count") == [2]


def test_who_waits_for_the_next_piece_is_free_at_once(start: Start) -> None:
    voice, ticket = start(), Ticket()
    pieces = voice.speak("sound 1; cooperate", ticket)
    assert len(next(pieces)) == 1
    cancelled_while(lambda: next(pieces), ticket)
    assert said(voice, "count") == [2]


def test_a_cancel_between_two_pieces_ends_the_answer(start: Start) -> None:
    voice, ticket = start(), Ticket()
    pieces = voice.speak("sound 1 0.5 10", ticket)
    assert len(next(pieces)) == 1
    ticket.cancel()
    with pytest.raises(Cancelled):
        next(pieces)


def test_a_cancelled_ticket_asks_nothing(start: Start) -> None:
    voice, ticket = start(), Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        next(voice.speak("sound 1", ticket))
    assert said(voice, "count") == [1]


@pytest.mark.parametrize("pieces_heard", [0, 1, 5, 40])
def test_nothing_of_a_cancelled_answer_is_heard_in_the_next(start: Start, pieces_heard: int) -> None:
    voice = start()
    for turn in range(1, 6):
        ticket = Ticket()
        pieces = voice.speak(f"sound 20000 {turn} 100", ticket)
        heard = {sample for _ in range(pieces_heard) for sample in next(pieces)[:1]}
        assert heard <= {turn}
        ticket.cancel()
        with pytest.raises(Cancelled):
            next(pieces)
    assert set(said(voice, "sound 1000 -1 20")) == {-1}
    assert said(voice, "count") == [7 if pieces_heard else 2]


def test_leaving_without_a_word_cancels_too(start: Start) -> None:
    voice = start()
    pid = voice.pid
    for _ in range(3):
        pieces = voice.speak("sound 1; cooperate", Ticket())
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
    assert said(voice, "pid") == [pid]


def test_a_new_question_takes_the_place_of_one_that_was_left_hanging(start: Start) -> None:
    voice = start()
    old = voice.speak("sound 60000 1 100; cooperate", Ticket())
    next(old)
    assert said(voice, "sound 3 2") == [2, 2, 2]
    with pytest.raises(Cancelled):
        next(old)
    assert said(voice, "sound 1 3") == [3]


@pytest.mark.parametrize("deafness", ["sleep 1000", "hold 1000"])
def test_a_child_that_does_not_stop_is_replaced(start: Start, deafness: str) -> None:
    voice = start(limits=IMPATIENT)
    ticket, first = Ticket(), voice.pid
    cancelled_while(lambda: said_with(voice, deafness, ticket), ticket)
    assert said(voice, "count") == [1]
    assert first is not None
    assert not runs(first)


def test_a_voice_that_does_not_look_at_its_ticket_is_stopped_between_pieces(start: Start) -> None:
    voice, ticket = start(), Ticket()
    cancelled_while(lambda: said_with(voice, "sound 1 1 100000000", ticket), ticket)
    assert said(voice, "count") == [2]


def said_with(voice: Hosted, text: str, ticket: Ticket) -> None:
    for _ in voice.speak(text, ticket):
        pass


def test_a_child_that_does_not_stop_is_ended_although_nobody_asks_again(start: Start) -> None:
    voice = start(limits=IMPATIENT)
    ticket, first = Ticket(), voice.pid
    cancelled_while(lambda: said_with(voice, "sleep 1000", ticket), ticket)
    assert first is not None
    eventually(lambda: not runs(first))
    assert voice.pid is None


def test_a_deaf_child_costs_the_next_sentence_no_try(tmp_path: Path, start: Start) -> None:
    voice = start(limits=IMPATIENT)
    ticket = Ticket()
    cancelled_while(lambda: said_with(voice, "sleep 1000", ticket), ticket)
    assert said(voice, f"once {tmp_path}/mark exit 3; sound 2") == [0.5, 0.5]


def test_a_child_that_stops_in_time_is_kept(start: Start) -> None:
    voice = start(limits=Limits(start_s=120, reply_s=120, grace_s=60))
    pid = voice.pid
    for _ in range(20):
        ticket = Ticket()
        pieces = voice.speak("sound 1; cooperate", ticket)
        next(pieces)
        ticket.cancel()
        with pytest.raises(Cancelled):
            next(pieces)
    assert said(voice, "pid") == [pid]


def test_a_cancel_while_a_new_child_starts_does_not_start_it_over(start: Start) -> None:
    voice = start(start="sleep 1")
    with pytest.raises(EngineError):
        said(voice, "sound 1; exit 1")
    new = set()
    for _ in range(3):
        ticket = Ticket()
        cancelled_while(lambda ticket=ticket: said_with(voice, "count", ticket), ticket)  # type: ignore[misc]
        new.add(voice.pid)
    assert said(voice, "pid") == list(new)


def test_a_cancel_while_the_text_is_sent_frees_the_asker(start: Start) -> None:
    voice, ticket = start(), Ticket()
    assert voice.pid is not None
    os.kill(voice.pid, signal.SIGSTOP)
    cancelled_while(lambda: said_with(voice, "x" * 3_000_000, ticket), ticket)
    assert said(voice, "sound 1") == [0.5]


def test_a_cancel_ends_the_loading_too() -> None:
    before = threading.active_count(), open_descriptors()
    ticket = Ticket()
    options = VoiceOptions(settings={"start": "sleep 1000"})
    cancelled_while(lambda: Hosted("fake", options, ticket=ticket), ticket)
    assert (threading.active_count(), open_descriptors()) == before
