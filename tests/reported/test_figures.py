"""The arithmetic behind the drawings."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.reported import amounts
from streamtts.reported.figures import Scale, busy, common, length, merged, steps, summary
from streamtts.reported.run import Standing

TIMES = st.floats(0, 1e7)
SPANS = st.lists(st.tuples(TIMES, TIMES).map(lambda pair: (min(pair), max(pair))), max_size=20)


def test_percentiles_are_values_and_only_of_enough() -> None:
    few, enough = summary([1.0, 2.0, 9.0]), summary([float(value) for value in range(1, 101)])
    assert (few.median, few.p95, few.p99, few.most) == (2.0, None, None, 9.0)
    assert (enough.median, enough.p95, enough.p99, enough.most) == (50.5, 95.0, 99.0, 100.0)
    assert summary([]).median is None


@given(st.lists(st.floats(0, 1e9), max_size=50))
def test_every_value_is_in_one_bin(values: list[float]) -> None:
    assert sum(Scale.over(values).counts(values)) == len(values)


def test_bins_are_equal_shares_of_a_decade() -> None:
    scale = Scale(1, 3)
    assert [at for at, count in enumerate(scale.counts([3, 10, 99, 100, 999, 5000])) if count] == [
        0,
        5,
        6,
        11,
    ]


@given(SPANS)
def test_merged_spans_do_not_overlap_and_cover_the_same(spans: list[tuple[float, float]]) -> None:
    whole = merged(spans)
    assert all(before[1] < after[0] for before, after in pairwise(whole))
    assert all(any(start <= a and b <= end for start, end in whole) for a, b in spans)


@given(SPANS, SPANS)
def test_what_two_share_is_what_both_have(
    some: list[tuple[float, float]], others: list[tuple[float, float]]
) -> None:
    first, second = merged(some), merged(others)
    both = length(first) + length(second) - length(merged([*first, *second]))
    assert common(first, second) == pytest.approx(both, abs=1e-2)
    assert common(second, first) == pytest.approx(both, abs=1e-2)


@given(SPANS)
def test_a_busy_part_is_a_share_of_itself(spans: list[tuple[float, float]]) -> None:
    whole = merged(spans)
    shares = busy(whole, 1e7, 10)
    assert all(0 <= share <= 1 + 1e-9 for share in shares)
    assert sum(shares) * 1e6 == pytest.approx(length(whole), abs=1e-2)


def test_a_thinned_curve_keeps_its_peaks_and_its_level() -> None:
    standings = [Standing(at, lag, 1.0) for at, lag in ((0, 10), (1, 90), (2, 20), (95, 30), (96, 5))]
    assert steps(standings, 100, 4) == [(0.0, 90.0), (25.0, 20.0), (50.0, 20.0), (75.0, 30.0)]
    assert steps(standings, 100, 5) == [(0, 10), (1, 90), (2, 20), (95, 30), (96, 5)]


@pytest.mark.parametrize(
    ("value_ms", "shown"),
    [
        (None, "–"),
        (0, "0.0 ms"),
        (9.94, "9.9 ms"),
        (9.96, "10 ms"),
        (999.4, "999 ms"),
        (999.6, "1.00 s"),
        (9994, "9.99 s"),
        (9996, "10.0 s"),
        (99_400, "99.4 s"),
        (99_600, "1:40 min"),
        (3_599_999, "1:00:00 h"),
        (3_600_000, "1:00:00 h"),
    ],
)
def test_durations_for_a_reader(value_ms: float | None, shown: str) -> None:
    assert amounts.duration(value_ms) == shown


@given(st.floats(0, 1e12), st.floats(0.001, 1e12))
def test_an_axis_has_a_few_round_places(start: float, span: float) -> None:
    found = amounts.ticks(start, start + span)
    assert len(found) <= 7
    assert all(start - 1 <= at <= start + span + 1 for at in found)


@given(st.floats(0, 1e12))
def test_the_end_of_an_axis_is_not_below_its_values(value: float) -> None:
    assert value <= amounts.round_up(value) <= max(1000.0, 2 * value)
