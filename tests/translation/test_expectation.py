"""When a translation is expected to be whole."""

import pytest

from streamtts.translation.expectation import Expectation


def test_nothing_is_expected_before_anything_was_seen() -> None:
    assert Expectation().seconds(1000) == 0


def test_a_longer_sentence_takes_longer_and_is_expected_rather_too_late() -> None:
    expectation = Expectation()
    expectation.measured(50, 1.0)
    assert 1.0 < expectation.seconds(50) < 2.0
    assert expectation.seconds(100) == pytest.approx(2 * expectation.seconds(50))


def test_the_newest_count_most() -> None:
    expectation = Expectation()
    expectation.measured(50, 10.0)
    for _ in range(20):
        expectation.measured(50, 1.0)
    assert expectation.seconds(50) < 2.0
    expectation.measured(50, 10.0)
    assert expectation.seconds(50) > 2.0


def test_a_sentence_without_characters_is_no_trouble() -> None:
    expectation = Expectation()
    expectation.measured(0, 0.0)
    assert expectation.seconds(0) == 0
