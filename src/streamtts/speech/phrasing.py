"""Where a voice may breathe: sentences cut into phrases, and how much of one a voice should be given now."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from streamtts._core import protected_spans

Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Script:
    """What one step of a phrase is, how many steps sound well, and where to cut when no sign says so."""

    step: re.Pattern[str]
    shortest: int
    shortest_chars: int
    longest: int
    natural: tuple[re.Pattern[str], ...]  # best first; a place is where a match ends
    forced: re.Pattern[str]  # for what is more than twice too long


_CLOSERS = "\"'”’»)\\]}」』）】"

# A comma within 1,234 or a colon within 12:30 has no space behind it.
_PAUSE = re.compile(
    rf"[,;:…،؛।][{_CLOSERS}]{{0,3}}\s+"
    r"|(?<=[^\W\d_]{5}[.?!؟])\s++(?=[^\W\d_a-z])"
    r"|[—―]++\s*|(?<=\s)[–-](?=\s)\s*"
    r"|(?<=\S)\s++(?=[(\[{«“][^()\[\]«»“”\s]{1,40}\s)"
    rf"|(?:(?<!\d)[、，；：。！？]|[、，；：。！？](?!\d))[{_CLOSERS}]{{0,3}}+(?![、，；：。！？…])"
)
_PARENTHESIS = re.compile(r"(?<!\w)[(\[«“][^()\[\]«»“”\s]{1,40}\s[^()\[\]«»“”]{1,200}[)\]»”]\s+")

_BEFORE_A_CLAUSE = re.compile(
    r"(?<!\bso)(?<!\band)(?<!\bbut)(?<!\bor)(?<=\S)\s++(?=(?:and|but|or|so|because|which|who|that|while|when|where|if|then|after|before|until|unless|although|"
    r"though|since|whether|und|aber|oder|weil|dass|wenn|et|mais|ou|parce|qui|que|quand|si|y|pero|o|porque|cuando|"
    r"e|ma|perché|quando|и|но|или|что|который|когда|если|потому)\b)",
    re.IGNORECASE,
)
_BEFORE_AN_ADJUNCT = re.compile(
    r"(?<=\S)\s++(?=(?:with|for|from|to|in|on|at|of|by|into|without|mit|für|von|zu|auf|avec|pour|de|dans|sur|con|para|en|"
    r"per|di|da|в|на|с|для|по)\b)",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s++")

_NEW_WORD = r"(?=[^\u3041-\u309f\u30fc\W])"  # after hiragana: kanji, katakana or Latin letters
_AFTER_A_CLAUSE = re.compile(
    rf"(?:ので|のに|から|けど|けれど|れば|たら|なら|ながら|ため|って|して|ないで|ずに|[はがも]){_NEW_WORD}"
    r"|(?<=\w)(?=（|但是?|而且|因为|所以|并且|然后|如果|以及)"
)
_AFTER_A_PARTICLE = re.compile(rf"(?:まで|より|[をにでとへてた]){_NEW_WORD}")
_BETWEEN_SIGNS = re.compile(
    r"\s+|(?<=[^\x00-\x7f])(?=[^\W\x00-\x7f])(?![ゃゅょぁぃぅぇぉっんャュョァィゥェォッンー])"
)

_WORD = re.compile(r"[^\W_]+(?:['’_.:/@-]+[^\W_]+)*")
_SIGN = re.compile(r"[A-Za-z0-9_.]{1,3}|[^\W_]")

_SPACED = _Script(_WORD, 3, 12, 14, (_BEFORE_A_CLAUSE, _BEFORE_AN_ADJUNCT), _SPACE)
_KOREAN = _Script(_WORD, 2, 8, 9, (), _SPACE)
_UNSPACED = _Script(_SIGN, 8, 8, 28, (_AFTER_A_CLAUSE, _AFTER_A_PARTICLE), _BETWEEN_SIGNS)
_SCRIPTS = {"ko": _KOREAN} | dict.fromkeys(("ja", "zh", "yue", "th", "lo", "km", "my"), _UNSPACED)

_KEPT_WHOLE = re.compile(
    r"`[^`]{1,200}`|(?<!\w)[\"“][^\"”]{1,60}[\"”]|「[^」]{1,30}」|\w[(\[][^()\[\]]{0,80}[)\]]|\d[.,:]\s?\d"
)


def phrases(text: str, language: str) -> list[str]:
    """`text` in pieces that can be spoken one after the other; joined they are the text."""
    ends = _Cutter(text, _SCRIPTS.get(language, _SPACED)).ends()
    return [text[begin:end] for begin, end in pairwise([0, *ends])]


class _Cutter:
    """Finds the ends of the phrases of one text, in time proportional to its length."""

    def __init__(self, text: str, script: _Script) -> None:
        self._text = text
        self._script = script
        self._steps = [step.start() for step in script.step.finditer(text)]
        self._whole = _joined(
            [(begin, end) for begin, end, _ in protected_spans(text)]
            + [match.span() for match in _KEPT_WHOLE.finditer(text)]
        )

    def ends(self) -> list[int]:
        if not self._text:
            return []
        size = len(self._text)
        pauses = sorted({*self._places(_PAUSE, 0, size), *self._places(_PARENTHESIS, 0, size)})
        marks = [0]
        for place in pauses:
            if self._long_enough(marks[-1], place) and self._long_enough(place, size):
                marks.append(place)
        marks.append(size)
        return [end for begin, end in pairwise(marks) for end in self._divided(begin, end)]

    def _divided(self, begin: int, end: int) -> Iterator[int]:
        """The ends of the phrases of a stretch without a pause."""
        while (steps := self._length(begin, end)) > self._script.longest:
            place = self._best_place(begin, end, steps)
            if place is None:
                break
            yield place
            begin = place
        yield end

    def _best_place(self, begin: int, end: int, steps: int) -> int | None:
        """Where to end a phrase that starts at `begin`, so that what is left divides evenly."""
        script = self._script
        first = bisect_left(self._steps, begin)
        last = first + min(script.longest, steps - script.shortest)
        low, high = self._steps[first + script.shortest], self._steps[last]
        wanted = first + steps / -(-steps // script.longest)
        desperate = steps > 2 * script.longest
        for pattern in (*script.natural, *((script.forced,) if desperate else ())):
            near = [place for place in self._places(pattern, begin, high + 1) if low <= place <= high]
            if near:
                return min(near, key=lambda place: abs(bisect_left(self._steps, place) - wanted))
        if desperate:
            later = self._places(script.forced, high, end)
            return next((place for place in later if self._long_enough(place, end)), None)
        return None

    def _places(self, pattern: re.Pattern[str], begin: int, end: int) -> Iterator[int]:
        """Where matches end, but not at an end of the text nor within what is kept whole."""
        size = len(self._text)
        for match in pattern.finditer(self._text, begin, min(end + 8, size)):
            if 0 < (place := match.end()) < size and begin < place <= end and not self._is_inside(place):
                yield place

    def _is_inside(self, place: int) -> bool:
        at = bisect_left(self._whole, (place,)) - 1
        return at >= 0 and place < self._whole[at][1]

    def _length(self, begin: int, end: int) -> int:
        return bisect_left(self._steps, end) - bisect_left(self._steps, begin)

    def _long_enough(self, begin: int, end: int) -> bool:
        script = self._script
        return end - begin >= script.shortest_chars and self._length(begin, end) >= script.shortest


def _joined(spans: Iterable[tuple[int, int]]) -> Spans:
    joined: Spans = []
    for begin, end in sorted(spans):
        if joined and begin < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


_LOOKED_AT = 4000  # characters of a text that is far longer than any sentence
_UNHEARD_GAP_S = 0.02  # nobody hears so short a delay, and the longer piece sounds better
_TRUSTED = 0.8  # of the sound still buffered: the voice may take longer than it did so far


class Phrasing:
    """How much of a sentence a voice that does not stream is given at once."""

    @staticmethod
    def next_piece(  # noqa: PLR0917 - all of it is needed to predict
        text: str,
        language: str,
        buffered_s: float,
        seconds_to_speak: Callable[[str], float],
        synthesis_rtf: float,
        first_s: float,
    ) -> int:
        """How many characters from the front of `text` to speak next: whole phrases.

        A piece is ready after `first_s` and `synthesis_rtf` times the seconds it takes to say. Of those ready
        before what is buffered has been heard the longest is best; if none is, the first phrase is.
        """
        if first_s + synthesis_rtf * seconds_to_speak(text) <= max(_TRUSTED * buffered_s, _UNHEARD_GAP_S):
            return len(text)
        ends = _ends(text, language)
        if len(ends) < 2:
            return len(text)
        seconds = accumulate(seconds_to_speak(text[begin:end]) for begin, end in pairwise([0, *ends]))
        ready_s = [first_s + synthesis_rtf * spoken_s for spoken_s in seconds]
        allowed_s = max(_TRUSTED * buffered_s, ready_s[0] + _UNHEARD_GAP_S)
        return max(end for end, at_s in zip(ends, ready_s, strict=True) if at_s <= allowed_s)


def _ends(text: str, language: str) -> list[int]:
    """Where the phrases of `text` end; of a giant text only those at its front."""
    if len(text) > _LOOKED_AT:
        front = [len(phrase) for phrase in phrases(text[:_LOOKED_AT], language)[:-2]]
        if front:
            return list(accumulate(front))
    return list(accumulate(len(phrase) for phrase in phrases(text, language)))
