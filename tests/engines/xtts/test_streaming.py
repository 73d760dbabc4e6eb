"""A sentence as sound that begins before its end is known, with TTS's own classes and random weights."""

from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

import pytest

from engines.xtts import tiny_xtts
from engines.xtts.tiny_xtts import TOKENS
from streamtts.engine import Cancelled, Pcm, Ticket
from streamtts.synthesizers.xtts.sharing import Turns

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'streamtts[xtts]'")

CODES, MOST_DB = 60, -60
RATE_HZ = 24_000


@pytest.fixture(scope="module")
def streamer() -> Any:
    from streamtts.synthesizers.xtts.streaming import Streamer

    return Streamer(tiny_xtts.make_model(), precision="float32")


@pytest.fixture(scope="module")
def voice(streamer: Any) -> Any:
    return streamer.voice(*tiny_xtts.conditioning())


def forced(codes: int = CODES, **wishes: Any) -> Any:
    from streamtts.synthesizers.xtts.sampling import Sampling

    asked: dict[str, Any] = {"temperature": 0, "least_codes": codes, "most_codes": codes}
    return Sampling(**(asked | wishes))


def stream(streamer: Any, voice: Any, ticket: Ticket | None = None, **wishes: Any) -> Iterator[Pcm]:
    return streamer.stream(  # type: ignore[no-any-return]
        TOKENS, voice, ticket=ticket or Ticket(), sampling=forced(**wishes)
    )


def joined(pieces: Iterator[Pcm]) -> Any:
    return torch.cat([torch.frombuffer(piece, dtype=torch.float32) for piece in pieces])


def test_the_joined_sound_is_what_upstream_makes_of_the_whole(streamer: Any, voice: Any) -> None:
    """Network, latents, vocoder: everything, from the same tokens."""
    model = tiny_xtts.make_model()
    wanted = tiny_xtts.whole(model, TOKENS, *tiny_xtts.conditioning(), codes=CODES, penalty=5.0)
    made = joined(stream(streamer, voice, codes=CODES))
    assert tiny_xtts.difference_db(made, wanted.sound) < MOST_DB


@pytest.mark.parametrize("codes", [1, 2, 3, 5, 6, 7, 9, 13, 19])
def test_sentences_that_end_at_the_end_of_a_piece_or_anywhere(streamer: Any, voice: Any, codes: int) -> None:
    from streamtts.synthesizers.xtts.latents import Writer

    gpt = streamer._writer
    assert isinstance(gpt, Writer)
    latents = [row for _, row in gpt.write(TOKENS, voice.heard, forced(codes), Ticket())]
    wanted = tiny_xtts.vocode(tiny_xtts.once(), torch.cat(latents), tiny_xtts.conditioning()[1])
    assert tiny_xtts.difference_db(joined(stream(streamer, voice, codes=codes)), wanted) < MOST_DB


def test_in_eight_bits_too_the_pieces_are_the_whole_of_their_latents() -> None:
    from streamtts.synthesizers.xtts.streaming import Streamer

    small = Streamer(tiny_xtts.make_model(), precision="int8")
    voice = small.voice(*tiny_xtts.conditioning())
    latents = [row for _, row in small._writer.write(TOKENS, voice.heard, forced(), Ticket())]
    wanted = tiny_xtts.vocode(tiny_xtts.once(), torch.cat(latents), tiny_xtts.conditioning()[1])
    assert tiny_xtts.difference_db(joined(stream(small, voice)), wanted) < MOST_DB


def test_the_first_piece_is_small_and_the_others_grow(streamer: Any, voice: Any) -> None:
    sizes = [len(piece) for piece in stream(streamer, voice)]
    assert RATE_HZ * 0.05 < sizes[0] < RATE_HZ * 0.2
    whole_pieces = sizes[1:-1]
    assert all(later >= earlier - 256 for earlier, later in pairwise(whole_pieces))
    assert 2 * sizes[0] < max(sizes) < RATE_HZ


def test_the_first_piece_is_as_long_as_the_others_count_on(streamer: Any, voice: Any) -> None:
    from streamtts.synthesizers.xtts import streaming

    latent = 1024 / 22_050 * RATE_HZ  # samples
    assert len(next(stream(streamer, voice))) >= streaming._FIRST_HEARD * latent


def test_the_first_piece_waits_for_as_few_codes_as_it_needs(
    streamer: Any, voice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = 0
    write = streamer._writer.write

    def counted(*given: Any) -> Iterator[Any]:
        nonlocal written
        for each in write(*given):
            written += 1
            yield each

    monkeypatch.setattr(streamer._writer, "write", counted)
    monkeypatch.setattr(streamer, "_sharing", Turns())
    sound = stream(streamer, voice)
    next(sound)
    assert written == 6
    next(sound)
    assert written == 8


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_an_interruption_ends_it_within_the_piece(
    streamer: Any, voice: Any, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streamtts.synthesizers.xtts import vocoding

    ticket = Ticket()
    sound = stream(streamer, voice, ticket)
    for _ in range(after):
        next(sound)
    fed: list[Any] = []
    monkeypatch.setattr(vocoding.Sound, "feed", lambda *given: fed.append(given))
    ticket.cancel()
    with pytest.raises(Cancelled):
        next(sound)
    assert not fed, "nothing is vocoded that nobody will hear"


def test_cancelled_while_codes_are_written(
    streamer: Any, voice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread cancels in the middle of a piece: only the code that is being written is finished."""
    ticket = Ticket()
    network = streamer._network
    write = network.write
    places: list[int] = []

    def cancelling(memory: Any, code: int, place: int) -> Any:
        places.append(place)
        if place == 9:
            ticket.cancel()
        return write(memory, code, place)

    monkeypatch.setattr(network, "write", cancelling)
    with pytest.raises(Cancelled):
        list(stream(streamer, voice, ticket))
    assert places[-1] == 9


def test_a_sentence_after_an_interruption_is_untouched(streamer: Any, voice: Any) -> None:
    before = joined(stream(streamer, voice, codes=20))
    for taken in (0, 1):
        broken = stream(streamer, voice, codes=40)
        list(islice(broken, taken))
        del broken
    assert torch.equal(joined(stream(streamer, voice, codes=20)), before)


def test_two_voices_of_one_model_do_not_mix(streamer: Any, voice: Any) -> None:
    other = streamer.voice(*tiny_xtts.conditioning(seed=8))
    alone = joined(stream(streamer, voice, codes=20))
    pieces: list[Pcm] = []
    for mine, _ in zip(stream(streamer, voice, codes=20), stream(streamer, other, codes=20), strict=True):
        pieces.append(mine)
    assert torch.equal(joined(iter(pieces)), alone)
    assert not torch.equal(joined(stream(streamer, other, codes=20)), alone)


def test_the_voice_stays_as_it_was_heard(streamer: Any, voice: Any) -> None:
    length, kept = voice.heard.length, voice.heard.read.clone()
    list(stream(streamer, voice))
    assert voice.heard.length == length == tiny_xtts.PREFIX
    assert torch.equal(voice.heard.read, kept)


def test_most_tokens_is_what_upstream_takes(streamer: Any, voice: Any) -> None:
    from streamtts.synthesizers.xtts.sampling import Sampling

    tokens = [7] * streamer.most_tokens
    sampling = Sampling(least_codes=3, most_codes=3)
    assert joined(streamer.stream(tokens, voice, ticket=Ticket(), sampling=sampling)).isfinite().all()
