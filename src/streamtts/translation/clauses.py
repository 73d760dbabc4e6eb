"""Where a sentence can be taken apart, so that an engine that fails over the whole may manage its parts."""

import re

from streamtts.types import Sentence, Span

_BREAKS = re.compile(
    r"(?<=[,;:])\s+|\s+[—–-]\s+|\s+(?=(?:and|but|so|because|which|while|then|or) )|(?<=[、；：])"
)
_FEWEST_WORDS = 3


def parts(sentence: Sentence) -> list[tuple[str, list[Span]]]:
    """The clauses of a sentence and their names; the sentence alone if it has only one."""
    text, spans = sentence.text, sentence.protected
    cuts = [0]
    for found in _BREAKS.finditer(text):
        begin, end = found.span()
        inside = any(first < end and begin < last for first, last, _ in spans)
        if not inside and _enough(text[cuts[-1] : begin]) and _enough(text[end:]):
            cuts.append(end)
    return [_part(text, spans, *edges) for edges in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def _enough(text: str) -> bool:
    return len(text.split()) >= _FEWEST_WORDS or (not text.isascii() and len(text) >= 3 * _FEWEST_WORDS)


def _part(text: str, spans: tuple[Span, ...], begin: int, end: int) -> tuple[str, list[Span]]:
    inside = [(a - begin, b - begin, kind) for a, b, kind in spans if begin <= a and b <= end]
    return text[begin:end].strip(" —–"), _stripped(text[begin:end], inside)


def _stripped(text: str, spans: list[Span]) -> list[Span]:
    lead = len(text) - len(text.lstrip(" —–"))
    return [(begin - lead, end - lead, kind) for begin, end, kind in spans]
