"""
The C++ core of streamtts; private, use the streamtts package.
"""

from __future__ import annotations
import collections.abc
import typing
import typing_extensions
from . import metal

__all__: list[str] = [
    "Boundary",
    "Cleaner",
    "Error",
    "Event",
    "Extractor",
    "ExtractorStats",
    "Heard",
    "Player",
    "PlayerCounters",
    "SentenceStream",
    "Splitter",
    "TranslationMemory",
    "TranslationNetwork",
    "devices",
    "floats32",
    "floats_from_s16",
    "metal",
    "protected_spans",
    "return_large_blocks",
    "rounded_rows",
    "speech_span",
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
    def arriving(self) -> str:
        """
        The first words of the sentence that is still arriving, as far as they are known.
        """
    def feed(self, text: str) -> list[str]: ...
    def finish(self) -> list[str]: ...

class SentenceStream:
    """
    An agent's bytes to (turn, seq, text, end, protected) tuples: all the stages as one. With `stresses`, a sixth value is the (start, end) of each stretch to be stressed.
    """
    def __init__(
        self,
        code: str = "brief",
        tables: str = "brief",
        eager: bool = False,
        tools: str = "skip",
        turn_ends: bool = False,
        stresses: bool = False,
    ) -> None: ...
    def arriving(self) -> str:
        """
        The first words of the sentence that is still arriving, as far as they are known.
        """
    def pull(
        self,
    ) -> list[
        tuple[
            int,
            int,
            str,
            typing.Literal["stop", "block", "flush", "eof", "clause", "tool", "turn"],
            list[
                tuple[
                    int, int, typing.Literal["code", "identifier", "file", "url", "version", "flag", "number"]
                ]
            ],
        ]
    ]:
        """
        The next sentences that are known: some of them, none once there are no more.
        """
    def push(self, data: bytes) -> None: ...
    def push_end(self) -> None:
        """
        The end of one input; the next may follow, its turns count on.
        """
    def stats(self) -> ExtractorStats: ...
    def take_notices(self) -> list[str]:
        """
        Messages for the eye since the last call.
        """

class Heard:
    """
    A place in the speech: offset_s into the audio of sentence (turn, seq).
    """
    @property
    def offset_s(self) -> float: ...
    @property
    def seq(self) -> int: ...
    @property
    def speaking(self) -> bool: ...
    @property
    def turn(self) -> int: ...

class Boundary:
    """
    The first frame of sentence (turn, seq) at the ear, or the frame after its last.
    """
    @property
    def ago_s(self) -> float:
        """
        Time since it was at the ear.
        """
    @property
    def begins(self) -> bool: ...
    @property
    def media_s(self) -> float:
        """
        Sound before it: its place in a recording of the output.
        """
    @property
    def seq(self) -> int: ...
    @property
    def turn(self) -> int: ...

class PlayerCounters:
    """
    Frames and events since the player was made.
    """
    @property
    def flushed_frames(self) -> int: ...
    @property
    def overloads(self) -> int: ...
    @property
    def padded_frames(self) -> int: ...
    @property
    def played_frames(self) -> int: ...
    @property
    def rendered_frames(self) -> int: ...
    @property
    def reopened(self) -> int: ...
    @property
    def underruns(self) -> int: ...
    @property
    def written_frames(self) -> int: ...

class Player:
    """
    Makes sound: one thread writes, any thread controls; see `streamtts devices` for outputs.
    """
    def __init__(
        self,
        output: str = "default",
        rate_hz: typing.SupportsInt | typing.SupportsIndex = 48000,
        ring_s: typing.SupportsFloat | typing.SupportsIndex = 4.0,
    ) -> None: ...
    def boundaries(self, timeout_s: typing.SupportsFloat | typing.SupportsIndex) -> list[Boundary]:
        """
        Wait until a sentence begins or ends at the ear, for the timeout or wake(); all since the last call.
        """
    def close(self) -> None:
        """
        End the output, so that a file is complete; what was not heard is discarded: drain() first.
        """
    def counters(self) -> PlayerCounters: ...
    def drain(self, timeout_s: typing.SupportsFloat | typing.SupportsIndex) -> bool:
        """
        Wait until the last frame written has been heard; False if that takes longer.
        """
    def flush(self, epoch: typing.SupportsInt | typing.SupportsIndex = 0) -> None:
        """
        Discard everything written so far, and later writes of epochs before this one: silence within 10 ms.
        """
    def heard(self) -> Heard:
        """
        What is being heard right now, not what was queued.
        """
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def set_speed(self, speed: typing.SupportsFloat | typing.SupportsIndex) -> None: ...
    def set_volume(self, gain: typing.SupportsFloat | typing.SupportsIndex) -> None: ...
    def take_warning(self) -> str:
        """
        One sentence if the wanted output could not be had, else empty.
        """
    def wake(self) -> None:
        """
        The boundaries() under way, or else the next one, returns now.
        """
    def write(
        self,
        pcm: typing_extensions.Buffer,
        rate_hz: typing.SupportsInt | typing.SupportsIndex,
        *,
        turn: typing.SupportsInt | typing.SupportsIndex = 1,
        seq: typing.SupportsInt | typing.SupportsIndex = 0,
        last: bool = False,
        epoch: typing.SupportsInt | typing.SupportsIndex = 0,
    ) -> bool:
        """
        Queue a piece of a sentence's audio; waits while the ring is full. False if a flush discarded it.
        """
    @property
    def buffered_s(self) -> float: ...
    @property
    def latency_s(self) -> float: ...
    @property
    def output_name(self) -> str: ...
    @property
    def rate_hz(self) -> int: ...

class TranslationMemory:
    """
    What a network has read and written of some sentences.
    """

class TranslationNetwork:
    """
    An encoder and a decoder with weights of 8 bits, which stay in the arrays given.
    """
    def __init__(
        self,
        arrays: collections.abc.Mapping[str, typing_extensions.Buffer],
        *,
        width: typing.SupportsInt | typing.SupportsIndex,
        layers: tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex],
        heads: tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex],
        activation: str,
        embedding_scale: typing.SupportsFloat | typing.SupportsIndex,
        normalised_before: bool,
        waves: tuple[typing.SupportsInt | typing.SupportsIndex, typing.SupportsInt | typing.SupportsIndex],
        threads: typing.SupportsInt | typing.SupportsIndex,
    ) -> None: ...
    def read(
        self,
        rows: typing_extensions.Buffer,
        kind: str,
        lengths: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    ) -> TranslationMemory:
        """
        Rows of the source table, one for each word of one sentence after the other.
        """
    def write(
        self,
        memory: TranslationMemory,
        places: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        tokens: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
    ) -> list[int]:
        """
        The likeliest row of the head after these tokens, for each of some sentences of the memory.
        """

def devices() -> list[tuple[str, str, bool]]:
    """
    (name, description, is_default) of each output device.
    """

def floats32(row: typing_extensions.Buffer, kind: str) -> bytes:
    """
    Floats of 16 or 32 bits as the bytes of 32.
    """

def floats_from_s16(data: typing_extensions.Buffer) -> bytes:
    """
    Little-endian 16-bit samples as the bytes of 32-bit floats.
    """

def protected_spans(
    sentence: str,
) -> list[tuple[int, int, typing.Literal["code", "identifier", "file", "url", "version", "flag", "number"]]]:
    """
    (start, end, kind) of what a translator must leave alone, in characters.
    """

def return_large_blocks() -> None:
    """
    From now on large blocks of freed memory go back to the system; glibc learns to keep 64 MB of them otherwise.
    """

def rounded_rows(
    rows: typing_extensions.Buffer, kind: str, columns: typing.SupportsInt | typing.SupportsIndex
) -> tuple[bytes, bytes]:
    """
    Rows of floats as whole numbers of 8 bits, filled up with zeros, and the scale of each row.
    """

def speech_span(
    pcm: typing_extensions.Buffer, rate_hz: typing.SupportsInt | typing.SupportsIndex
) -> tuple[int, int]:
    """
    (begin, end) of what is not silence, in frames, with a little around it; (0, 0) if all is.
    """

__version__: str = "0.1.0"
