"""When all of a translation will be there, by how long those before it took."""

_WEIGHT = 0.3  # of the newest measurement
_CAUTION = 1.25  # no two take the same time, and a break within a sentence is worse than a wait before it


class Expectation:
    """Of translations that come piece by piece. Nothing is expected before the first was seen."""

    def __init__(self) -> None:
        self._second_per_character = 0.0

    def seconds(self, characters: int) -> float:
        """How long a sentence of so many characters will take, rather too long than too short."""
        return _CAUTION * self._second_per_character * characters

    def measured(self, characters: int, took_s: float) -> None:
        pace = took_s / max(characters, 1)
        before = self._second_per_character
        self._second_per_character = before + _WEIGHT * (pace - before) if before else pace
