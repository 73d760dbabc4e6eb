"""The script: one order of speech, whatever reader, translator, voice and listener do at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest

from pipeline.book import Book
from streamtts.engine import Cancelled
from streamtts.pipeline.line import Line, Stage
from streamtts.pipeline.lines import KEPT_LINES


def test_lines_are_taken_in_their_order() -> None:
    assert Book("a", "b", "c").spoken() == ["a", "b", "c"]


def test_next_goes_on_after_the_line_that_is_heard_not_after_the_one_that_is_taken() -> None:
    book = Book("a", "b", "c", "d")
    first = book.take()
    book.take()
    book.hear(first, to_the_end=False)
    jump = book.script.next_sentence()
    assert jump is not None
    assert jump.cut is first.line
    assert jump.passed == []
    assert book.spoken() == ["b", "c", "d"]


def test_previous_and_repeat() -> None:
    book = Book("a", "b", "c")
    book.hear(book.take())
    book.hear(book.take(), to_the_end=False)
    book.script.repeat()
    assert book.spoken()[0] == "b"
    book = Book("a", "b", "c")
    book.hear(book.take())
    book.hear(book.take(), to_the_end=False)
    book.script.previous_sentence()
    assert book.spoken() == ["a", "b", "c"]


def test_previous_at_the_first_line_is_that_line_again() -> None:
    book = Book("a", "b")
    book.hear(book.take(), to_the_end=False)
    book.script.previous_sentence()
    assert book.spoken() == ["a", "b"]


def test_previous_steps_over_the_silent_end_of_a_turn() -> None:
    book = Book("a", "")
    book.add("b", turn=2)
    for _ in range(3):
        book.hear(book.take())
    book.script.previous_sentence()
    assert book.spoken() == ["a", "", "b"]


def test_next_turn_jumps_to_it_or_waits_silently_for_it() -> None:
    book = Book("a", "b")
    book.hear(book.take(), to_the_end=False)
    jump = book.script.next_turn()
    assert jump is not None
    assert [line.sentence.text for line in jump.passed] == ["b"]
    (late,) = book.add("still the old turn")
    book.add("new", turn=2)
    assert late.stage is Stage.SKIPPED
    assert book.spoken() == ["new"]


def test_who_goes_back_into_a_turn_after_leaving_it_hears_the_rest_of_it() -> None:
    book = Book("a", "b")
    book.hear(book.take(), to_the_end=False)
    book.script.next_turn()
    book.add("c")
    book.script.previous_sentence()
    book.add("d")
    assert book.spoken() == ["c", "d"]


def test_next_after_leaving_a_turn_goes_on_with_what_comes_not_with_what_was_left_out() -> None:
    book = Book("a", "b")
    book.script.next_turn()
    book.add("c")
    book.script.next_sentence()
    book.add("d")
    assert book.spoken() == ["d"]


def test_lines_that_stay_unspoken_keep_neither_the_translator_nor_the_reader_waiting() -> None:
    book = Book("a")
    book.take()
    book.script.next_turn()
    voice = Thread(target=book.script.take)
    voice.start()
    book.add(*"bcdefgh")
    book.script.wait_for_room(0)
    book.add("new", turn=2, translated=True)
    job = book.script.take_untranslated()
    assert job is not None
    assert job.line.sentence.text == "new"
    book.script.close()
    voice.join()


def test_a_turn_that_stays_unspoken_for_ever_is_forgotten_too() -> None:
    book = Book("a")
    book.script.next_turn()
    for _ in range(5 * KEPT_LINES):
        book.add("unwanted")
    assert len(book.script._lines) <= 2 * KEPT_LINES


def test_what_is_told_of_a_move_is_told_before_the_next_and_engines_are_called_without_the_lock() -> None:
    book = Book("a", "b")
    take = book.take()
    free: list[bool] = []

    def engine_answers() -> None:
        asker = Thread(target=book.script.pending_lines)
        asker.start()
        asker.join(5)
        free.append(not asker.is_alive())

    with take.ticket.cancelling(engine_answers):
        with book.script.still():
            book.script.stop()
            other = Thread(target=book.script.repeat)
            other.start()
            assert not take.ticket.cancelled
            assert book.script.pending_lines() == 0
        assert take.ticket.cancelled
    other.join()
    assert free == [True]
    assert book.script.pending_lines() == 2


def test_a_line_is_not_heard_before_who_writes_it_has_told() -> None:
    book = Book("a", "b")
    take = book.take()
    ear = Thread(target=book.script.wait_for_beginning, args=(take.line.index, take.epoch))
    with book.script.beginning(take):
        book.script.wait_for_beginning(take.line.index + 1, take.epoch)
        ear.start()
        ear.join(0.05)
        assert ear.is_alive()
    ear.join()
    with book.script.beginning(take):
        ear = Thread(target=book.script.wait_for_beginning, args=(take.line.index, take.epoch))
        ear.start()
        book.script.stop()
        ear.join()


def test_a_jump_flushes_first_and_refuses_everything_of_before() -> None:
    book = Book("a", "b")
    old = book.take()
    book.script.stop()
    assert book.flushes == [1]
    assert old.ticket.cancelled
    assert book.script.begins(old.line.index, old.epoch) is None
    with pytest.raises(Cancelled):
        list(book.script.pieces(old))
    assert not book.script.give_up(old)


def test_what_is_skipped_for_the_lag_is_the_oldest_and_never_the_newest() -> None:
    book = Book(*"abcdef")
    assert [line.sentence.text for line in book.script.skip_oldest(2)] == list("abcd")
    assert book.spoken() == ["e", "f"]
    book = Book("a", "b" * 50, "")
    book.script.skip_oldest(0)
    assert book.spoken() == ["b" * 50, ""]


def test_inserted_lines_are_next_in_their_order() -> None:
    book = Book("a", "b")
    book.take()
    book.insert("now", "and then")
    assert book.spoken() == ["now", "and then", "b"]


def test_what_we_insert_is_never_skipped_for_the_lag() -> None:
    book = Book("a", "b", "c" * 10)
    book.insert("now")
    assert [line.sentence.text for line in book.script.skip_oldest(0)] == ["a", "b"]
    assert book.script.pending_characters() == 10
    assert book.spoken() == ["now", "c" * 10]


def test_what_we_insert_is_not_translated() -> None:
    book = Book("a", "b")
    book.insert("now")
    assert book.script.retranslate(lambda _: ("en", False)) == []
    assert "".join(book.script.pieces(book.take())) == "now"


def test_words_of_our_own_belong_to_the_turn_that_is_spoken() -> None:
    book = Book()
    assert book.script.turn() == 0
    book.add("a", "b")
    book.add("c", turn=2)
    book.hear(book.take(), to_the_end=False)
    assert book.script.turn() == 1
    book.insert("now", turn=book.script.turn())
    book.script.next_turn()
    assert book.spoken() == ["c"]


def test_a_translation_is_spoken_piece_by_piece_while_it_comes() -> None:
    book = Book()
    book.add("hello", translated=True)
    job = book.script.take_untranslated()
    assert job is not None
    book.script.add_piece(job, "こん", "ja")
    take = book.take()
    pieces = book.script.pieces(take)
    assert next(pieces) == "こん"
    book.script.add_piece(job, "にちは", "ja")
    assert next(pieces) == "にちは"
    book.script.complete(job, "", "ja")
    assert list(pieces) == []
    assert take.line.language == "ja"


def test_a_translation_that_is_slower_than_the_voice_is_left_to_grow() -> None:
    book = Book()
    book.add("hello", "there", translated=True)
    too_early_s = {"こん": 3600.0, "こんにちは": 0.0}
    asked: list[str] = []

    def left_to_grow(line: Line) -> float:
        asked.append("".join(line.pieces))
        return too_early_s[asked[-1]]

    with ThreadPoolExecutor() as voice:
        job = book.script.take_untranslated()
        assert job is not None
        book.script.add_piece(job, "こん", "ja")
        taken = voice.submit(book.script.take, left_to_grow)
        while not asked:
            time.sleep(0.001)
        book.script.add_piece(job, "にちは", "ja")
        assert (take := taken.result()) is not None
        assert (take.line, asked[-1]) == (job.line, "こんにちは")
        book.script.complete(job, "", "ja")

        job = book.script.take_untranslated()
        assert job is not None
        book.script.add_piece(job, "こん", "ja")
        taken = voice.submit(book.script.take, left_to_grow)
        book.script.complete(job, "", "ja")
        assert (take := taken.result()) is not None
        assert take.line is job.line


def test_who_waits_for_a_line_to_grow_takes_it_when_the_time_is_over_and_goes_home_with_the_others() -> None:
    book = Book()
    book.add("hello", translated=True)
    job = book.script.take_untranslated()
    assert job is not None
    book.script.add_piece(job, "こん", "ja")
    left_s = [0.01, -0.01]
    assert book.script.take(lambda _: left_s.pop(0)) is not None
    book.script.repeat()
    job = book.script.take_untranslated()
    assert job is not None
    book.script.add_piece(job, "こん", "ja")
    with ThreadPoolExecutor() as voice:
        taken = voice.submit(book.script.take, lambda _: 3600.0)
        book.script.close()
        assert taken.result() is None


def test_a_translation_that_was_interrupted_is_made_again_from_its_beginning() -> None:
    book = Book()
    book.add("hello", translated=True)
    job = book.script.take_untranslated()
    assert job is not None
    book.script.add_piece(job, "half", "ja")
    book.script.repeat()
    with pytest.raises(Cancelled):
        book.script.add_piece(job, "other half", "ja")
    again = book.script.take_untranslated()
    assert again is not None
    assert again.line is job.line
    book.script.complete(again, "whole", "ja")
    assert book.spoken() == ["whole"]


def test_only_lines_near_the_cursor_are_translated() -> None:
    book = Book()
    book.add(*"abcdefgh", translated=True)
    for _ in range(4):
        job = book.script.take_untranslated()
        assert job is not None
        book.script.complete(job, job.line.sentence.text, "en")
    waiting = Thread(target=book.script.take_untranslated)
    waiting.start()
    waiting.join(0.05)
    assert waiting.is_alive()
    book.script.close()
    waiting.join()


def test_another_language_is_planned_for_what_waits() -> None:
    book = Book("a", "b")
    book.take()
    assert book.script.retranslate(lambda _: ("en", False)) == []
    assert [line.sentence.text for line in book.script.retranslate(lambda _: ("en", True))] == ["b"]
    book.script.retranslate(lambda _: ("en", False))
    job = book.script.take_untranslated()
    assert job is not None
    assert job.line.sentence.text == "b"


def test_a_long_session_forgets_its_beginning() -> None:
    book = Book()
    for number in range(5 * KEPT_LINES):
        book.add(str(number))
        book.hear(book.take())
    assert len(book.script._lines) <= 2 * KEPT_LINES
    assert len(book.script._lines._by_index) <= 2 * KEPT_LINES
    book.script.previous_sentence()
    assert book.spoken() == [str(5 * KEPT_LINES - 2), str(5 * KEPT_LINES - 1)]


def test_it_is_finished_when_all_is_heard_and_nothing_will_come() -> None:
    book = Book("a")
    take = book.take()
    book.script.end()
    assert not book.script.finished()
    book.hear(take, to_the_end=False)
    book.script.put_down()
    assert not book.script.finished()
    assert book.script.ends(take.line.index, take.epoch)
    assert book.script.finished()


def test_once_it_has_ended_nothing_moves_any_more() -> None:
    book = Book("a")
    take = book.take()
    book.hear(take)
    assert not book.script.end_if_finished()
    book.script.put_down()
    book.script.end()
    assert book.script.end_if_finished()
    assert book.script.repeat() is None
    assert book.script.take() is None
    assert book.flushes == []


def test_closing_is_silence() -> None:
    book = Book("a")
    take = book.take()
    book.script.close()
    assert book.flushes == [1]
    assert take.ticket.cancelled
