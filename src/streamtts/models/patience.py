"""How often and how soon a server is asked again."""

from streamtts.environment import Clock
from streamtts.models.web import WebError

_MOST_VAIN = 5  # attempts in a row that bring nothing
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 120.0


class Patience:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._vain = 0

    def after(self, error: WebError, *, in_vain: bool = True) -> None:
        """Waits for the next attempt; raises what is to be told if there should be none."""
        self._vain = self._vain + 1 if in_vain else 0
        if not error.passing or self._vain >= _MOST_VAIN:
            raise error
        wait_s = max(error.wait_s, _FIRST_WAIT_S * 2 ** max(0, self._vain - 1))
        if wait_s > _LONGEST_WAIT_S:
            minutes = round(wait_s / 60)
            raise WebError(f"wants us to come back in {minutes} minutes: try again then") from error
        self._clock.sleep(wait_s)
