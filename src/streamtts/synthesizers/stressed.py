"""A text for an engine that can stress words: in pieces, with stresses written as that engine wants them."""

import re
from collections.abc import Callable, Iterator, Sequence

from streamtts.engine import STRESS_BEGIN, STRESS_END
from streamtts.synthesizers import speakable

Run = tuple[str, bool]  # some text, and whether it is to be stressed

_MARK = re.compile(f"([{STRESS_BEGIN}{STRESS_END}])")


def pieces(text: str, limit: int) -> Iterator[Sequence[Run]]:
    """As `speakable.pieces`, each as what is to be stressed and what is not."""
    stressed = False
    for piece in speakable.cut(speakable.cleaned(text, marked=True), limit):
        runs: list[Run] = []
        for part in _MARK.split(piece):
            if part in (STRESS_BEGIN, STRESS_END):
                stressed = part == STRESS_BEGIN
            elif part:
                runs.append((part, stressed))
        if speakable.has_words(piece):
            yield runs


def written(runs: Sequence[Run], plain: Callable[[str], str], strong: Callable[[str], str]) -> str:
    """`plain` makes text of the engine's markup, `strong` stresses such text."""
    return "".join(strong(plain(part)) if stressed else plain(part) for part, stressed in runs)
