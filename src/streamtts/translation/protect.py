"""Names that must survive translation: placeholders go out in their place, and they come back."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from streamtts.translation.placeholders import BRACKETS, WORDS, exact, loose, may_go_on, spelling, uninvited
from streamtts.types import Span, SpanKind

_MOST_NAMES = 1000
_LONGEST_NAME = 200  # characters; what is longer is no name that an engine has to spell
_TRIED_NUMBERS = (0, 10, 50, 300, 7000)  # to begin with, should the text hold placeholders of its own
_MASKS = range(0xF0000, 0x10FFFE)  # private characters stand for names while a text is looked at
MASK = f"[{chr(_MASKS.start)}-{chr(_MASKS.stop - 1)}]"
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Restored:
    """What an engine made of a protected sentence, with its names back as far as they could be found."""

    masked: str  # with one private character for each name
    source: "Protected"
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()  # placeholders that nobody sent

    @property
    def whole(self) -> bool:
        """Every name is there, exactly once."""
        return not (self.lost or self.doubled or self.strange)

    @property
    def text(self) -> str:
        return self.source.unmasked(self.masked)

    def plain(self, begin: int) -> str:
        """What is masked from there on, without placeholders that mean nothing."""
        rest = self.masked[begin:]
        for each in self.strange:
            rest = rest.replace(each, "")
        return rest


@dataclass(frozen=True, slots=True)
class Protected:
    """A sentence as an engine is given it."""

    text: str
    original: str
    bare: str  # the original with its names masked
    template: str
    names: tuple[str, ...]
    kinds: tuple[SpanKind, ...]
    hidden: frozenset[int]  # of the names, those that a placeholder stands for
    first: int = 0  # the number of the first placeholder
    first_mask: int = _MASKS.start

    def unmasked(self, masked: str) -> str:
        return re.sub(MASK, lambda found: self._name(found[0]), masked)

    def mask(self, index: int) -> str:
        return chr(self.first_mask + index)

    def masked(self, char: str) -> int:
        """The name that a mask stands for, or -1."""
        index = ord(char) - self.first_mask
        return index if 0 <= index < len(self.names) else -1

    def restore(self, output: str) -> Restored:
        restoring = Restoring(self)
        masked = restoring.feed(output)
        return restoring.finish(masked)

    def _name(self, char: str) -> str:
        index = self.masked(char)
        return char if index < 0 else self.names[index]


def protect(text: str, spans: Sequence[Span], template: str, *, numbers: bool = True) -> Protected:
    """`numbers`: whether these are hidden too, or left to an engine that knows how to count."""
    mask = _free_mask(text)
    kept = [span for span in spans if mask and span[1] - span[0] <= _LONGEST_NAME][:_MOST_NAMES]
    names = tuple(text[begin:end] for begin, end, _ in kept)
    kinds = tuple(kind for _, _, kind in kept)
    hidden = frozenset(i for i, kind in enumerate(kinds) if template and (numbers or kind != "number"))
    bare = _replaced(text, kept, [chr(mask + index) for index in range(len(kept))])
    for first in _TRIED_NUMBERS if hidden else ():
        places = [template.format(first + i) if i in hidden else name for i, name in enumerate(names)]
        given = _replaced(text, kept, places)
        sent = Protected(given, text, bare, template, names, kinds, hidden, first, mask)
        restored = sent.restore(given)
        if restored.whole and restored.text == text:
            return sent
    return Protected(text, text, bare, WORDS, names, kinds, frozenset(), first_mask=mask)


def _free_mask(text: str) -> int:
    """The first of a row of private characters that the text does not use; 0 if it uses them all."""
    used = {ord(char) // _MOST_NAMES for char in text if ord(char) in _MASKS}
    rows = range(_MASKS.start // _MOST_NAMES + 1, _MASKS.stop // _MOST_NAMES)
    return next((row * _MOST_NAMES for row in rows if row not in used), 0)


def _replaced(text: str, spans: Sequence[Span], places: Sequence[str]) -> str:
    parts, done = [], 0
    for (begin, end, _), place in zip(spans, places, strict=True):
        parts += [text[done:begin], place]
        done = end
    return "".join([*parts, text[done:]])


class Restoring:
    """Takes the output as it comes and masks the names in it."""

    def __init__(self, protected: Protected) -> None:
        self._protected = protected
        self._found: Counter[int] = Counter()
        self._strange: list[str] = []
        plain = [i for i in range(len(protected.names)) if i not in protected.hidden]
        self._words = _Words(protected, plain)

    def feed(self, part: str) -> str:
        part = self._without_masks(part)
        if self._protected.hidden:
            part = exact(self._protected.template).sub(self._known, part)
            if self.missing:
                part = loose(self._protected.template).sub(self._lacking, part)
            part = self._without_echoes(self._without_husks(part))
        else:
            self._strange += [found for found in uninvited(part) if found not in self._protected.original]
        return self._words.masked(part)

    def may_go_on(self, text: str) -> bool:
        """Whether `text`, not fed yet, may end in the middle of a name."""
        if may_go_on(self._protected.template if self._protected.hidden else BRACKETS, text):
            return True
        return self._words.may_go_on(text)

    @property
    def missing(self) -> list[int]:
        """The placeholders that have not come back yet."""
        return [index for index in sorted(self._protected.hidden) if not self._found[index]]

    @property
    def sound(self) -> bool:
        """Whether all that was sent is back, and nothing else."""
        return not (self.missing or self._strange)

    def finish(self, masked: str) -> Restored:
        names = self._protected.names
        missing = self.missing
        if len(missing) == len(self._strange) == 1 and masked.count(self._strange[0]) == 1:
            masked = masked.replace(self._strange[0], self._protected.mask(missing[0]))
            missing, self._strange = [], []
        lost = [names[index] for index in missing] + self._words.lost(masked)
        doubled = [names[index] for index, times in self._found.items() if times > 1] + self._words.doubled()
        template = self._protected.template if self._protected.hidden else BRACKETS
        rare = {char for char in template if not char.isascii()}
        self._strange += sorted(rare.intersection(masked).difference(self._protected.original))
        return Restored(masked, self._protected, tuple(lost), tuple(doubled), tuple(self._strange))

    def _without_masks(self, part: str) -> str:
        return re.sub(MASK, lambda found: found[0] if found[0] in self._protected.original else "", part)

    def _known(self, found: re.Match[str]) -> str:
        index = int(found[1]) - self._protected.first
        if index not in self._protected.hidden:
            if found[0] not in self._protected.original:
                self._strange.append(found[0])
            return found[0]
        self._found[index] += 1
        return self._protected.mask(index)

    def _lacking(self, found: re.Match[str]) -> str:
        number = next(group for group in found.groups() if group)
        index = int(number) - self._protected.first
        if index not in self._protected.hidden or self._found[index] or found[0] in self._protected.original:
            return found[0]
        self._found[index] += 1
        return self._protected.mask(index)

    def _without_husks(self, part: str) -> str:
        """A placeholder in double brackets had one pair too many."""
        left, right = re.escape(self._protected.template[0]), re.escape(self._protected.template[-1])
        if self._protected.template[0].isalnum() or re.search(f"{left}|{right}", self._protected.original):
            return part
        return re.sub(rf"(?:{left}\s*)*({MASK})(?:\s*{right})*", r"\1", part)

    def _without_echoes(self, part: str) -> str:
        """A placeholder that follows itself was stuttered."""

        def once(found: re.Match[str]) -> str:
            if (index := self._protected.masked(found[1])) < 0:
                return found[0]
            self._found[index] -= len(found[0].replace(" ", "")) - 1
            return found[1]

        return re.sub(rf"({MASK})(?: ?\1)+", once, part)


class _Words:
    """Names that travel as they are, counted: as many must come back as went out."""

    def __init__(self, protected: Protected, indices: Sequence[int]) -> None:
        self._protected = protected
        self._index = {protected.names[index]: index for index in reversed(indices)}
        self._distinct = sorted(self._index, key=lambda name: (-len(name), name))
        spelled = "|".join(f"({spelling(name)})" for name in self._distinct)
        self._pattern = re.compile(spelled or r"(?!)", re.DOTALL)
        self._folded = [_folded(name) for name in self._distinct]
        self._sent = Counter(self._name_of(found) for found in self._pattern.finditer(protected.text))
        self._back: Counter[str] = Counter()

    def masked(self, part: str) -> str:
        return self._pattern.sub(self._mask_of, part)

    def lost(self, masked: str) -> list[str]:
        """A number whose digits are there in the same order may have got its unit translated."""
        lost = []
        for name, times in (self._sent - self._back).items():
            is_number = self._protected.kinds[self._index[name]] == "number"
            if not (is_number and _counted(name, masked)):
                lost += [name] * times
        return lost

    def doubled(self) -> list[str]:
        return list(self._back - self._sent)

    def may_go_on(self, text: str) -> bool:
        tail = _folded(text[-2 * _LONGEST_NAME :])
        return any(tail.endswith(name[:end]) for name in self._folded for end in range(1, len(name) + 1))

    def _mask_of(self, found: re.Match[str]) -> str:
        name = self._name_of(found)
        self._back[name] += 1
        if found[0] != name and found[0] in self._protected.original:
            return found[0]  # nothing was bent: the sentence itself has it so
        return self._protected.mask(self._index[name])

    def _name_of(self, found: re.Match[str]) -> str:
        if found[0] in self._index:
            return found[0]
        return self._distinct[(found.lastindex or 1) - 1]


def _counted(number: str, text: str) -> bool:
    digits = _DIGITS.findall(number)
    return bool(digits) and bool(re.search(r"(?<!\d)" + r"\D{1,6}".join(digits) + r"(?!\d)", text))


def _folded(text: str) -> str:
    return "".join(text.lower().split())
