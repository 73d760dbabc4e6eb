"""How fast each voice computes and speaks, measured while it does: what gaps and lags are predicted from."""

from dataclasses import dataclass

_WEIGHT = 0.3  # of the newest measurement
_SHORTEST_S = 0.2  # of audio; below, a measurement says little
_LATIN_S = 0.065  # a character, at an ordinary pace
_CJK_S = 0.14


@dataclass(slots=True)
class Pace:
    """One voice in one language."""

    second_per_character: float
    cost: float = 0.5  # seconds of computing for a second of audio
    start_s: float = 0.01  # before the first of it

    @classmethod
    def of(cls, language: str) -> "Pace":
        return cls(_CJK_S if language in ("ja", "zh", "ko") else _LATIN_S)

    def seconds_to_speak(self, text: str) -> float:
        return len(text) * self.second_per_character

    def measured(self, text: str, audio_s: float, computing_s: float) -> None:
        if audio_s < _SHORTEST_S or not text:
            return
        self.cost += _WEIGHT * (computing_s / audio_s - self.cost)
        self.second_per_character += _WEIGHT * (audio_s / len(text) - self.second_per_character)
