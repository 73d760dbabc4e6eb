"""On an NVIDIA GPU or a Mac's, where there is one: the tokens of the processor."""

import pytest

from translators import tiny_models
from translators.nllb.pair import SHAPES, Pair, needed, opened, pair, written

MORE = 24
TEXTS = tiny_models.sentences()[:40:4]


def gpu() -> str:
    needed()
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if torch.backends.mps.is_available():
        return "mps"
    pytest.skip("torch finds no GPU here")


@pytest.fixture(params=SHAPES)
def both(request: pytest.FixtureRequest) -> Pair:
    gpu()
    return pair(request.param)


def sources(both: Pair) -> list[list[int]]:
    tokens = opened(both.ours(precision="float32")).tokens
    return [tokens.framed(tokens.encode(text)) for text in TEXTS]


def test_exact_floats_say_the_same(both: Pair) -> None:
    ours = opened(both.ours(device=gpu(), precision="float32", shortlist="off"))
    rows = sources(both)
    assert written(ours, rows, MORE) == both.theirs(rows, MORE)


@pytest.mark.parametrize("precision", ["float16", "bfloat16", "int8"])
def test_small_floats_say_something_like_it(both: Pair, precision: str) -> None:
    ours = opened(both.ours(device=gpu(), precision=precision, shortlist="off"))
    rows = sources(both)
    first = [[row[:1] for row in said] for said in (written(ours, rows, 1), both.theirs(rows, 1))]
    assert sum(one == other for one, other in zip(*first, strict=True)) > len(rows) / 2


def test_graphs_say_what_other_steps_say(both: Pair) -> None:
    if gpu() != "cuda":
        pytest.skip("graphs are recorded on an NVIDIA GPU alone")
    plain, recorded = (
        opened(both.ours(device="cuda", precision="float32", graphs=graphs)) for graphs in ("off", "on")
    )
    for row in sources(both):
        assert written(recorded, [row], MORE) == written(plain, [row], MORE)
