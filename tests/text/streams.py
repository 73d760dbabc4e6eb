"""What a SentenceStream makes of a log, row by row."""

from collections.abc import Iterable

from streamtts._core import SentenceStream
from streamtts.types import SentenceRow
from text.agent_lines import log


def pulled(stream: SentenceStream) -> list[SentenceRow]:
    """All rows that are known by now."""
    found: list[SentenceRow] = []
    while batch := stream.pull():
        found += batch
    return found


def rows(
    chunks: Iterable[bytes], *, eager: bool = False, tools: str = "skip", turn_ends: bool = False
) -> list[SentenceRow]:
    """All rows of one input that comes in these pieces."""
    stream = SentenceStream(eager=eager, tools=tools, turn_ends=turn_ends)
    found: list[SentenceRow] = []
    for chunk in chunks:
        stream.push(chunk)
        found += pulled(stream)
    stream.push_end()
    return found + pulled(stream)


def told(*values: object) -> list[str]:
    """The sentences of a log, with tools in brackets and the ends of turns as bars."""
    shown = {"tool": "[{}]", "turn": "|"}
    found = rows([log(*values)], tools="brief", turn_ends=True)
    return [shown.get(end, "{}").format(text) for _, _, text, end, _ in found]
