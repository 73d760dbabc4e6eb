"""Token by token what transformers says: alone, in batches, and with a shortlist."""

from collections.abc import Callable
from typing import Any

import pytest

from streamtts.engine import Ticket, TranslatorOptions
from streamtts.translators.nmt.loaded import Loaded
from streamtts.translators.with_torch.greedy import Greedy
from streamtts.translators.with_torch.loading import loaded
from streamtts.translators.with_torch.precision import Form
from streamtts.translators.with_torch.recorded import Recorded
from translators import tiny_models
from translators.nllb.pair import SHAPES, Pair, needed, opened, pair, written

MORE = 24
TEXTS = tiny_models.sentences()[:40:4]


@pytest.fixture(params=SHAPES)
def both(request: pytest.FixtureRequest) -> Pair:
    needed()
    return pair(request.param)


def framed(both: Pair, texts: list[str] = TEXTS) -> list[list[int]]:
    loaded = opened(both.ours(precision="float32"))
    return [loaded.tokens.framed(loaded.tokens.encode(text)) for text in texts]


def test_words_are_read_and_written_as_theirs(both: Pair) -> None:
    tokens = opened(both.ours(precision="float32")).tokens
    for text in [*TEXTS, "x" * 60, " two  spaces ", "tab\tand\nline", "<s> </s> eng_Latn", "漢字 é 😀"]:
        if "<s>" not in text:  # what looks like a sign of theirs is text to us
            assert tokens.framed(tokens.encode(text)) == both.their_source(text)
    for row in both.theirs(framed(both), MORE):
        assert tokens.decode(row).split() == both.their_text(row).split()


def test_one_by_one_it_is_what_generate_makes(both: Pair) -> None:
    ours = opened(both.ours(precision="float32", shortlist="off"))
    rows = framed(both)
    assert [written(ours, [row], MORE)[0] for row in rows] == [both.theirs([row], MORE)[0] for row in rows]


def test_a_batch_is_what_generate_makes_and_what_it_is_one_by_one(both: Pair) -> None:
    ours = opened(both.ours(precision="float32", shortlist="off"))
    rows = framed(both)
    together = written(ours, rows, MORE)
    assert together == both.theirs(rows, MORE)
    assert together == [written(ours, [row], MORE)[0] for row in rows]
    assert len(set(map(tuple, together))) > 1


def test_a_shortlist_writes_the_best_of_what_is_in_it(both: Pair) -> None:
    """So it equals the whole model wherever that stays within the list."""
    ours = opened(both.ours(precision="float32"))
    assert ours.listed
    assert 0 < len(ours.listed) < ours.shape.rows
    rows = framed(both)
    assert written(ours, rows, MORE) == both.theirs(rows, MORE, only=ours.listed.ids)


@pytest.mark.parametrize("precision", ["float32", "int8", "bfloat16"])
def test_what_the_whole_model_says_within_the_list_the_short_one_says_too(both: Pair, precision: str) -> None:
    """A beginning at least, for these models say anything."""
    short, whole = (opened(both.ours(precision=precision, shortlist=on)) for on in ("on", "off"))
    assert short.listed
    known, compared = set(short.listed.ids), 0
    for row in framed(both, tiny_models.sentences()[::3]):
        full = written(whole, [row], MORE)[0]
        same = next((place for place, token in enumerate(full) if token not in known), len(full))
        assert written(short, [row], MORE)[0][:same] == full[:same]
        compared += same
    assert compared > 20


def test_eight_bits_say_the_same_alone_and_in_company(both: Pair) -> None:
    ours = opened(both.ours(precision="int8"))
    rows = framed(both)
    assert written(ours, rows, MORE) == [written(ours, [row], MORE)[0] for row in rows]


def test_a_batch_of_texts_is_what_they_are_one_by_one(both: Pair) -> None:
    ours = both.ours()
    texts = [*TEXTS, "", "a", "word " * 120]
    assert ours.translate_batch(texts, Ticket()) == [
        "".join(ours.translate(text, Ticket())) for text in texts
    ]


def test_recorded_steps_say_what_others_say(both: Pair) -> None:
    """As on a GPU, but for the recording: what is played is the step itself."""
    import torch

    plain, recording = (opened(both.ours(precision="float32")) for _ in range(2))
    played: list[int] = []

    def record(step: Callable[[], None]) -> Callable[[], None]:
        step()  # as a recording does, on what is there by then

        def play() -> None:
            played.append(1)
            step()

        return play

    search = recording.search
    assert isinstance(search, Greedy)
    search._recorded = Recorded(torch, search._network, record)
    rows = framed(both, [*TEXTS, "word " * 40])
    assert [written(recording, [row], MORE) for row in rows] == [written(plain, [row], MORE) for row in rows]
    assert len(played) > 100


def test_eight_bits_say_what_floats_of_the_same_weights_say(both: Pair) -> None:
    """Our core against torch, whose inputs are not rounded: two tokens that are as good as equal may turn."""
    import torch

    options = TranslatorOptions(*both.languages, str(both.folder))
    form = Form(torch.device("cpu"), torch.float32, bits=8)
    rows, same = framed(both, tiny_models.sentences()[::2]), 0
    for shortlist in ("on", "off"):
        ours = opened(both.ours(precision="int8", shortlist=shortlist))
        theirs = loaded(torch, options, form, shortlisted=shortlist == "on", graphs=False)
        for row, mine, other in zip(
            rows, *(written(each, rows, MORE) for each in (ours, theirs)), strict=True
        ):
            same += mine == other
            assert mine == other or _undecided(torch, theirs, row, mine, other)
    assert same > 1.8 * len(rows)


def _undecided(torch: Any, theirs: Loaded, row: list[int], mine: list[int], other: list[int]) -> bool:
    """Whether the scores of the first token that differs are as good as equal."""
    at = next((at for at, (one, two) in enumerate(zip(mine, other, strict=False)) if one != two), len(other))
    assert isinstance(theirs.search, Greedy)
    network, tokens = theirs.search._network, torch.tensor([theirs.search._begin])
    with torch.inference_mode():
        memory = network.read([row], MORE + 2)
        for _ in range(min(at, len(mine)) + 1):
            scores = network.write(memory, tokens)[0]
            tokens = scores.argmax()[None, None]
    best = scores.topk(2).values
    return bool(best[0] - best[1] < 0.004 * scores[scores.isfinite()].std())


def test_any_number_of_threads_says_the_same(both: Pair) -> None:
    rows = framed(both, [*TEXTS, "word " * 120])
    said = [
        written(opened(both.ours(precision="int8", threads=threads)), rows, MORE) for threads in (1, 2, 5)
    ]
    assert said[0] == said[1] == said[2]
