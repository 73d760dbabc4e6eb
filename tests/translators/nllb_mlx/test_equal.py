"""Token by token what transformers says, for every shape, alone and in batches."""

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamtts.translators.with_mlx import shape as nllb_mlx_shape
from translators.nllb_mlx.pair import SHAPES, Pair, needed, pair

LIMIT, SENTENCES = 24, 7


@pytest.fixture(params=SHAPES)
def both(request: pytest.FixtureRequest) -> Pair:
    needed()
    return pair(request.param)


@pytest.fixture
def plain() -> Pair:
    needed()
    return pair("plain")


def logits_of_ours(both: Pair, source: list[int], words: list[int], **how: Any) -> Any:
    """After each word, fed one by one; the first two at once."""
    import mlx.core as mx

    ours = both.ours(**how)
    cache = ours.network.encode([source])
    rows = [ours.network.logits(mx.array([words[:2]]), cache)]
    rows += [ours.network.logits(mx.array([[word]]), cache) for word in words[2:]]
    return mx.concatenate(rows)


def logits_of_theirs(both: Pair, source: list[int], words: list[int]) -> Any:
    """In the same steps: a padding among the words has no position, and a whole pass would not count it."""
    import torch

    rows, cache = [], None
    with torch.no_grad():
        encoded = both.theirs.get_encoder()(input_ids=torch.tensor([source]))
        for step in [words[:2], *([word] for word in words[2:])]:
            output = both.theirs(
                encoder_outputs=encoded,
                decoder_input_ids=torch.tensor([step]),
                past_key_values=cache,
                use_cache=True,
            )
            cache = output.past_key_values
            rows.append(output.logits[:, -1])
    return torch.cat(rows)


def worst(ours: Any, theirs: Any) -> float:
    import mlx.core as mx

    return float(mx.abs(ours.astype(mx.float32) - mx.array(theirs.numpy())).max())


def test_every_step_computes_the_same(both: Pair) -> None:
    """Over more steps than a block of the cache has, with any tokens, among them the padding."""
    source = both.sources(2)[1]
    words = [2, both.tokens.begin[0], *(5 + 37 * step % 1000 for step in range(70))]
    words[20] = 1
    assert worst(logits_of_ours(both, source, words), logits_of_theirs(both, source, words)) < 2e-4


def test_compiled_steps_compute_the_same(plain: Pair) -> None:
    source = plain.sources(2)[1]
    words = [2, plain.tokens.begin[0], *range(5, 45)]
    compiled = logits_of_ours(plain, source, words, compiled=True)
    assert worst(compiled, logits_of_theirs(plain, source, words)) < 2e-4


def test_positions_are_those_of_the_model(both: Pair) -> None:
    import mlx.core as mx

    from streamtts.translators.with_mlx.network import positions

    shape = nllb_mlx_shape.read(both.folder)
    table = both.theirs.model.encoder.embed_positions.weights
    ours = positions(mx, shape)
    assert ours.shape[0] == shape.padding + 1 + shape.most_positions
    assert worst(ours, table[: ours.shape[0]]) < 1e-4
    assert float(mx.abs(ours[shape.padding]).max()) == 0.0


def test_the_likeliest_tokens_are_the_same(both: Pair) -> None:
    sources = both.sources(SENTENCES)
    expected = both.generated(sources, LIMIT)
    ours = both.ours()
    assert ours.greedy(sources, LIMIT) == expected
    assert [ours.greedy([source], LIMIT)[0] for source in sources] == expected
    assert len({token for row in expected for token in row}) > 3


def test_sentences_of_a_batch_end_each_in_its_time(both: Pair) -> None:
    sources = both.sources(SENTENCES)
    end = both.frequent_end(sources, LIMIT)
    expected = both.generated(sources, LIMIT, end=end)
    assert len({len(row) for row in expected}) > 1
    for ahead in (False, True):
        assert both.ours(end=end, ahead=ahead).greedy(sources, LIMIT) == expected


@pytest.mark.parametrize("beams", [2, 5])
def test_beams_find_the_same(both: Pair, beams: int) -> None:
    sources = both.sources(SENTENCES)
    for end in (2, both.frequent_end(sources, LIMIT)):
        expected = both.generated(sources, LIMIT, beams=beams, end=end)
        ours = both.ours(end=end)
        assert ours.beams(sources, LIMIT, beams) == expected
        assert [ours.beams([source], LIMIT, beams)[0] for source in sources[:3]] == expected[:3]


def test_a_limit_of_one_token_is_one_token(plain: Pair) -> None:
    sources = plain.sources(3)
    assert plain.ours().greedy(sources, 1) == plain.generated(sources, 1)
    assert plain.ours().beams(sources, 1, 3) == plain.generated(sources, 1, beams=3)


def test_compiled_and_ahead_the_tokens_are_the_same(plain: Pair) -> None:
    sources = plain.sources(SENTENCES)
    end = plain.frequent_end(sources, LIMIT)
    ours = plain.ours(end=end, compiled=True, ahead=True)
    assert ours.greedy(sources, LIMIT) == plain.generated(sources, LIMIT, end=end)
    assert ours.beams(sources, LIMIT, 3) == plain.generated(sources, LIMIT, beams=3, end=end)


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_short_vocabulary_says_the_same_whenever_it_has_the_best_tokens(
    plain: Pair, data: st.DataObject
) -> None:
    sources = plain.sources(4)
    whole = plain.ours().greedy(sources, LIMIT)
    best = {token for row in whole for token in row}
    more = data.draw(st.sets(st.integers(4, plain.ours().checkpoint.shape.rows - 1), max_size=60))
    rows = sorted({0, 1, 2, 3, plain.tokens.begin[0]} | best | more)
    assert plain.ours(rows=rows).greedy(sources, LIMIT) == whole


def test_a_short_vocabulary_leaves_out_only_what_is_not_in_it(plain: Pair) -> None:
    """The best of what is listed, as if the others had no chance; also among beams."""
    import torch

    sources = plain.sources(SENTENCES)
    whole = plain.ours().greedy(sources, LIMIT)
    gone = {row[0] for row in whole} - {1, 2, plain.tokens.begin[0]}
    rows = [token for token in range(plain.ours().checkpoint.shape.rows) if token not in gone]
    barred = torch.zeros(len(rows) + len(gone))
    barred[list(gone)] = -math.inf
    hook = plain.theirs.lm_head.register_forward_hook(lambda _module, _given, output: output + barred)
    try:
        greedy, beams = plain.generated(sources, LIMIT), plain.generated(sources, LIMIT, beams=4)
    finally:
        hook.remove()
    assert greedy != whole
    assert plain.ours(rows=rows).greedy(sources, LIMIT) == greedy
    assert plain.ours(rows=rows).beams(sources, LIMIT, 4) == beams
