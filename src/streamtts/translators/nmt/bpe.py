"""Byte-pair encoding from a file that is mapped, not read: a vocabulary of 256,000 takes a few megabytes."""

import json
import mmap
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from pathlib import Path

_MERGES, _LETTERS = "merges.bin", "letters.json"
_MOST_WORDS = 20_000  # whose pieces are remembered
_NONE = -1
_LOW = 0xFFFF_FFFF


class Bpe:
    """Merges two neighbours into one token, the earliest rule first, until no rule is left."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError and ValueError."""
        letters = json.loads((folder / _LETTERS).read_bytes())
        self._unknown = int(letters["unknown"])
        self._letters: dict[str, int] = letters["letters"]
        self._pairs, self._merged = _mapped(folder / _MERGES)
        self._words: dict[str, tuple[int, ...]] = {}

    def pieces(self, word: str) -> tuple[int, ...]:
        """The tokens of a word; letters in a row that no token has are one unknown token."""
        if (known := self._words.get(word)) is None:
            known = self._words[word] = tuple(self._merge(self._spelled(word)))
            if len(self._words) > _MOST_WORDS:
                self._words.clear()
        return known

    def _spelled(self, word: str) -> list[int]:
        spelled: list[int] = []
        for char in word:
            token = self._letters.get(char, self._unknown)
            if token != self._unknown or spelled[-1:] != [token]:
                spelled.append(token)
        return spelled

    def _rule(self, left: int, right: int) -> int:
        """Its rank and what it makes, in one number; the lowest comes first."""
        pair = left << 32 | right
        place = bisect_left(self._pairs, pair)
        return self._merged[place] if place < len(self._pairs) and self._pairs[place] == pair else _NONE

    def _merge(self, tokens: list[int]) -> list[int]:
        after = [*range(1, len(tokens)), _NONE]
        before = list(range(-1, len(tokens) - 1))
        rules: list[tuple[int, int]] = []

        def consider(left: int) -> None:
            if left != _NONE and after[left] != _NONE:
                rule = self._rule(tokens[left], tokens[after[left]])
                if rule != _NONE:
                    heappush(rules, (rule, left))

        for place in range(len(tokens) - 1):
            consider(place)
        heapify(rules)
        while rules:
            rule, left = heappop(rules)
            right = after[left]
            if tokens[left] == _NONE or right == _NONE or self._rule(tokens[left], tokens[right]) != rule:
                continue  # one of them has merged with another meanwhile
            tokens[left], tokens[right] = rule & _LOW, _NONE
            after[left] = after[right]
            if after[left] != _NONE:
                before[after[left]] = left
            consider(before[left])
            consider(left)
        return [token for token in tokens if token != _NONE]


def write(folder: Path, vocabulary: Mapping[str, int], merges: Iterable[Sequence[str]], unknown: int) -> None:
    """What `Bpe` reads, of a tokenizer's lists. Raises KeyError for a merge of what is no token."""
    rules = {
        vocabulary[left] << 32 | vocabulary[right]: rank << 32 | vocabulary[left + right]
        for rank, (left, right) in enumerate(merges)
    }
    pairs = array("Q", sorted(rules))
    merged = array("Q", (rules[pair] for pair in pairs))
    with (folder / _MERGES).open("wb") as file:
        pairs.tofile(file)
        merged.tofile(file)
    letters = {token: place for token, place in vocabulary.items() if len(token) == 1}
    (folder / _LETTERS).write_text(
        json.dumps({"unknown": unknown, "letters": letters}, ensure_ascii=False), encoding="utf-8"
    )


def _mapped(path: Path) -> "tuple[Sequence[int], Sequence[int]]":
    with path.open("rb") as file:
        if path.stat().st_size == 0:
            return (), ()
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)).cast("Q")
    half = len(whole) // 2
    return whole[:half], whole[half:]
