"""The ramp in which every sample tells its place: v(n) = 0.5 * (n + 1) / 2^23, exact in float and never 0."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from array import array


@dataclass(frozen=True)
class Heard:
    """What a recording holds of the ramp."""

    places: int  # ramp samples heard
    first: int  # their first place, counted from 1
    last: int
    gaps: list[int]  # frames of silence between two of them
    jumps: list[tuple[int, int]]  # places that do not follow each other
    foreign: int  # samples that are neither silence nor on the ramp


def place(value: float) -> int | None:
    """The place of a sample on the ramp, None if it is not on it."""
    exact = value * 2**24
    return int(exact) if exact > 0 and exact.is_integer() else None


def read_ramp(frames: "array[float]") -> Heard:
    gaps: list[int] = []
    jumps: list[tuple[int, int]] = []
    first = last = places = foreign = silence = 0
    for value in frames:
        if value == 0.0:
            silence += 1
            continue
        here = place(value)
        if here is None:
            foreign += 1
            continue
        if places == 0:
            first = here
        elif silence > 0:
            gaps.append(silence)
        if places and here != last + 1:
            jumps.append((last, here))
        silence = 0
        last = here
        places += 1
    return Heard(places, first, last, gaps, jumps, foreign)
