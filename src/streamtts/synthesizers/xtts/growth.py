"""How many latents go into a piece of sound: few at first, so that it is heard soon, then more."""

from collections.abc import Iterator

_SHARE = 0.9


def pieces(first: int, heard: float, most: int) -> Iterator[int]:
    """The first is heard as long as `heard` latents: the vocoder looks at the rest of it for what comes next.

    Each of the others is ready before those before it were heard, if a latent takes nine tenths of its sound.
    """
    yield first
    made = 0
    while True:
        size = min(most, int((heard + made) / _SHARE) - made)
        yield size
        made += size
