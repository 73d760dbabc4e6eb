"""Everything said in a session, and who works on it: the one place where the stages meet.

It is also the one way to interrupt them. Each jump of the cursor begins a new epoch: what was taken in an
older one is cancelled, and the player refuses its sound.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Condition

from streamtts.engine import Cancelled, Ticket
from streamtts.pipeline.line import Job, Jump, Line, Stage, Take
from streamtts.pipeline.lines import Lines
from streamtts.translation.backlog import MOST_AT_ONCE
from streamtts.types import Sentence

TRANSLATED_AHEAD = 4


class Script:
    """Thread-safe. The reader appends, the translator completes, the voice takes, the listener jumps."""

    def __init__(self, flush: Callable[[int], None]) -> None:
        self._flush = flush  # throws away all sound of epochs older than the given one
        self._changed = Condition()
        self._lines = Lines()
        self._epoch = 0
        self._taken: Take | None = None
        self._beginning: Take | None = None
        self._job: Job | None = None
        self._arriving = ""  # of the next sentence
        self._in_ring: set[int] = set()  # taken, and neither heard to the end nor given up
        self._silent_turn = 0  # lines up to this turn stay unspoken
        self._ended = False
        self._closed = False
        self._depth = 0  # of `still` blocks
        self._revoked: list[Ticket] = []

    @contextmanager
    def still(self) -> Iterator[None]:
        """Within the block nobody else moves anything: what is told of one move is told before the next."""
        revoked: list[Ticket] = []
        try:
            with self._changed:
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
                    if not self._depth:
                        revoked, self._revoked = self._revoked, []
        finally:
            for ticket in revoked:  # not under the lock, since engines answer to it
                ticket.cancel()

    # The reader's side.

    def draft(self, sentence: Sentence, language: str, *, spoken_as_written: bool) -> Line:
        """A line with a number, not yet in the script: who shows it may do so before it is spoken."""
        with self._changed:
            return self._lines.draft(sentence, language, spoken_as_written=spoken_as_written)

    def append(self, line: Line) -> bool:
        """The next line that was read; False if the listener wants no more of its turn."""
        with self._changed:
            self._arriving = ""
            wanted = line.sentence.turn > self._silent_turn
            if wanted:
                self._lines.append(line)
            else:
                self._lines.append_skipped(line)
                self._at_end()
                self._lines.forget_old()
            self._changed.notify_all()
            return wanted

    def turn(self) -> int:
        """The one that is spoken now: words of our own become part of it."""
        with self._changed:
            return self._lines.turn()

    def insert(self, line: Line) -> None:
        """A line of our own, to be spoken before the others that wait."""
        with self._changed:
            self._lines.insert(line)
            self._changed.notify_all()

    def wait_for_room(self, most_lines: int) -> None:
        """Until at most so many lines wait: for a reader that may be kept waiting."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._lines.count_waiting() <= most_lines)

    def end(self) -> None:
        """Nothing more will be read."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def close(self) -> None:
        """Everybody goes home, and nothing more is heard."""
        with self.still():
            self._closed = True
            self._interrupt()
            self._changed.notify_all()

    def end_if_finished(self) -> bool:
        """Where all is heard or skipped, nothing more can be said from now on."""
        with self._changed:
            if self.finished():
                self._closed = True
                self._changed.notify_all()
            return self._closed

    @property
    def closed(self) -> bool:
        return self._closed

    # The translator's side.

    def hint(self, words: str) -> None:
        """How the sentence begins that is still arriving."""
        with self._changed:
            self._arriving = words
            if words:
                self._changed.notify_all()

    def take_untranslated(
        self,
        how_many: Callable[[Sequence[Line], int], int] = lambda _lines, _ahead: 1,
        hinted: Callable[[str], None] = lambda _words: None,
    ) -> Job | None:
        """The first lines near the cursor that need a translation; waits for one, None at the end.

        `how_many` says how many are taken at once, given them and the characters to be spoken before them;
        `hinted` is told, while there are none, how the next sentence begins.
        """
        while True:
            with self._changed:
                self._job = None
                self._changed.wait_for(lambda: self._closed or self._untranslated() or self._arriving)
                if self._closed:
                    return None
                if lines := self._untranslated():
                    wanted = lines[: max(how_many(lines, self._lines.characters_before(lines[0])), 1)]
                    for line in wanted:
                        line.pieces.clear()
                    self._job = Job(tuple(wanted), Ticket())
                    return self._job
                words, self._arriving = self._arriving, ""
            hinted(words)

    def add_piece(self, job: Job, piece: str, language: str, whole_at_s: float = 0.0) -> None:
        """The next words of the translation, to be spoken while the rest is still being found."""
        with self._changed:
            self._check(job)
            job.line.add(piece, language, whole_at_s)
            self._changed.notify_all()

    def complete(self, job: Job, text: str, language: str, line: Line | None = None) -> None:
        """All of it is known; `text` is what to speak if no piece was given."""
        with self._changed:
            self._check(job)
            (line or job.line).finish(text, language)
            self._changed.notify_all()

    def withdraw(self, job: Job) -> bool:
        """Takes back what was given of the line; False if the voice has it already."""
        with self._changed:
            self._check(job)
            if job.line.stage is not Stage.WAITING:
                return False
            job.line.pieces.clear()
            return True

    # The voice's side.

    def take(self, too_early_s: Callable[[Line], float] = lambda _line: 0.0) -> Take | None:
        """The line at the cursor, once something of it can be spoken; None at the end.

        While not all of it is known, `too_early_s` says for how long it is better left to grow.
        """
        with self._changed:
            while not self._closed:
                line = self._ready()
                wait_s = too_early_s(line) if line and not line.complete else 0.0
                if line and wait_s <= 0:
                    break
                self._changed.wait(wait_s or None)
            if self._closed:
                return None
            line = self._lines.take()
            self._in_ring.add(line.index)
            self._taken = Take(line, self._epoch, Ticket())
            self._lines.forget_old()
            self._changed.notify_all()  # the translator may look one line further
            return self._taken

    def put_down(self) -> None:
        """What was taken is in the ring, or will not be spoken."""
        with self._changed:
            self._taken = None

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

    @contextmanager
    def beginning(self, take: Take) -> Iterator[None]:
        """Within the block the line gets its first samples; it is not heard before the block's end."""
        with self._changed:
            self._beginning = take
        try:
            yield
        finally:
            with self._changed:
                self._beginning = None
                self._changed.notify_all()

    # The ear's side.

    def wait_for_beginning(self, index: int, epoch: int) -> None:
        """The ear may be faster than who tells of the line's first samples."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._is_beginning(index, epoch))

    def begins(self, index: int, epoch: int) -> Line | None:
        """The line is now being heard; None if that is no longer true."""
        with self._changed:
            line = self._moved(index, epoch, Stage.HEARING)
            if line is not None and line.sentence.text:
                self._lines.focus = line
            return line

    def ends(self, index: int, epoch: int) -> Line | None:
        with self._changed:
            line = self._moved(index, epoch, Stage.HEARD)
            if line is not None:
                self._in_ring.discard(index)
            return line

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
            return self._lines.focus

    def pending_characters(self) -> int:
        """Read, and not yet with the voice."""
        with self._changed:
            return self._lines.characters_waiting()

    def pending_lines(self) -> int:
        with self._changed:
            return self._lines.count_waiting()

    # The listener's side: each returns what it did, for the captions; None while nothing was said at all.

    def next_sentence(self) -> Jump | None:
        return self._go(lambda here: min(here + 1, len(self._lines)))

    def previous_sentence(self) -> Jump | None:
        return self._go(self._lines.with_words_before)

    def repeat(self) -> Jump | None:
        return self._go(lambda here: here)

    def next_turn(self) -> Jump | None:
        """To the first line of the next turn; if that is not there yet, silence until it is."""
        return self._go(self._turn_after)

    def stop(self) -> Jump | None:
        """Silence; what waits stays unspoken."""
        return self._go(lambda _: len(self._lines), keep_focus=True)

    def drop_before(self, line: Line) -> Jump | None:
        """To this line, where anything that was read before it is still to be heard."""
        with self.still():
            place = self._lines.place_of(line)
            return self._go(lambda _: place) if self._lines.unheard_before(place) else None

    def skip_oldest(self, keep_characters: int) -> list[Line]:
        """Drops lines that wait, oldest first, until the rest is at most so long; the newest always stays."""
        with self.still():
            dropped = self._lines.drop_oldest(keep_characters)
            self._revoke_job_in(Stage.SKIPPED)
            self._changed.notify_all()
            return [line for line in dropped if line.sentence.text]

    def retranslate(self, plan: Callable[[Sentence], tuple[str, bool]]) -> list[Line]:
        """What waits is to be heard in another language: `plan` gives its own, and if it is spoken as is.

        Returns the lines that are spoken as they were written, and were not before.
        """
        with self.still():
            self._revoke_job_in(Stage.WAITING)
            self._changed.notify_all()
            return self._lines.replan(plan)

    def _at_end(self) -> bool:
        """Whether nothing waits any more."""
        if self._lines.step_over_skipped():
            self._changed.notify_all()  # there is more room, and other lines are near
        return self._lines.next() is None

    def _ready(self) -> Line | None:
        """The line at the cursor, if anything of it can be spoken."""
        line = None if self._at_end() else self._lines.next()
        return line if line is not None and (line.complete or line.pieces) else None

    def _untranslated(self) -> list[Line]:
        return self._lines.untranslated(TRANSLATED_AHEAD, MOST_AT_ONCE)

    def _holds(self, take: Take) -> bool:
        return take.epoch == self._epoch and not self._closed

    def _check(self, job: Job) -> None:
        if job is not self._job:
            raise Cancelled

    def _is_beginning(self, index: int, epoch: int) -> bool:
        take = self._beginning
        return take is not None and take.line.index == index and take.epoch == epoch == self._epoch

    def _moved(self, index: int, epoch: int, stage: Stage) -> Line | None:
        line = self._lines.find(index)
        if line is None or epoch != self._epoch:
            return None
        line.stage = stage
        return line

    def _turn_after(self, here: int) -> int:
        place = self._lines.turn_after(here)
        if place == len(self._lines):
            self._silent_turn = self._lines.turn_at(here)
        return place

    def _go(self, place: Callable[[int], int], *, keep_focus: bool = False) -> Jump | None:
        """Moves the cursor to the place that is computed from the one in focus."""
        with self.still():
            if not self._lines or self._closed:
                return None
            if not keep_focus:
                self._silent_turn = 0  # who goes somewhere wants to hear it
            position = place(self._lines.here())
            self._interrupt()
            jump = self._lines.jump(position, keep_focus=keep_focus)
            self._changed.notify_all()
            return jump

    def _interrupt(self) -> None:
        """Silence, and a new epoch: everybody at work loses leave."""
        # The player first: what the voice takes after this must not be thrown away with the rest.
        self._flush(self._epoch + 1)
        self._epoch += 1
        self._in_ring.clear()
        if self._taken is not None:
            self._revoked.append(self._taken.ticket)
        self._revoke_job()

    def _revoke_job_in(self, stage: Stage) -> None:
        if self._job is not None and any(line.stage is stage for line in self._job.lines):
            self._revoke_job()

    def _revoke_job(self) -> None:
        if self._job is not None:
            self._revoked.append(self._job.ticket)
            self._job = None
