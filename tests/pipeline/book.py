"""A script with lines in it, and the flushes it asked for."""

from streamtts.pipeline.line import Line, Take
from streamtts.pipeline.script import Script
from streamtts.types import Sentence


def sentence(text: str, turn: int = 1) -> Sentence:
    return Sentence(turn, 0, text, "stop", (), 0.0)


class Book:
    """A script with lines in it, and the flushes it asked for."""

    def __init__(self, *texts: str, turn: int = 1) -> None:
        self.flushes: list[int] = []
        self.script = Script(self.flushes.append)
        self.add(*texts, turn=turn)

    def add(self, *texts: str, turn: int = 1, translated: bool = False) -> list[Line]:
        lines = [
            self.script.draft(sentence(text, turn), "en", spoken_as_written=not translated) for text in texts
        ]
        for line in lines:
            self.script.append(line)
        return lines

    def insert(self, *texts: str, turn: int = 1) -> None:
        for text in texts:
            self.script.insert(self.script.draft(sentence(text, turn), "en", spoken_as_written=True))

    def take(self) -> Take:
        take = self.script.take()
        assert take is not None
        return take

    def hear(self, take: Take, *, to_the_end: bool = True) -> None:
        assert self.script.begins(take.line.index, take.epoch) is take.line
        if to_the_end:
            assert self.script.ends(take.line.index, take.epoch) is take.line

    def spoken(self) -> list[str]:
        """What the voice would get from here on."""
        texts = []
        while self.script.pending_lines():
            texts.append("".join(self.script.pieces(self.take())))
        return texts
