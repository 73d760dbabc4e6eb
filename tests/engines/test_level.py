"""Engines are made equally loud without cutting a sample off."""

import numpy as np
import pytest

from streamtts.synthesizers.level import levelled


def test_below_the_knee_a_gain_is_only_a_gain() -> None:
    loud = levelled(np.array([0.0, 0.1, -0.3]), 2.0)
    assert loud.dtype == np.float32
    assert loud.tolist() == pytest.approx([0.0, 0.2, -0.6])


def test_peaks_are_bent_and_keep_their_order() -> None:
    samples = np.linspace(-2, 2, 2001)
    loud = levelled(samples, 1.0)
    assert np.abs(loud).max() < 0.999
    assert np.all(np.diff(loud) >= 0)
    assert np.abs(np.diff(loud)).max() < 0.0021, "the bend has no corner"


def test_what_an_engine_gave_is_left_alone() -> None:
    samples = np.array([0.9, -0.9], np.float32)
    levelled(samples, 2.0)
    levelled(samples, 1.0)
    assert samples.tolist() == pytest.approx([0.9, -0.9])
