"""The lines of a session in the order they are spoken, and two places among them. No threads here."""

from collections.abc import Callable

from streamtts.pipeline.line import Jump, Line, Stage
from streamtts.types import Sentence

KEPT_LINES = 1000  # how far back the listener can go


class Lines:
    """With a cursor, the next line to speak, and a focus, the line that the listener means by `this`.

    The focus is what is being heard, or is about to be after a jump.
    """

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._by_index: dict[int, Line] = {}
        self._next_index = 0
        self._cursor = 0
        self._focus: Line | None = None
        self._past_focus = False  # the listener went on from the last line there is
        self._characters = 0

    def __len__(self) -> int:
        return len(self._lines)

    def draft(self, sentence: Sentence, language: str, *, spoken_as_written: bool) -> Line:
        """A line with a number, which is not among the others yet."""
        line = Line(self._next_index, sentence, language, 0, complete=spoken_as_written)
        if spoken_as_written:
            line.pieces.append(sentence.text)
        self._by_index[line.index] = line
        self._next_index += 1
        return line

    def append(self, line: Line) -> None:
        """The next line that was read."""
        line.written = self._characters
        self._lines.append(line)
        self._characters += len(line.sentence.text)
        self._focus = self._focus or line

    def append_skipped(self, line: Line) -> None:
        """One that was read, and is not wanted: who went past the last line went past this one too."""
        self.append(line)
        line.stage = Stage.SKIPPED
        self._focus = line if self._past_focus else self._focus

    def insert(self, line: Line) -> None:
        """A line of our own, to be spoken after those that wait already, and before the agent's."""
        line.own = True
        place = self._cursor
        while place < len(self._lines) and self._lines[place].own:
            place += 1
        line.written = self._written_before(place)
        self._lines.insert(place, line)
        self._focus = self._focus or line

    def find(self, index: int) -> Line | None:
        return self._by_index.get(index)

    # From the cursor on.

    def step_over_skipped(self) -> bool:
        """True if that moved the cursor."""
        before = self._cursor
        while self._cursor < len(self._lines) and self._lines[self._cursor].stage is Stage.SKIPPED:
            self._cursor += 1
        return self._cursor > before

    def take(self) -> Line:
        line = self._lines[self._cursor]
        self._cursor += 1
        line.stage = Stage.TAKEN
        return line

    def next(self) -> Line | None:
        return self._lines[self._cursor] if self._cursor < len(self._lines) else None

    def waiting(self, most: int | None = None) -> list[Line]:
        """Those that come next, `most` of them or all."""
        return self._lines[self._cursor : None if most is None else self._cursor + most]

    def untranslated(self, near: int, most: int) -> list[Line]:
        """The first of those that need a translation, once one is among the next `near` lines."""
        if not any(_lacks_translation(line) for line in self.waiting(near)):
            return []
        return [line for line in self.waiting(most) if _lacks_translation(line)]

    def characters_before(self, line: Line) -> int:
        """Of what waits to be spoken before it."""
        before = self._lines[self._cursor : self._lines.index(line)]
        return sum(len(each.sentence.text) for each in before if each.stage is Stage.WAITING)

    def count_waiting(self) -> int:
        return len(self._lines) - self._cursor

    def characters_waiting(self) -> int:
        return self._characters - self._written_before(self._cursor)

    def turn(self) -> int:
        """The one that is spoken now."""
        place = max(self._cursor - 1, 0)
        return self._lines[place].sentence.turn if self._lines else 0

    def drop_oldest(self, keep_characters: int) -> list[Line]:
        """Passes the agent's lines until the rest is at most so long; its newest words and our own stay."""
        first = last = self._cursor
        newest = self._newest_words()
        while last < newest and self._characters - self._lines[last].written > keep_characters:
            last += 1
        own = [line for line in self._lines[first:last] if line.own]
        passed = [line for line in self._lines[first:last] if not line.own]
        self._lines[first:last] = passed + own
        self._cursor += len(passed)
        for line in own:
            line.written = self._written_before(last)
        dropped = [line for line in passed if line.stage is Stage.WAITING]
        for line in dropped:
            line.stage = Stage.SKIPPED
        return dropped

    # Places, and jumps to them.

    def replan(self, plan: Callable[[Sentence], tuple[str, bool]]) -> list[Line]:
        """Gives what waits its languages; returns what is spoken as written now, and was not before."""
        now_as_written = []
        for line in self.waiting():
            if line.own:
                continue
            line.language, line.complete = plan(line.sentence)
            as_written = [line.sentence.text]
            if line.complete and line.pieces != as_written:
                now_as_written.append(line)
            line.pieces = as_written if line.complete else []
        return now_as_written

    @property
    def focus(self) -> Line | None:
        return self._focus

    @focus.setter
    def focus(self, line: Line) -> None:
        self._focus, self._past_focus = line, False

    def here(self) -> int:
        """The place in focus."""
        if self._focus is None or self._focus.index not in self._by_index:
            return 0
        return self._lines.index(self._focus) + self._past_focus

    def place_of(self, line: Line) -> int:
        return self._lines.index(line)

    def unheard_before(self, place: int) -> bool:
        """Whether words that were read before are still to be heard, or are being heard."""
        unheard = (Stage.WAITING, Stage.TAKEN, Stage.HEARING)
        return any(line.stage in unheard and line.sentence.text for line in self._lines[:place])

    def turn_at(self, place: int) -> int:
        return self._lines[min(place, len(self._lines) - 1)].sentence.turn

    def turn_after(self, here: int) -> int:
        """Where the next turn begins, or the end."""
        turn, end = self.turn_at(here), len(self._lines)
        return next((at for at in range(here, end) if self._lines[at].sentence.turn > turn), end)

    def with_words_before(self, here: int) -> int:
        return next((place for place in range(here - 1, -1, -1) if self._lines[place].sentence.text), 0)

    def jump(self, position: int, *, keep_focus: bool) -> Jump:
        """Moves the cursor; what was taken and is not heard waits again, or is passed."""
        cut = next((line for line in self._lines[: self._cursor] if line.stage is Stage.HEARING), None)
        if cut is not None:
            cut.stage = Stage.HEARD
        passed = [line for line in self._lines[:position] if line.stage in (Stage.WAITING, Stage.TAKEN)]
        for line in passed:
            line.stage = Stage.SKIPPED
        for line in self._lines[position:]:
            line.stage = Stage.WAITING
            if not line.complete:
                line.pieces.clear()
        self._cursor = position
        if not keep_focus:
            self._past_focus = position == len(self._lines)
            self._focus = self._lines[position - self._past_focus]
        return Jump(cut, [line for line in passed if line.sentence.text])

    def forget_old(self) -> None:
        if self._cursor < 2 * KEPT_LINES:
            return
        for line in self._lines[:KEPT_LINES]:
            del self._by_index[line.index]
        del self._lines[:KEPT_LINES]
        self._cursor -= KEPT_LINES

    def _written_before(self, place: int) -> int:
        return self._lines[place].written if place < len(self._lines) else self._characters

    def _newest_words(self) -> int:
        """The place of the agent's last sentence."""
        places = range(len(self._lines) - 1, self._cursor, -1)
        return next((at for at in places if self._lines[at].sentence.text and not self._lines[at].own), 0)


def _lacks_translation(line: Line) -> bool:
    return not line.complete and line.stage is Stage.WAITING
