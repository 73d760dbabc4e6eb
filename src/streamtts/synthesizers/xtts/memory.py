"""What the network remembers of a voice and a sentence."""

from __future__ import annotations

from typing import Any

_ROOM = 64  # positions by which a memory grows


class Memory:
    """Keys and values of what was read so far."""

    def __init__(self, torch: Any, kept: Any) -> None:
        """`kept`: layer, keys or values, head, position, width."""
        self._torch = torch
        self._held = kept
        self.length = kept.shape[3]

    @property
    def read(self) -> Any:
        return self._held[:, :, :, : self.length]

    def copy(self, room: int) -> Memory:
        """What was read, and room for more of it."""
        copied = Memory(self._torch, self.read)
        copied.reserve(room)
        return copied

    def reserve(self, positions: int) -> None:
        wanted = self.length + positions
        if wanted <= self._held.shape[3]:
            return
        layers, two, heads, _, width = self._held.shape
        larger = self._held.new_empty((layers, two, heads, wanted + _ROOM, width))
        larger[:, :, :, : self.length] = self.read
        self._held = larger

    def with_next(self, layer: int) -> tuple[Any, Any]:
        """All keys and values of a layer, and the place of the next ones, which is to be filled."""
        held = self._held[layer][:, :, : self.length + 1]
        return held[0], held[1]

    def put(self, layer: int, keys: Any, values: Any) -> tuple[Any, Any]:
        """Adds positions, heads first, to one layer: all its keys and values."""
        end = self.length + keys.shape[1]
        held = self._held[layer]
        held[0, :, self.length : end] = keys
        held[1, :, self.length : end] = values
        return held[0, :, :end], held[1, :, :end]
