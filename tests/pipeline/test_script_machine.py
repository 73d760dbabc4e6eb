"""The script under any sequence of reading, speaking, hearing and verbs."""

from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pipeline.book import Book

if TYPE_CHECKING:
    from streamtts.pipeline.line import Take


class Listening(RuleBasedStateMachine):
    """Any verbs at any time: from a jump on the script is heard from there, in order, nothing twice."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.turn = 1
        self.written: list[str] = []
        self.takes: list[Take] = []
        self.expected = 0  # place in `written` of the line that the voice is to get next
        self.focus = 0

    @rule(new_turn=st.booleans())
    def read(self, *, new_turn: bool) -> None:
        self.turn += new_turn
        text = f"{len(self.written)} of {self.turn}"
        self.written.append(text)
        self.book.add(text, turn=self.turn)

    @precondition(lambda self: self.expected < len(self.written))
    @rule()
    def speak(self) -> None:
        take = self.book.take()
        assert "".join(self.book.script.pieces(take)) == self.written[self.expected]
        self.takes.append(take)
        self.expected += 1

    @precondition(lambda self: self.takes)
    @rule(to_the_end=st.booleans())
    def hear(self, *, to_the_end: bool) -> None:
        take = self.takes[0] if not to_the_end else self.takes.pop(0)
        self.book.hear(take, to_the_end=to_the_end)
        self.focus = self.written.index(take.line.sentence.text)

    @precondition(lambda self: self.written)
    @rule(step=st.sampled_from([-1, 0, 1]))
    def step(self, step: int) -> None:
        verbs = {-1: "previous_sentence", 0: "repeat", 1: "next_sentence"}
        getattr(self.book.script, verbs[step])()
        self.focus = self.expected = min(max(self.focus + step, 0), len(self.written))
        self.takes.clear()

    @precondition(lambda self: self.written)
    @rule()
    def stop(self) -> None:
        self.book.script.stop()
        self.expected = len(self.written)
        self.takes.clear()

    @invariant()
    def waits_for_the_rest(self) -> None:
        assert self.book.script.pending_lines() == len(self.written) - self.expected
        waiting = "".join(self.written[self.expected :])
        assert self.book.script.pending_characters() == len(waiting)


TestListening = Listening.TestCase
