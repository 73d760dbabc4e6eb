"""How many texts are split where they should be, and whether it depends on how they arrive."""

from collections.abc import Sequence
from dataclasses import dataclass

from peers.measuring import deltas_of
from peers.splitters import Splitter


@dataclass(frozen=True, slots=True)
class Case:
    """A text and the sentences it consists of."""

    text: str
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    right: int
    of: int
    wrong: Sequence[tuple[str, Sequence[str]]]  # texts, and what became of them
    lost: int  # texts of which letters are missing
    by_arrival: int  # texts that are split in another way when they arrive in other pieces


def sentences(split: Splitter, pieces: Sequence[str]) -> list[str]:
    return [stripped for sentence in split(iter(pieces)) if (stripped := sentence.strip())]


def judged(split: Splitter, cases: Sequence[Case], characters: int) -> Verdict:
    wrong, lost, by_arrival = [], 0, 0
    for case in cases:
        found = sentences(split, deltas_of(case.text, characters))
        if found != list(case.sentences):
            wrong.append((case.text, found))
        lost += letters("".join(found)) != letters(case.text)
        others = [sentences(split, deltas_of(case.text, size)) for size in (1, 9, len(case.text))]
        by_arrival += any(other != found for other in others)
    return Verdict(len(cases) - len(wrong), len(cases), wrong, lost, by_arrival)


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
