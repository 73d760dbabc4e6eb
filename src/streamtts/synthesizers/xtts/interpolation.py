"""Frames between frames, of a row that arrives in pieces."""

from typing import Any


class Interpolation:
    """What `interpolate(row, scale_factor=scale, mode="linear")` of torch makes of the whole row."""

    def __init__(self, torch: Any, scale: float) -> None:
        self._torch = torch
        self._scale = scale
        self._held: Any = None  # frames from number `_dropped` on
        self._dropped = 0
        self._given = 0

    def feed(self, frames: Any, last: bool) -> Any:
        held = frames if self._held is None else self._torch.cat([self._held, frames], dim=-1)
        arrived = self._dropped + held.shape[-1]
        end = int(arrived * self._scale)
        if last and not self._given and end == arrived:
            return held  # as torch does where nothing is between: a sentence of two latents
        places = self._places(self._given, end, held.device)
        if not last:
            places = places[places < arrived - 1]
        self._given += len(places)
        before = places.long()
        share = (places - before).to(held.dtype)
        after = (before + 1).clamp_(max=arrived - 1)
        early, late = held[..., before - self._dropped], held[..., after - self._dropped]
        needed = max(0, min(int(self._places(self._given, self._given + 1, "cpu")), arrived - 1))
        self._held = held[..., needed - self._dropped :].clone()
        self._dropped = needed
        return early * (1 - share) + late * share

    def _places(self, start: int, end: int, device: Any) -> Any:
        """Where new frames lie among the old, in the numbers of 32 bits that torch reckons with."""
        torch = self._torch
        numbers = torch.arange(start, max(start, end), dtype=torch.float32, device=device)
        return ((numbers + 0.5) * (1 / self._scale) - 0.5).clamp_(min=0)
