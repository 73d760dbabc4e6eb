"""chrF: how many runs of characters a translation shares with its reference, from 0 to 100 (Popović 2015).

Six orders of n-grams, recall counted twice (beta 2), spaces left out, counts summed over all sentences.
"""

from collections import Counter
from collections.abc import Iterable

ORDER = 6
BETA = 2


def chrf(pairs: Iterable[tuple[str, str]]) -> float:
    """Of translations and their references."""
    said, wanted, shared = ([0] * ORDER for _ in range(3))
    for translation, reference in pairs:
        for order in range(ORDER):
            ours, theirs = _grams(translation, order + 1), _grams(reference, order + 1)
            said[order] += ours.total()
            wanted[order] += theirs.total()
            shared[order] += (ours & theirs).total()
    orders = [order for order in range(ORDER) if said[order] and wanted[order]]
    if not orders:
        return 0.0
    precision = sum(shared[order] / said[order] for order in orders) / len(orders)
    recall = sum(shared[order] / wanted[order] for order in orders) / len(orders)
    weight = BETA**2
    whole = weight * precision + recall
    return 100 * (1 + weight) * precision * recall / whole if whole else 0.0


def _grams(text: str, length: int) -> Counter[str]:
    letters = "".join(text.split())
    return Counter(letters[at : at + length] for at in range(len(letters) - length + 1))
