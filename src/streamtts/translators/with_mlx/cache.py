"""What the decoder remembers: of the source, computed once, and of its own words, one column a step."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

_BLOCK = 64  # columns; steps within a block have the same shapes, so a compiled one serves them all


@dataclass(slots=True)
class Cache:
    """Arrays are (sentences, heads, columns, width of a head); those of its own words have spare columns."""

    mx: Any
    source: list[Any]  # for each layer its keys, then its values
    mask: Any  # (sentences, 1, 1, columns): which columns of the source are no padding
    own: list[Any] = field(default_factory=list)
    length: int = 0

    def room(self, columns: int) -> None:
        """Makes sure that so many columns can be added."""
        have = self.own[0].shape[2] if self.own else 0
        if (lacking := self.length + columns - have) > 0:
            more = -(-lacking // _BLOCK) * _BLOCK
            if not self.own:
                rows, heads, _, width = self.source[0].shape
                self.own = [self.mx.zeros((rows, heads, more, width), each.dtype) for each in self.source]
            else:
                self.own = [self.mx.pad(each, [(0, 0), (0, 0), (0, more), (0, 0)]) for each in self.own]

    def keep(self, rows: Sequence[int]) -> None:
        """Goes on with these sentences alone, in this order; one may be there several times."""
        chosen = self.mx.array(list(rows))
        self.source = [self.mx.take(each, chosen, axis=0) for each in self.source]
        self.mask = self.mx.take(self.mask, chosen, axis=0)
        self.reorder(rows)

    def reorder(self, rows: Sequence[int]) -> None:
        """The same where each sentence stays in its place, and only what was said of it changes."""
        chosen = self.mx.array(list(rows))
        self.own = [self.mx.take(each, chosen, axis=0) for each in self.own]
