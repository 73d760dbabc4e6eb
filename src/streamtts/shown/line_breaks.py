"""Lines for a reader: they end where a phrase does, and none has a sign or two left alone."""

from itertools import pairwise

from streamtts.shown.terminal import broken, words

_LONELY_CELLS = 6  # of fewer than three Japanese signs
_HIRAGANA = range(0x3041, 0x30A0)
_PHRASE_ENDS = "をにでとへてたはがものやかなだらばずよねうくぐすぬぶむる"  # not as 呼び in 呼び出す
_PAUSES = "、。，．！？；：,.!?;:…）」』】)"

_Word = tuple[str, int, bool]  # as terminal.words has it
_Cost = tuple[int, int, int]


def even_lines(text: str, columns: int) -> list[str]:
    """The text in lines about as long as each other, as few as there can be without a torn phrase."""
    parts = list(words(text))
    best: list[tuple[_Cost, int]] = [
        ((0, 0, 0), 0)
    ]  # of the first so many words: the cost, the last line's begin
    for end in range(1, len(parts) + 1):
        best.append(min(_endings(parts, end, columns, best)))
    cuts = [len(parts)]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][1])
    lines = [parts[begin:end] for end, begin in pairwise(cuts)]
    return [piece for line in reversed(lines) for piece in broken(*_joined(line), columns)]


def _endings(
    parts: list[_Word], end: int, columns: int, best: list[tuple[_Cost, int]]
) -> list[tuple[_Cost, int]]:
    """Each last line that ends here, as its beginning, with what all lines so far cost."""
    found: list[tuple[_Cost, int]] = []
    width = 0
    torn = end < len(parts) and not _is_natural(parts[end - 1], parts[end])
    for begin in range(end - 1, -1, -1):
        width += parts[begin][1] + (begin + 1 < end and parts[begin + 1][2])
        if width > columns and found:
            break
        lonely = width < _LONELY_CELLS and (begin, end) != (0, len(parts))
        faults = torn + 2 * lonely
        (score, faulty, ragged), _ = best[begin]
        cost = (score + 1 + faults, faulty + faults, ragged + (columns - width) ** 2)
        found.append((cost, begin))
    return found


def _is_natural(before: _Word, after: _Word) -> bool:
    """Whether a reader may rest here: at a space, a pause, or where a Japanese phrase is likely to end."""
    last, first = before[0][-1], after[0][0]
    if after[2] or last in _PAUSES:
        return True
    return last in _PHRASE_ENDS and ord(first) not in _HIRAGANA


def _joined(line: list[_Word]) -> tuple[str, int]:
    (text, width, _), *rest = line
    for word, cells, spaced in rest:
        text, width = f"{text}{' ' if spaced else ''}{word}", width + cells + spaced
    return text, width
