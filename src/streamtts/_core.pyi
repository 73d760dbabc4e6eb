"""
The C++ core of streamtts; private, use the streamtts package.
"""

from __future__ import annotations
import typing

__all__: list[str] = [
    "Cleaner",
    "Error",
    "Event",
    "Extractor",
    "ExtractorStats",
    "SentenceStream",
    "Splitter",
    "protected_spans",
]

class Error(RuntimeError):
    pass

class ExtractorStats:
    """
    What the extractor has seen so far.
    """
    @property
    def events(self) -> int: ...
    @property
    def lines(self) -> int: ...
    @property
    def skipped(self) -> int: ...
    @property
    def whole_message_claude(self) -> bool: ...

class Event:
    """
    One thing the agent said or did.
    """
    def __repr__(self) -> str: ...
    @property
    def kind(self) -> typing.Literal["text", "flush", "turn", "notice"]: ...
    @property
    def text(self) -> str: ...
    @property
    def turn(self) -> int: ...

class Extractor:
    """
    An agent's JSON lines, in any chunking, to events.
    """
    def __init__(self) -> None: ...
    def feed(self, data: bytes) -> list[Event]: ...
    def finish(self) -> list[Event]: ...
    def stats(self) -> ExtractorStats: ...

class Cleaner:
    """
    Streaming markdown to speakable text; a newline is a hard boundary.
    """
    def __init__(self, code: str = "brief", tables: str = "brief") -> None: ...
    def feed(self, text: str) -> str: ...
    def finish(self) -> str: ...

class Splitter:
    """
    Speakable text to sentences; a newline is a hard boundary.
    """
    def __init__(self, eager: bool = False) -> None: ...
    def feed(self, text: str) -> list[str]: ...
    def finish(self) -> list[str]: ...

class SentenceStream:
    """
    An agent's bytes to (turn, seq, text, end, protected) tuples: all three stages as one.
    """
    def __init__(self, code: str = "brief", tables: str = "brief", eager: bool = False) -> None: ...
    def feed(
        self, data: bytes
    ) -> list[
        tuple[
            int,
            int,
            str,
            typing.Literal["stop", "block", "flush", "eof", "clause"],
            list[
                tuple[
                    int, int, typing.Literal["code", "identifier", "file", "url", "version", "flag", "number"]
                ]
            ],
        ]
    ]: ...
    def finish(
        self,
    ) -> list[
        tuple[
            int,
            int,
            str,
            typing.Literal["stop", "block", "flush", "eof", "clause"],
            list[
                tuple[
                    int, int, typing.Literal["code", "identifier", "file", "url", "version", "flag", "number"]
                ]
            ],
        ]
    ]: ...
    def stats(self) -> ExtractorStats: ...
    def take_notices(self) -> list[str]:
        """
        Messages for the eye since the last call.
        """

def protected_spans(
    sentence: str,
) -> list[tuple[int, int, typing.Literal["code", "identifier", "file", "url", "version", "flag", "number"]]]:
    """
    (start, end, kind) of what a translator must leave alone, in characters.
    """

__version__: str = "0.1.0"
