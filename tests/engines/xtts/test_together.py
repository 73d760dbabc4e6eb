"""What writes and what vocodes, at work at once: the same sound, nothing left behind, whatever happens."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from itertools import count, islice
from types import SimpleNamespace
from typing import Any

import pytest

from engines.xtts import tiny_xtts
from engines.xtts.tiny_xtts import TOKENS
from streamtts.engine import Cancelled, Pcm, Ticket
from streamtts.synthesizers.xtts import sharing
from streamtts.synthesizers.xtts.ahead import ahead

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'streamtts[xtts]'")
CODES, HANG_S = 60, 120


@pytest.fixture(scope="module")
def streamer() -> Any:
    from streamtts.synthesizers.xtts.streaming import Streamer

    return Streamer(tiny_xtts.make_model())


@pytest.fixture(scope="module")
def voice(streamer: Any) -> Any:
    return streamer.voice(*tiny_xtts.conditioning())


@pytest.fixture(autouse=True)
def two_threads(streamer: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    monkeypatch.setattr(streamer, "_sharing", sharing.chosen(torch, torch.device("cpu")))
    yield
    assert torch.get_num_threads() == 2
    torch.set_num_threads(before)
    assert not writers()


def writers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("xtts-writer")]


def stream(streamer: Any, voice: Any, ticket: Ticket | None = None, codes: int = CODES) -> Iterator[Pcm]:
    from streamtts.synthesizers.xtts.sampling import Sampling

    sampling = Sampling(temperature=0.9, seed=5, least_codes=codes, most_codes=codes)
    return streamer.stream(  # type: ignore[no-any-return]
        TOKENS, voice, ticket=ticket or Ticket(), sampling=sampling
    )


def in_turns(items: Iterator[Any]) -> Iterator[Any]:
    """With as many threads as the thread that writes would have."""
    while True:
        torch.set_num_threads(1)
        item = next(items, None)
        torch.set_num_threads(2)
        if item is None:
            return
        yield item


@pytest.mark.parametrize("codes", [1, 5, 6, 7, 8, 9, 17, CODES])
def test_not_a_bit_differs_from_the_same_work_in_turns(
    streamer: Any, voice: Any, monkeypatch: pytest.MonkeyPatch, codes: int
) -> None:
    from streamtts.synthesizers.xtts import streaming

    together = [bytes(piece) for piece in stream(streamer, voice, codes=codes)]
    begun: list[str] = []

    def alone(items: Iterator[Any], _most: int, **_others: Any) -> AbstractContextManager[Iterator[Any]]:
        begun.append("in turns")
        return nullcontext(in_turns(items))

    monkeypatch.setattr(streaming, "ahead", alone)
    assert [bytes(piece) for piece in stream(streamer, voice, codes=codes)] == together
    assert len(begun) == (codes > 5)


def test_the_number_of_threads_changes_no_code(streamer: Any, voice: Any) -> None:
    made = []
    for shared in (streamer._sharing, sharing.Turns()):
        streamer._sharing = shared
        torch.set_num_threads(2 if shared.together else 1)
        made.append(b"".join(map(bytes, stream(streamer, voice))))
    torch.set_num_threads(2)
    together, turns = (torch.frombuffer(bytearray(each), dtype=torch.float32) for each in made)
    assert tiny_xtts.difference_db(together, turns) < -60


def test_it_writes_while_it_vocodes(streamer: Any, voice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The vocoder waits for codes beyond its piece: in turns they would never come."""
    from streamtts.synthesizers.xtts import vocoding

    feed, write = vocoding.Sound.feed, streamer._network.write
    beyond, fed = threading.Event(), 0

    def noting(memory: Any, code: int, place: int) -> Any:
        if place >= 6 + 2 + 2:
            beyond.set()
        return write(memory, code, place)

    def waiting(sound: Any, latents: Any, last: bool = False) -> Any:
        nonlocal fed
        fed += len(latents)
        assert fed != 6 + 2 or beyond.wait(HANG_S)
        return feed(sound, latents, last)

    monkeypatch.setattr(streamer._network, "write", noting)
    monkeypatch.setattr(vocoding.Sound, "feed", waiting)
    list(stream(streamer, voice))
    assert fed == CODES


def test_the_first_piece_has_all_threads_and_the_others_half(
    streamer: Any, voice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streamtts.synthesizers.xtts import vocoding

    writing, made = [], []
    feed, write = vocoding.Sound.feed, streamer._network.write

    def noting(*given: Any) -> Any:
        writing.append((torch.get_num_threads(), threading.current_thread() is threading.main_thread()))
        return write(*given)

    def noted(*given: Any) -> Any:
        made.append(torch.get_num_threads())
        return feed(*given)

    monkeypatch.setattr(streamer._network, "write", noting)
    monkeypatch.setattr(vocoding.Sound, "feed", noted)
    list(stream(streamer, voice, codes=20))
    assert writing == [(2, True)] * 5 + [(1, False)] * 14
    assert made[0] == 2
    assert set(made[1:]) == {1}


def cancelled(sound: Iterator[Pcm], ticket: Ticket) -> None:
    ticket.cancel()
    with pytest.raises(Cancelled):
        next(sound)


def closed(sound: Any, _ticket: Ticket) -> None:
    sound.close()


@pytest.mark.parametrize("end", [cancelled, closed])
@pytest.mark.parametrize("taken", [1, 2, 4])
def test_an_end_in_the_middle_ends_the_writer_within_a_code(
    streamer: Any,
    voice: Any,
    monkeypatch: pytest.MonkeyPatch,
    end: Callable[[Iterator[Pcm], Ticket], None],
    taken: int,
) -> None:
    ticket, ended = Ticket(), threading.Event()
    write, at_it = streamer._network.write, threading.Event()
    late: list[int] = []

    def slow(memory: Any, code: int, place: int) -> Any:
        if place >= 6 + 2 * taken:
            at_it.set()
            late.append(place)
            ended.wait(HANG_S)  # in the middle of a code when the end comes
        return write(memory, code, place)

    sound = stream(streamer, voice, ticket)
    list(islice(sound, taken - 1))
    monkeypatch.setattr(streamer._network, "write", slow)
    next(sound)
    assert at_it.wait(HANG_S)
    threading.Timer(0.05, ended.set).start()
    end(sound, ticket)
    assert not writers()
    assert len(late) == 1


def test_a_sentence_that_is_dropped_leaves_no_thread(streamer: Any, voice: Any) -> None:
    sound = stream(streamer, voice)
    next(sound)
    assert writers()
    del sound
    assert not writers()


@pytest.mark.parametrize("place", [3, 7, 30, CODES - 1])
def test_what_fails_while_it_writes_is_raised(
    streamer: Any, voice: Any, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    write = streamer._network.write

    def failing(memory: Any, code: int, at: int) -> Any:
        if at == place:
            raise RuntimeError("out of memory")
        return write(memory, code, at)

    monkeypatch.setattr(streamer._network, "write", failing)
    with pytest.raises(RuntimeError, match="out of memory"):
        list(stream(streamer, voice))


@pytest.mark.parametrize("number", [0, 1, 5])
def test_what_fails_while_it_vocodes_ends_both(
    streamer: Any, voice: Any, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    from streamtts.synthesizers.xtts import vocoding

    feed, fed = vocoding.Sound.feed, count()

    def failing(*given: Any) -> Any:
        if next(fed) == number:
            raise RuntimeError("out of memory")
        return feed(*given)

    monkeypatch.setattr(vocoding.Sound, "feed", failing)
    with pytest.raises(RuntimeError, match="out of memory"):
        list(stream(streamer, voice))


def nothing() -> None:
    pass


def test_no_more_is_made_ahead_than_is_wished() -> None:
    made = threading.Semaphore(0)

    def items() -> Iterator[int]:
        for number in count():
            made.release()
            yield number

    with ahead(items(), 2, begin=nothing, stop=nothing) as coming:
        for _ in range(2):
            assert made.acquire(timeout=HANG_S)
        assert not made.acquire(timeout=0.1), "nobody has asked for anything yet"
        assert next(coming) == 0
        assert made.acquire(timeout=HANG_S)
        assert not made.acquire(timeout=0.1)
        assert list(islice(coming, 3)) == [1, 2, 3]


def test_items_end_as_they_would_have_ended() -> None:
    with ahead(iter([1, 2, 3]), 2, begin=nothing, stop=nothing) as coming:
        assert list(coming) == [1, 2, 3]

    def failing() -> Iterator[int]:
        yield 1
        raise KeyError("two")

    with ahead(failing(), 2, begin=nothing, stop=nothing) as coming:
        assert next(coming) == 1
        with pytest.raises(KeyError, match="two"):
            next(coming)


@pytest.mark.parametrize(
    ("kind", "threads", "together"), [("cpu", 1, False), ("mps", 8, False), ("cpu", 2, True)]
)
def test_who_shares_a_device(kind: str, threads: int, *, together: bool) -> None:
    pretended = SimpleNamespace(get_num_threads=lambda: threads)
    assert sharing.chosen(pretended, SimpleNamespace(type=kind)).together is together


@pytest.mark.parametrize(("threads", "writing", "vocoding"), [(2, 1, 1), (3, 1, 2), (8, 4, 4)])
def test_threads_are_halved(threads: int, writing: int, vocoding: int) -> None:
    asked: list[int] = []
    shared = sharing.Threads(SimpleNamespace(set_num_threads=asked.append), threads)
    shared.begin_writing()
    with shared.vocoding(None, alone=False):
        assert asked == [writing, vocoding]
    assert asked == [writing, vocoding, threads]
    with shared.vocoding(None, alone=True):
        assert len(asked) == 3


class Queue:
    """A stream of a pretended CUDA, which notes what it is told."""

    def __init__(self, name: str, told: list[str]) -> None:
        self.name, self.told, self.device = name, told, "cuda:0"

    def record_event(self) -> str:
        self.told.append(f"{self.name} marks")
        return f"what {self.name} marked"

    def wait_event(self, event: str) -> None:
        self.told.append(f"{self.name} waits for {event}")

    @contextmanager
    def chosen(self) -> Iterator[None]:
        self.told.append(f"{self.name} begins")
        yield
        self.told.append(f"{self.name} ends")


def test_on_cuda_the_vocoder_waits_for_what_it_reads_alone() -> None:
    told: list[str] = []
    writer, vocoder = Queue("writer", told), Queue("vocoder", told)
    cuda = SimpleNamespace(
        Stream=lambda _device: vocoder, current_stream=lambda _device: writer, stream=lambda one: one.chosen()
    )
    shared = sharing.chosen(SimpleNamespace(cuda=cuda), SimpleNamespace(type="cuda"))
    assert shared.together
    first = shared.handed()
    shared.handed()
    with shared.vocoding(first, alone=True):
        told.append("vocodes")
    assert told == [
        "writer marks",
        "writer marks",
        "vocoder begins",
        "vocoder waits for what writer marked",
        "vocodes",
        "vocoder ends",
    ]


def test_on_a_gpu_not_a_bit_differs_either() -> None:
    if not torch.cuda.is_available():
        pytest.skip("torch finds no NVIDIA GPU here")
    from streamtts.synthesizers.xtts.streaming import Streamer

    streamer = Streamer(tiny_xtts.make_model().cuda(), precision="float32")
    voice = streamer.voice(*tiny_xtts.conditioning())
    speak = partial(stream, streamer, voice)
    together = [b"".join(map(bytes, speak())) for _ in range(3)]
    streamer._sharing = sharing.Turns()
    assert set(together) == {b"".join(map(bytes, speak()))}
