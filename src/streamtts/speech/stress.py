"""Words to be stressed: from where they are written to where a voice reads them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streamtts.engine import STRESS_BEGIN, STRESS_END

Stretches = Sequence[tuple[int, int]]
Edit = tuple[int, int, str]  # from here to there this is said instead


@dataclass(frozen=True, slots=True)
class Said:
    """What a voice is to say, and the (start, end) of what it is to stress, in characters."""

    text: str
    stressed: Stretches = ()

    def part(self, begin: int, end: int) -> "Said":
        inside = [(max(start, begin), min(stop, end)) for start, stop in self.stressed]
        words = [(start - begin, stop - begin) for start, stop in inside if self.text[start:stop].strip()]
        return Said(self.text[begin:end], words)

    def plain(self) -> str:
        """For an engine that cannot stress."""
        return _unmarked(self.text)

    def marked(self) -> str:
        """For an engine that can; marks that the text itself holds are none."""
        parts: list[str] = []
        done = 0
        for start, stop in self.stressed:
            words = _unmarked(self.text[start:stop])
            parts += (_unmarked(self.text[done:start]), STRESS_BEGIN, words, STRESS_END)
            done = stop
        return "".join((*parts, _unmarked(self.text[done:])))


def edited(text: str, edits: Sequence[Edit], stressed: Stretches = ()) -> Said:
    """`text` with its edits made, in order and apart; what is stressed in part is stressed as a whole."""
    if not edits:
        return Said(text, stressed)
    parts: list[str] = []
    done = 0
    for begin, end, instead in edits:
        parts += (text[done:begin], instead)
        done = end
    said = "".join((*parts, text[done:]))
    return Said(said, list(_moved(text, edits, stressed)) if stressed else ())


def _moved(text: str, edits: Sequence[Edit], stressed: Stretches) -> Iterator[tuple[int, int]]:
    cores = [_core(text, edit) for edit in edits]
    last = -1
    for start, stop in stressed:
        begin, end = _place(start, cores, ends=False), _place(stop, cores, ends=True)
        if max(begin, last) < end:
            yield max(begin, last), end
            last = end


def _core(text: str, edit: Edit) -> Edit:
    """Without the signs around it that stay as they are."""
    begin, end, instead = edit
    while begin < end and instead and text[begin] == instead[0] and not instead[0].isalnum():
        begin, instead = begin + 1, instead[1:]
    while begin < end and instead and text[end - 1] == instead[-1] and not instead[-1].isalnum():
        end, instead = end - 1, instead[:-1]
    return begin, end, instead


def _place(place: int, edits: Sequence[Edit], *, ends: bool) -> int:
    """Where a place of the text is once it is edited; within an edit, where that ends or begins."""
    moved = 0
    for begin, end, instead in edits:
        if place <= begin:
            break
        if place < end:
            return begin + moved + (len(instead) if ends else 0)
        moved += len(instead) - (end - begin)
    return place + moved


def _unmarked(text: str) -> str:
    return text.replace(STRESS_BEGIN, "").replace(STRESS_END, "")
