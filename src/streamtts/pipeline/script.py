"""Everything said in a session, in the order it is spoken, with a cursor: the next line to speak.

The one place where the stages meet, and the one way to interrupt them. Each jump of the cursor begins a new
epoch: what was taken in an older one is cancelled, and the player refuses its sound.
"""

from collections.abc import Callable, Iterator
from threading import Condition

from streamtts.engine import Cancelled, Ticket
from streamtts.pipeline.line import Job, Jump, Line, Stage, Take
from streamtts.types import Sentence

KEPT_LINES = 1000  # how far back the listener can go
TRANSLATED_AHEAD = 4


class Script:
    """Thread-safe. The reader appends, the translator completes, the voice takes, the listener jumps."""

    def __init__(self, flush: Callable[[int], None]) -> None:
        self._flush = flush  # throws away all sound of epochs older than the given one
        self._changed = Condition()
        self._lines: list[Line] = []
        self._by_index: dict[int, Line] = {}
        self._next_index = 0
        self._cursor = 0
        self._epoch = 0
        self._taken: Take | None = None
        self._job: Job | None = None
        self._focus: Line | None = None  # what is being heard, or is about to be after a jump
        self._past_focus = False  # the listener went on from the last line there is
        self._in_ring: set[int] = set()  # taken, and neither heard to the end nor given up
        self._characters = 0
        self._silent_turn = 0  # lines up to this turn stay unspoken
        self._ended = False
        self._closed = False

    # The reader's side.

    def draft(self, sentence: Sentence, language: str, *, spoken_as_written: bool) -> Line:
        """A line with a number, not yet in the script: who shows it may do so before it is spoken."""
        with self._changed:
            line = Line(self._next_index, sentence, language, 0, complete=spoken_as_written)
            if spoken_as_written:
                line.pieces.append(sentence.text)
            self._by_index[line.index] = line
            self._next_index += 1
            return line

    def append(self, line: Line) -> None:
        """The next line that was read."""
        with self._changed:
            line.written = self._characters
            self._lines.append(line)
            self._focus = self._focus or line
            self._characters += len(line.sentence.text)
            if line.sentence.turn <= self._silent_turn:
                line.stage = Stage.SKIPPED
            self._changed.notify_all()

    def insert(self, line: Line) -> None:
        """A line of our own, to be spoken before the others that wait."""
        with self._changed:
            waits = self._cursor < len(self._lines)
            line.written = self._lines[self._cursor].written if waits else self._characters
            self._lines.insert(self._cursor, line)
            self._focus = self._focus or line
            self._changed.notify_all()

    def wait_for_room(self, most_lines: int) -> None:
        """Until at most so many lines wait: for a reader that may be kept waiting."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._lines) - self._cursor <= most_lines)

    def end(self) -> None:
        """Nothing more will be read."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def close(self) -> None:
        """Everybody goes home."""
        with self._changed:
            self._closed = True
            tickets = self._revoke()
            self._changed.notify_all()
        _cancel(tickets)

    # The translator's side.

    def take_untranslated(self) -> Job | None:
        """The first line near the cursor that needs a translation; waits for one, None at the end."""
        with self._changed:
            self._job = None
            self._changed.wait_for(lambda: self._closed or self._untranslated() is not None)
            line = self._untranslated()
            if self._closed or line is None:
                return None
            line.pieces.clear()
            self._job = Job(line, Ticket())
            return self._job

    def add_piece(self, job: Job, piece: str, language: str) -> None:
        """The next words of the translation, to be spoken while the rest is still being found."""
        with self._changed:
            self._check(job)
            job.line.language = language
            job.line.pieces.append(piece)
            self._changed.notify_all()

    def complete(self, job: Job, text: str, language: str) -> None:
        """All of it is known; `text` is what to speak if no piece was given."""
        with self._changed:
            self._check(job)
            job.line.language = language
            if not job.line.pieces:
                job.line.pieces.append(text)
            job.line.complete = True
            self._changed.notify_all()

    # The voice's side.

    def take(self) -> Take | None:
        """The line at the cursor, once something of it can be spoken; None at the end."""
        with self._changed:
            self._taken = None
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._closed or self._ready())
            if self._closed:
                return None
            line = self._lines[self._cursor]
            self._cursor += 1
            line.stage = Stage.TAKEN
            self._in_ring.add(line.index)
            self._taken = Take(line, self._epoch, Ticket())
            self._forget_old()
            self._changed.notify_all()  # the translator may look one line further
            return self._taken

    def pieces(self, take: Take) -> Iterator[str]:
        """What is to be spoken of a line, piece by piece, as it becomes known."""
        line, given = take.line, 0
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: not self._holds(take) or line.complete or len(line.pieces) > given  # noqa: B023
                )
                if not self._holds(take):
                    raise Cancelled
                new, complete = line.pieces[given:], line.complete
            given += len(new)
            yield from new
            if complete:
                return

    # The ear's side.

    def begins(self, index: int, epoch: int) -> Line | None:
        """The line is now being heard; None if that is no longer true."""
        return self._moved(index, epoch, Stage.HEARING)

    def ends(self, index: int, epoch: int) -> Line | None:
        return self._moved(index, epoch, Stage.HEARD)

    def give_up(self, take: Take) -> bool:
        """The line could not be spoken; False if it was interrupted meanwhile."""
        with self._changed:
            if not self._holds(take):
                return False
            take.line.stage = Stage.SKIPPED
            self._in_ring.discard(take.line.index)
            return True

    def finished(self) -> bool:
        """Nothing more will be read, and all that was is heard or skipped."""
        with self._changed:
            return self._ended and self._at_end() and self._taken is None and not self._in_ring

    def in_flight(self) -> bool:
        """Whether something is with the voice, or on its way to the ear."""
        with self._changed:
            return self._taken is not None or bool(self._in_ring)

    def heard_line(self) -> Line | None:
        """What is being heard, or was last."""
        with self._changed:
            return self._focus

    def pending_characters(self) -> int:
        """Read, and not yet with the voice."""
        with self._changed:
            return self._waiting_characters()

    def pending_lines(self) -> int:
        with self._changed:
            return len(self._lines) - self._cursor

    # The listener's side: each returns what it did, for the captions; None while nothing was said at all.

    def next_sentence(self) -> Jump | None:
        return self._go(lambda here: min(here + 1, len(self._lines)))

    def previous_sentence(self) -> Jump | None:
        return self._go(self._with_words_before)

    def repeat(self) -> Jump | None:
        return self._go(lambda here: here)

    def next_turn(self) -> Jump | None:
        """To the first line of the next turn; if that is not there yet, silence until it is."""
        return self._go(self._turn_after)

    def stop(self) -> Jump | None:
        """Silence; what waits stays unspoken."""
        return self._go(lambda _: len(self._lines), keep_focus=True)

    def jump_to(self, line: Line) -> Jump | None:
        return self._go(lambda _: self._lines.index(line))

    def skip_oldest(self, keep_characters: int) -> list[Line]:
        """Drops lines that wait, oldest first, until the rest is at most so long; the newest always stays."""
        with self._changed:
            first = self._cursor
            newest = self._with_words_before(len(self._lines))
            while self._cursor < newest and self._waiting_characters() > keep_characters:
                self._lines[self._cursor].stage = Stage.SKIPPED
                self._cursor += 1
            self._changed.notify_all()
            return [line for line in self._lines[first : self._cursor] if line.sentence.text]

    def retranslate(self, plan: Callable[[Sentence], tuple[str, bool]]) -> None:
        """What waits is to be heard in another language: `plan` gives its own, and if it is spoken as is."""
        with self._changed:
            for line in self._lines[self._cursor :]:
                line.language, line.complete = plan(line.sentence)
                line.pieces = [line.sentence.text] if line.complete else []
            job = self._job
            stale = job is not None and job.line.stage is Stage.WAITING
            if stale:
                self._job = None
            self._changed.notify_all()
        if job is not None and stale:
            job.ticket.cancel()

    def _at_end(self) -> bool:
        while self._cursor < len(self._lines) and self._lines[self._cursor].stage is Stage.SKIPPED:
            self._cursor += 1
        return self._cursor == len(self._lines)

    def _ready(self) -> bool:
        if self._at_end():
            return False
        line = self._lines[self._cursor]
        return line.complete or bool(line.pieces)

    def _untranslated(self) -> Line | None:
        near = self._lines[self._cursor : self._cursor + TRANSLATED_AHEAD]
        return next((line for line in near if not line.complete and line.stage is Stage.WAITING), None)

    def _holds(self, take: Take) -> bool:
        return take.epoch == self._epoch and not self._closed

    def _check(self, job: Job) -> None:
        if job is not self._job:
            raise Cancelled

    def _waiting_characters(self) -> int:
        if self._cursor >= len(self._lines):
            return 0
        return self._characters - self._lines[self._cursor].written

    def _go(self, place: Callable[[int], int], *, keep_focus: bool = False) -> Jump | None:
        """Moves the cursor to the place that is computed from here."""
        with self._changed:
            if not self._lines:
                return None
            position = place(self._here())
            jump = self._jump(position)
            if not keep_focus:
                self._past_focus = position == len(self._lines)
                self._focus = self._lines[position - self._past_focus]
            tickets = self._revoke()
            self._changed.notify_all()
        _cancel(tickets)
        return jump

    def _here(self) -> int:
        """The place in focus."""
        if self._focus is None or self._focus.index not in self._by_index:
            return 0
        return self._lines.index(self._focus) + self._past_focus

    def _turn_after(self, here: int) -> int:
        turn = self._lines[min(here, len(self._lines) - 1)].sentence.turn
        for position in range(here, len(self._lines)):
            if self._lines[position].sentence.turn > turn:
                return position
        self._silent_turn = turn
        return len(self._lines)

    def _with_words_before(self, here: int) -> int:
        return next((place for place in range(here - 1, -1, -1) if self._lines[place].sentence.text), 0)

    def _jump(self, position: int) -> Jump:
        # The player first: what the voice takes after this must not be thrown away with the rest.
        self._flush(self._epoch + 1)
        self._epoch += 1
        self._in_ring.clear()
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
        return Jump(cut, [line for line in passed if line.sentence.text])

    def _revoke(self) -> list[Ticket]:
        """The leave of everybody at work; to be cancelled without the lock, since engines answer to it."""
        holders = (self._taken, self._job)
        self._job = None
        return [holder.ticket for holder in holders if holder is not None]

    def _moved(self, index: int, epoch: int, stage: Stage) -> Line | None:
        with self._changed:
            line = self._by_index.get(index)
            if line is None or epoch != self._epoch:
                return None
            line.stage = stage
            if stage is Stage.HEARD:
                self._in_ring.discard(index)
            elif line.sentence.text:
                self._focus, self._past_focus = line, False
            return line

    def _forget_old(self) -> None:
        if self._cursor < 2 * KEPT_LINES:
            return
        for line in self._lines[:KEPT_LINES]:
            del self._by_index[line.index]
        del self._lines[:KEPT_LINES]
        self._cursor -= KEPT_LINES


def _cancel(tickets: list[Ticket]) -> None:
    for ticket in tickets:
        ticket.cancel()
