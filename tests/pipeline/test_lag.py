"""How far speech may fall behind, and what is done about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.errors import UsageError
from streamtts.pipeline.lag import FASTEST, RAMP_PER_S, LagPolicy, ramped

LAGS = st.floats(0, 1e6)


@pytest.mark.parametrize(
    ("word", "limit_s", "mode"),
    [
        ("20s", 20, "speed"),
        ("20s:speed", 20, "speed"),
        ("30:skip", 30, "skip"),
        ("1.5m:skip", 90, "skip"),
        ("500ms:off", 0.5, "off"),
        ("off", 0, "off"),
    ],
)
def test_the_words_of_the_flag(word: str, limit_s: float, mode: str) -> None:
    policy = LagPolicy.parse(word)
    assert (policy.limit_s, policy.mode) == (limit_s, mode)


@pytest.mark.parametrize("word", ["", "s", "0s", "-3s", "20h", "20s:", "20s:fast", "1e9s", "٣s", "nan"])
def test_any_other_word_is_told_what_to_write(word: str) -> None:
    with pytest.raises(UsageError, match="like 20s:speed"):
        LagPolicy.parse(word)


def test_up_to_the_limit_nothing_happens() -> None:
    policy = LagPolicy(20, "skip")
    assert policy.speed(20) == 1.0
    assert not policy.too_far_behind(20)


@given(LAGS, LAGS)
def test_more_lag_is_never_slower_and_never_beyond_the_fastest(one: float, other: float) -> None:
    policy = LagPolicy(20, "speed")
    low, high = sorted((one, other))
    assert 1.0 <= policy.speed(low) <= policy.speed(high) <= FASTEST


@given(LAGS)
def test_sentences_are_skipped_only_if_asked_for_and_only_beyond_the_fastest_pace(lag_s: float) -> None:
    assert not LagPolicy(20, "speed").too_far_behind(lag_s)
    assert LagPolicy(20, "skip").too_far_behind(lag_s) == (lag_s > FASTEST * 20)


@given(LAGS)
def test_off_is_off(lag_s: float) -> None:
    policy = LagPolicy.parse("5s:off")
    assert policy.speed(lag_s) == 1.0
    assert not policy.too_far_behind(lag_s)


@given(st.floats(0.5, 3), st.floats(1, FASTEST), st.floats(0, 5))
def test_the_pace_changes_smoothly(speed: float, wanted: float, elapsed_s: float) -> None:
    new = ramped(speed, wanted, elapsed_s)
    assert abs(new - speed) <= RAMP_PER_S * elapsed_s + 1e-9
    assert abs(new - wanted) <= abs(speed - wanted)
