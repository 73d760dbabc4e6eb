"""How many sentences are translated at once: what pays off, and what is there in time."""

from hypothesis import given
from hypothesis import strategies as st

from streamtts.translation.backlog import MOST_AT_ONCE, Backlog

LENGTHS = [50] * 100


def test_the_first_goes_alone_and_then_more_and_more() -> None:
    backlog, sizes = Backlog(), []
    for _ in range(8):
        size = backlog.size(LENGTHS, 60)
        sizes.append(size)
        backlog.measured(LENGTHS[:size], 0.01 * size)
    assert sizes == [1, 2, 4, 8, 16, 32, MOST_AT_ONCE, MOST_AT_ONCE]


def test_only_so_many_as_are_done_in_time() -> None:
    backlog = Backlog()
    for _ in range(10):
        backlog.measured(LENGTHS[:MOST_AT_ONCE], 3.2)  # 0.1 s a sentence
    assert backlog.size(LENGTHS, 0.55) == 5
    assert backlog.size(LENGTHS, 0) == 1
    assert backlog.size([500, *LENGTHS], 1.25) == 3


def test_a_batch_that_failed_is_taken_apart() -> None:
    backlog = Backlog()
    for _ in range(10):
        backlog.measured(LENGTHS[:MOST_AT_ONCE], 0.1)
    backlog.failed()
    assert backlog.size(LENGTHS, 60) == 1
    backlog.measured(LENGTHS[:1], 0.01)
    assert backlog.size(LENGTHS, 60) == 2


@given(
    st.lists(st.tuples(st.lists(st.integers(0, 4000), min_size=1, max_size=40), st.floats(0, 1e4))),
    st.lists(st.integers(0, 4000), min_size=1),
    st.floats(-1, 1e6),
)
def test_it_is_never_none_and_never_more_than_there_are(
    history: list[tuple[list[int], float]], lengths: list[int], within_s: float
) -> None:
    backlog = Backlog()
    for texts, took_s in history:
        backlog.measured(texts, took_s)
    assert 1 <= backlog.size(lengths, within_s) <= min(len(lengths), MOST_AT_ONCE)
