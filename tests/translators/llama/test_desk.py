"""What the model reads, and from where: the head alone, then strides from its end. Needs no packages."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from streamtts.engine import Ticket
from streamtts.translators.gguf.desk import Desk

if TYPE_CHECKING:
    from streamtts.translators.gguf.server import LlamaServer

HEAD = [1, 2, 3, 4, 5]


class Memory:
    """A server that remembers what it has read, as llama.cpp does, and where each reading began."""

    stride = 4

    def __init__(self) -> None:
        self.kept: list[int] = []
        self.began: list[int] = []

    def read(self, tokens: Sequence[int]) -> None:
        self._take(tokens)

    def write(self, request: dict[str, object], take: Callable[[str], bool]) -> None:
        self._take(cast("list[int]", request["prompt"]))
        self.kept += [90, 91]
        take("done")

    def _take(self, tokens: Sequence[int]) -> None:
        same = 0
        while same < min(len(tokens), len(self.kept)) and tokens[same] == self.kept[same]:
            same += 1
        self.began.append(min(same, len(tokens) - 1))
        self.kept = list(tokens)


def asked(desk: Desk, *tokens: int) -> None:
    assert list(desk.ask({"prompt": [*HEAD, *tokens]}, Ticket())) == ["done"]


def test_a_sentence_begins_where_the_head_ends_or_a_hint() -> None:
    memory = Memory()
    desk = Desk(cast("LlamaServer", memory), HEAD)
    asked(desk, 10, 11, 12)
    asked(desk, 10, 11, 13)  # not after the two that it shares with the last
    desk.read_ahead([*HEAD, 10, 11, 12, 13])
    asked(desk, 10, 11, 12, 13, 14)
    desk.read_ahead([*HEAD, 10, 11, 12, 13])
    asked(desk, 10, 11, 20)
    desk.close()
    head = len(HEAD)
    assert set(memory.began) <= {0, head - 1, head, head + 4}
