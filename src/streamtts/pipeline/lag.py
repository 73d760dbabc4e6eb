"""What to do when speech falls behind the text: hurry, then skip."""

import re
from dataclasses import dataclass
from typing import Literal, cast

from streamtts.errors import UsageError

FASTEST = 1.6  # beyond that, words are lost on many ears
RAMP_PER_S = 0.15  # a change of pace that nobody notices as a jump

LagMode = Literal["speed", "skip", "off"]
_GRAMMAR = re.compile(r"(?P<limit>\d+(?:\.\d+)?)(?P<unit>ms|s|m|)(?::(?P<mode>speed|skip|off))?", re.ASCII)
_UNITS_S = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0}


@dataclass(frozen=True, slots=True)
class LagPolicy:
    """How much speech may be waiting before something is done about it."""

    limit_s: float
    mode: LagMode

    @classmethod
    def parse(cls, word: str) -> "LagPolicy":
        """`20s`, `20s:skip`, `1.5m:speed`, `off`."""
        if word == "off":
            return cls(0.0, "off")
        found = _GRAMMAR.fullmatch(word)
        limit_s = float(found["limit"]) * _UNITS_S[found["unit"]] if found else 0.0
        if found is None or not 0 < limit_s <= 86_400:
            raise UsageError(
                f"{word!r} is no lag limit: give seconds and what to do, like 20s:speed, 30s:skip or off"
            )
        return cls(limit_s, cast("LagMode", found["mode"] or "speed"))

    def speed(self, lag_s: float) -> float:
        """The pace that suits `lag_s` of waiting speech: 1 up to the limit, FASTEST at twice of it."""
        if self.mode == "off" or lag_s <= self.limit_s:
            return 1.0
        return 1.0 + (FASTEST - 1.0) * min((lag_s - self.limit_s) / self.limit_s, 1.0)

    def too_far_behind(self, lag_s: float) -> bool:
        """Whether even FASTEST would not catch up within the limit, so that sentences are to be skipped."""
        return self.mode == "skip" and lag_s > FASTEST * self.limit_s


def ramped(speed: float, wanted: float, elapsed_s: float) -> float:
    """`speed`, moved towards `wanted` as far as `elapsed_s` allows."""
    step = RAMP_PER_S * elapsed_s
    return min(max(wanted, speed - step), speed + step)
