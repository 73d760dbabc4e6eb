"""The three stages as one: bytes to numbered sentences."""

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.support import assistant
from streamtts._core import Cleaner, Error, Extractor, SentenceStream, Splitter
from streamtts.types import SentenceRow
from text.agent_lines import line
from text.captures import CAPTURES, cut, places
from text.streams import pulled, rows


def fed(stream: SentenceStream, chunk: bytes) -> list[SentenceRow]:
    stream.push(chunk)
    return pulled(stream)


def finished(stream: SentenceStream) -> list[SentenceRow]:
    stream.push_end()
    return pulled(stream)


def texts(*lines: bytes) -> list[str]:
    return [row[2] for row in rows(lines)]


def by_hand(log: bytes) -> list[str]:
    """The same through the three public objects."""
    extractor, cleaner, splitter = Extractor(), Cleaner(), Splitter()
    found: list[str] = []
    for event in [*extractor.feed(log), *extractor.finish()]:
        if event.kind == "text":
            found += splitter.feed(cleaner.feed(event.text))
        elif event.kind in ("flush", "turn"):
            found += splitter.feed(cleaner.finish())
            found += splitter.finish()
    return found + splitter.feed(cleaner.finish()) + splitter.finish()


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_a_capture_gives_the_same_whatever_the_reads(path: Path) -> None:
    log = path.read_bytes()
    whole = rows([log])
    assert rows([log[i : i + 1] for i in range(len(log))]) == whole
    assert rows([log[i : i + 4096] for i in range(0, len(log), 4096)]) == whole


@given(path=st.sampled_from(CAPTURES), at=places, eager=st.booleans())
def test_any_cut_of_any_capture_gives_the_same(path: Path, at: list[int], *, eager: bool) -> None:
    log = path.read_bytes()
    assert rows(cut(log, at), eager=eager) == rows([log], eager=eager)


@given(prose=st.text(max_size=300), at=places)
def test_any_cut_of_any_prose_gives_the_same(prose: str, at: list[int]) -> None:
    log = assistant(prose)
    assert rows(cut(log, at)) == rows([log])


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_the_public_stages_in_a_row_say_the_same(path: Path) -> None:
    log = path.read_bytes()
    assert by_hand(log) == [row[2] for row in rows([log])]


@given(junk=st.binary(max_size=2000), at=places)
def test_no_bytes_can_break_it(junk: bytes, at: list[int]) -> None:
    assert rows(cut(junk, at)) == rows([junk])


def test_sentences_are_numbered_within_their_turn() -> None:
    done = b'{"type":"result","subtype":"success","is_error":false,"result":"x"}\n'
    found = rows([assistant("One. Two.", uuid="a"), done, assistant("Three.", uuid="b"), done])
    assert [(turn, seq, text) for turn, seq, text, _, _ in found] == [
        (1, 0, "One."),
        (1, 1, "Two."),
        (2, 0, "Three."),
    ]


def test_turns_count_on_over_several_inputs() -> None:
    stream = SentenceStream()
    first = [*fed(stream, assistant("One.")), *finished(stream)]
    second = [*fed(stream, assistant("Two.")), *finished(stream)]
    assert [(row[0], row[1], row[2]) for row in first + second] == [(1, 0, "One."), (2, 0, "Two.")]


def test_what_ended_a_sentence_is_told() -> None:
    prose = "First one. Second\n\n- bullet\n- last"
    found = rows([assistant(prose).rstrip(b"\n")])
    assert [(row[2], row[3]) for row in found] == [
        ("First one.", "stop"),
        ("Second.", "block"),
        ("bullet.", "block"),
        ("last.", "eof"),
    ]


def test_a_tool_call_releases_what_is_held_at_once() -> None:
    stream = SentenceStream()
    start = b'{"type":"stream_event","event":{"type":"content_block_start","index":%d,"content_block":%s}}\n'
    delta = (
        b'{"type":"stream_event","event":{"type":"content_block_delta","index":0,'
        b'"delta":{"type":"text_delta","text":"Let me look"}}}\n'
    )
    fed(stream, start % (0, b'{"type":"text","text":""}'))
    assert fed(stream, delta) == []
    tool = start % (1, b'{"type":"tool_use","id":"t","name":"Read","input":{}}')
    assert [(row[2], row[3]) for row in fed(stream, tool)] == [("Let me look.", "flush")]


def delta(text: str) -> bytes:
    piece = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
    return line({"type": "stream_event", "event": piece})


@given(words=st.lists(st.text(st.sampled_from("ab .!?\n*`-_#。「"), min_size=1, max_size=12), max_size=30))
def test_what_is_arriving_begins_the_next_sentence(words: list[str]) -> None:
    stream = SentenceStream()
    begun: list[str] = []
    for word in words:
        found = [row[2] for row in fed(stream, delta(word))]
        assert all(found[0].startswith(each) for each in begun if found)
        begun = [*([] if found else begun), stream.arriving().rstrip()]
    rest = [row[2] for row in finished(stream)]
    assert all(rest[0].startswith(each) for each in begun if each)
    assert stream.arriving() == ""


def test_words_arrive_one_by_one() -> None:
    stream, seen = SentenceStream(), []
    for words in ("And then I **fixed** ", "the `parser`. ", "It ", "works"):
        fed(stream, delta(words))
        seen.append(stream.arriving().rstrip())
    assert seen == ["And then I fixed", "And then I fixed the parser.", "It", "It"]


def test_a_sentence_is_known_two_characters_after_its_end() -> None:
    """Through all stages: the next word has begun, no more is needed."""
    stream = SentenceStream()
    template = (
        '{"type":"stream_event","event":{"type":"content_block_delta","index":0,'
        '"delta":{"type":"text_delta","text":"%s"}}}\n'
    )
    released = None
    for count, character in enumerate("It works now. Next"):
        if fed(stream, (template % character).encode()):
            released = count
            break
    assert released == len("It works now. N") - 1


def test_no_full_stop_inside_inline_code_ends_a_sentence() -> None:
    assert texts(assistant("I use `sep='. '` and `a. B` here. It works.")) == [
        "I use sep='. ' and a. B here.",
        "It works.",
    ]


def test_inline_code_is_protected() -> None:
    (row,) = rows([assistant("Now `run tests` please.")])
    spans = [(row[2][start:end], kind) for start, end, kind in row[4]]
    assert spans == [("run tests", "code")]


def test_a_megabyte_of_prose_in_one_line_is_all_heard() -> None:
    sentence = "This is one of very many sentences. "
    found = texts(assistant(sentence * 30_000))
    assert found == [sentence.strip()] * 30_000


def test_a_giant_line_is_handed_out_in_batches() -> None:
    stream = SentenceStream()
    stream.push(assistant("This is one of very many sentences. " * 30_000))
    first = stream.pull()
    assert 0 < len(first) < 3000
    assert len(first) + len(pulled(stream)) + len(finished(stream)) == 30_000


def test_pushing_on_before_all_is_pulled_loses_nothing() -> None:
    stream = SentenceStream()
    for number in range(100):
        stream.push(assistant(f"Sentence {number}. " * 50, uuid=str(number)))
    assert [row[2] for row in [*pulled(stream), *finished(stream)]] == [
        f"Sentence {number}." for number in range(100) for _ in range(50)
    ]


def test_notices_are_for_the_eye() -> None:
    stream = SentenceStream()
    line = b'{"type":"result","subtype":"success","is_error":true,"result":"API Error: 529 Overloaded"}\n'
    assert fed(stream, line) == []
    assert stream.take_notices() == ["API Error: 529 Overloaded"]
    assert stream.take_notices() == []


def test_two_threads_at_once_get_an_error_and_no_race() -> None:
    stream = SentenceStream()
    line = assistant("A sentence. " * 20_000)
    refused: list[str] = []

    def feed_many() -> None:
        for _ in range(30):
            try:
                fed(stream, line)
            except Error as error:
                refused.append(str(error))

    threads = [threading.Thread(target=feed_many) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(refused) == {"this object is already in use by another thread: give each thread its own"}
