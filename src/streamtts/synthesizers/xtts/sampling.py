"""Which code comes next: drawn from the likely ones, those that were said before less often."""

from dataclasses import dataclass
from typing import Any

_ALWAYS_SAID = 1  # TTS puts this code in the place of the text, so that it counts as said


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a sentence is spoken. The numbers are those that XTTS v2 is delivered with."""

    temperature: float = 0.75  # 0 takes the likeliest, always
    top_k: int = 50
    top_p: float = 0.85
    repetition_penalty: float = 5.0
    speed: float = 1.0
    seed: int | None = None
    least_codes: int = 0
    most_codes: int | None = None  # never more than the network has places for


class Chooser:
    """Chooses the codes of one sentence."""

    def __init__(self, torch: Any, sampling: Sampling, *, start: int, stop: int, scores: int) -> None:
        self._torch = torch
        self._sampling = sampling
        self._stop = stop
        self._said = torch.zeros(scores, dtype=torch.bool)
        self._said[[_ALWAYS_SAID, start]] = True
        self._count = 0
        self._generator = torch.Generator()
        if sampling.seed is None:
            self._generator.seed()
        else:
            self._generator.manual_seed(sampling.seed)

    def choose(self, scores: Any) -> int:
        """The number of a code; the scores are of all of them."""
        scores = scores.cpu()  # a thousand numbers: the choice is quicker there on any device
        penalty = self._sampling.repetition_penalty
        punished = self._torch.where(scores < 0, scores * penalty, scores / penalty)
        scores = self._torch.where(self._said, punished, scores)
        if self._count < self._sampling.least_codes:
            scores[self._stop] = float("-inf")
        code = int(scores.argmax() if self._sampling.temperature == 0 else self._drawn(scores))
        self._said[code] = True
        self._count += 1
        return code

    def _drawn(self, scores: Any) -> Any:
        sampling = self._sampling
        best, codes = (scores / sampling.temperature).topk(min(sampling.top_k, len(scores)))
        shares = best.softmax(dim=0)
        # One that begins beyond the share is out; the likeliest begins at none.
        shares[(shares.cumsum(dim=0) - shares) >= sampling.top_p] = 0
        return codes[self._torch.multinomial(shares, 1, generator=self._generator)]
