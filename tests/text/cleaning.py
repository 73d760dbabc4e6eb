"""What the cleaner makes of markdown, whole and letter by letter."""

from itertools import pairwise

from streamtts._core import Cleaner


def hear_in_pieces(pieces: list[str], *, code: str = "brief", tables: str = "brief") -> str:
    cleaner = Cleaner(code=code, tables=tables)
    return "".join(cleaner.feed(piece) for piece in pieces) + cleaner.finish()


def hear(markdown: str, *, code: str = "brief", tables: str = "brief") -> str:
    """What is heard, the same for the whole text and for its single characters."""
    whole = hear_in_pieces([markdown], code=code, tables=tables)
    assert hear_in_pieces(list(markdown), code=code, tables=tables) == whole
    return whole


def pieces_of(text: str, places: list[int]) -> list[str]:
    """`text` cut at the given places, in any order and beyond its end."""
    edges = [0, *sorted({place % (len(text) + 1) for place in places}), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]
