"""How many of the sentences that wait are translated at once."""

from collections.abc import Sequence

MOST_AT_ONCE = 32
_WEIGHT = 0.3  # of the newest measurement


class Backlog:
    """More and more of them as long as they are done in time, by the pace that was measured."""

    def __init__(self) -> None:
        self._second_per_character: float | None = None
        self._most = 1

    def size(self, lengths: Sequence[int], within_s: float) -> int:
        """How many of the texts of these lengths can be translated within so many seconds; at least one."""
        if self._second_per_character is None:
            return 1
        fit, left_s = 0, within_s
        for length in lengths[: self._most]:
            left_s -= length * self._second_per_character
            if left_s < 0:
                break
            fit += 1
        return max(fit, 1)

    def measured(self, lengths: Sequence[int], took_s: float) -> None:
        """Texts of these lengths were translated at once."""
        pace = took_s / max(sum(lengths), 1)
        before = self._second_per_character
        self._second_per_character = pace if before is None else before + _WEIGHT * (pace - before)
        self._most = min(max(self._most, 2 * len(lengths)), MOST_AT_ONCE)

    def failed(self) -> None:
        """One by one, then."""
        self._most = 1
