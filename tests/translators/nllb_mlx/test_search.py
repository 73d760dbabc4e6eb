"""When the search for a sentence goes on and when it ends. Needs no packages."""

import pytest

from streamtts.translators.with_mlx.search import Hunt

END = 2


def hunt(limit: int = 10) -> Hunt:
    """Two paths; one translation has been found, worth half a unit a token."""
    begun = Hunt(width=2, end=END, limit=limit)
    begun.advance([(-1.0, 0, END), (-1.2, 0, 5), (-1.5, 0, 6), (-1.6, 0, 7)])
    assert not begun.over
    return begun


@pytest.mark.parametrize(
    ("best", "over"),
    [(-1.3, False), (-2.4, False), (-3.2, True)],
    ids=["leads", "may come second", "too late"],
)
def test_it_goes_on_while_a_path_may_beat_the_worst_that_was_found(best: float, over: bool) -> None:
    begun = hunt()
    begun.advance([(-3.0, 1, END), (best, 0, 8), (-4.0, 0, 9), (-4.1, 1, 9)])
    assert begun.over is over
    assert begun.best() == []


def test_an_end_that_is_not_among_the_best_is_not_kept() -> None:
    begun = hunt()
    begun.advance([(-1.3, 0, 8), (-1.4, 1, 8), (-1.5, 0, END), (-1.6, 1, 9)])
    assert len(begun.found) == 1
    assert [path.tokens for path in begun.paths] == [(5, 8), (6, 8)]
    assert [path.origin for path in begun.paths] == [0, 1]


def test_the_best_for_its_length_wins() -> None:
    begun = hunt()
    begun.advance([(-1.3, 0, 8), (-4.0, 1, 9), (-5.0, 0, 9), (-5.1, 1, 8)])
    begun.advance([(-1.5, 0, END), (-4.5, 1, END), (-5.0, 0, 9), (-5.1, 1, 8)])
    assert begun.best() == [5, 8]


def test_at_the_limit_what_there_is_counts_as_ended() -> None:
    begun = hunt(limit=2)
    begun.advance([(-1.3, 1, 8), (-1.4, 0, 8), (-1.5, 0, 9), (-1.6, 1, 9)])
    assert begun.over
    assert begun.best() == [6, 8]
