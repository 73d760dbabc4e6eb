"""The tokens of a model that may be needed to write a language."""

from pathlib import Path

from streamtts.translation.shortlist import Shortlist, shortlist
from streamtts.translators.nmt.shape import Shape
from streamtts.translators.nmt.tokens import Tokens


def listed(tokens: Tokens, shape: Shape, target: str, derived: Path) -> Shortlist:
    names = tokens.names
    if len(names) < shape.rows:  # a name for each row, though there may be more of them than tokens
        names = [*names, *[""] * (shape.rows - len(names))]
    keep = {*tokens.special, *tokens.begin, shape.padding, shape.start, shape.end}
    return shortlist(names, keep, [target], derived)
