"""How many latents go into a piece of sound: few at first, so that it is heard soon, then more."""

from collections.abc import Iterator


def pieces(first: int, most: int) -> Iterator[int]:
    """Each piece a half longer than the one before it."""
    size = first
    while True:
        yield size
        size = min(most, size + (size + 1) // 2)
