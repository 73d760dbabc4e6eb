"""The captured logs and hostile inputs under tests/data, and ways to cut them."""

from itertools import pairwise
from pathlib import Path

from hypothesis import strategies as st

DATA = Path(__file__).resolve().parent.parent / "data"

CAPTURES = sorted(
    path
    for folder in ("agent-logs", "hard-lines")
    for path in (DATA / folder).glob("*.json*")
    if path.name != "expected.json"
)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """`data` cut at the given places, in any order and beyond its end."""
    edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


places = st.lists(st.integers(min_value=0, max_value=2**31), max_size=12)
