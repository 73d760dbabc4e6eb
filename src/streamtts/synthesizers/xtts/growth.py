"""How many latents go into a piece of sound: few at first, so that it is heard soon, then more."""

from collections.abc import Iterator


def pieces(first: int, most: int, *, ahead: int) -> Iterator[int]:
    """Each at most a half longer than the one before: in time where a latent takes two thirds of its sound.

    The vocoder looks at as many latents as are `ahead`, so the first piece gets them in addition.
    """
    yield first + ahead
    size = first
    while True:
        yield size
        size = min(most, size + size // 2)
