"""What a decoder remembers."""

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Memory:
    """What a decoder has read and written, for some sentences at once; room for all of it is made before."""

    read: list[tuple[Any, Any]]  # of each layer the keys and values: sentence, head, word, width
    mask: Any | None  # where words are; None if they are everywhere
    written: list[tuple[Any, Any]]
    length: int = 0
    place: Any | None = None  # the length as an array, for steps that are recorded: no shape changes then

    @property
    def sentences(self) -> int:
        return int(self.written[0][0].shape[0])

    def only(self, rows: Any) -> "Memory":
        """That of some of the sentences."""
        read = [(keys[rows], values[rows]) for keys, values in self.read]
        written = [(keys[rows], values[rows]) for keys, values in self.written]
        return Memory(read, None if self.mask is None else self.mask[rows], written, self.length)
