"""Pieces of sound are ready before those before them were heard."""

from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.synthesizers.xtts import growth

FIRST, HEARD, MOST = 6, 2.35, 8
COUNT = 60


def pieces() -> list[int]:
    return list(islice(growth.pieces(FIRST, HEARD, MOST), COUNT))


def waited(writing: float, vocoding: float, *, together: bool) -> float:
    """How long one waits after the first piece, in latents, where each work takes a share of its sound."""
    written = made = waits = 0.0
    heard = HEARD
    for size in pieces()[1:]:
        written = (written if together else made) + writing * size
        made = max(made, written) + vocoding * size
        waits += max(0.0, made - heard)
        heard = max(heard, made) + size
    return waits


def test_pieces_grow_to_the_most() -> None:
    sizes = pieces()
    assert sizes[:4] == [6, 2, 2, 3]
    assert all(0 <= later - earlier <= 1 for earlier, later in pairwise(sizes[1:]))
    assert sizes[-1] == MOST


@given(writing=st.floats(0, 0.9), share=st.floats(0, 1), together=st.booleans())
def test_nobody_waits_where_a_latent_takes_nine_tenths_of_its_sound(
    writing: float, share: float, *, together: bool
) -> None:
    assert waited(writing, (0.9 - writing) * share, together=together) < 1e-6


@pytest.mark.parametrize(("writing", "vocoding"), [(0.58, 0.58), (0.75, 0.3), (0.3, 0.75)])
def test_nobody_waits_for_two_at_work_that_would_be_late_in_turns(writing: float, vocoding: float) -> None:
    assert waited(writing, vocoding, together=True) < 1e-6
    assert waited(writing, vocoding, together=False) > 1
