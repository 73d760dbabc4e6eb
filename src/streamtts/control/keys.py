"""Keys from the terminal while standard input is the pipe."""

import select
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from streamtts.control.key_decoder import KeyDecoder
from streamtts.control.signals import before_dying, handling
from streamtts.control.tty_modes import Terminal, TerminalGone
from streamtts.control.waker import Waker
from streamtts.errors import StreamttsError
from streamtts.verbs import Remote, Verb

TERMINAL = Path("/dev/tty")

SEQUENCE_S = 0.1  # a sequence arrives within this time, or the escape was a key
# No signal tells a background job that it came to the foreground, when it was not stopped before.
FOREGROUND_CHECK_S = 1.0


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is named, as terminals send it, and what it does; without a verb it shows the keys."""

    name: str
    codes: tuple[bytes, ...]
    verb: Verb | None
    help: str


KEYS = (
    Key("space", (b" ",), Verb.TOGGLE, "pause, or go on"),
    Key("→", (b"\x1b[C", b"\x1bOC"), Verb.NEXT, "next sentence"),
    Key("←", (b"\x1b[D", b"\x1bOD"), Verb.PREVIOUS, "sentence before"),
    Key("n", (b"n",), Verb.TURN, "next turn"),
    Key("r", (b"r",), Verb.REPEAT, "repeat the sentence"),
    Key("+", (b"+", b"="), Verb.FASTER, "faster"),
    Key("-", (b"-",), Verb.SLOWER, "slower"),
    Key("m", (b"m",), Verb.MUTE, "mute, or unmute"),
    Key("s", (b"s",), Verb.STOP, "stop: silence now"),
    Key("q", (b"q",), Verb.QUIT, "quit"),
    Key("?", (b"?",), None, "show the keys"),
)
HINT = "? keys"
_BY_CODE = {code: key for key in KEYS for code in key.codes}


def keys_in_a_line() -> str:
    return "keys: " + " · ".join(f"{key.name} {key.help}" for key in KEYS)


class Keys:
    """Within the block, keys mean verbs. The terminal is given back whatever happens.

    Where there is no terminal nothing happens. `tell` gets a sentence for the eye, on the keys' own thread.
    """

    def __init__(self, remote: Remote, tell: Callable[[str], None], tty: Path = TERMINAL) -> None:
        self._remote = remote
        self._tty = tty
        self._tell = tell
        self._decoder = KeyDecoder()
        self._waker: Waker | None = None
        self._ending = False
        self._undo = ExitStack()

    def __enter__(self) -> Self:
        terminal = Terminal.opened(self._tty)
        if terminal is None:
            return self
        with ExitStack() as undo:
            undo.callback(terminal.close)
            self._start(terminal, undo)
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._undo.close()

    @property
    def active(self) -> bool:
        """There is a terminal, so it is worth telling of the keys."""
        return self._waker is not None

    def retake(self) -> None:
        """Another program of the pipeline may have ended and put back modes of its own; from any thread."""
        if (waker := self._waker) is not None:  # it may go meanwhile
            waker.wake()

    def _start(self, terminal: Terminal, undo: ExitStack) -> None:
        self._ending = False
        self._waker = waker = Waker()
        undo.callback(self._forget_waker, waker)
        undo.enter_context(before_dying(terminal.release))
        undo.callback(terminal.release)

        def stop(_number: int, _frame: FrameType | None) -> None:
            terminal.rest()
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            signal.raise_signal(signal.SIGTSTP)  # returns when we go on
            signal.signal(signal.SIGTSTP, stop)
            terminal.rested()
            waker.wake()

        undo.enter_context(handling({signal.SIGTSTP: stop, signal.SIGCONT: lambda *_: waker.wake()}))
        with suppress(TerminalGone):
            terminal.take()
        thread = threading.Thread(target=self._follow, args=(terminal, waker), name="keys", daemon=True)
        undo.callback(self._join, thread, waker)
        thread.start()

    def _join(self, thread: threading.Thread, waker: Waker) -> None:
        self._ending = True
        waker.wake()
        thread.join()

    def _forget_waker(self, waker: Waker) -> None:
        self._waker = None
        waker.close()

    def _follow(self, terminal: Terminal, waker: Waker) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        with suppress(TerminalGone):
            while not self._ending:
                self._await_key(terminal, waker)

    def _await_key(self, terminal: Terminal, waker: Waker) -> None:
        ours = terminal.take()
        sources: list[Terminal | Waker] = [waker, terminal] if ours else [waker]
        timeout_s = SEQUENCE_S if self._decoder.pending else None if ours else FOREGROUND_CHECK_S
        ready, _, _ = select.select(sources, [], [], timeout_s)
        if not ready:
            self._decoder.quiet()
        if waker in ready:
            waker.drain()
        if terminal in ready and not self._ending:
            for code in self._decoder.feed(terminal.read()):
                self._press(code)

    def _press(self, code: bytes) -> None:
        key = _BY_CODE.get(code)
        if key is None:
            return
        if key.verb is None:
            self._tell(keys_in_a_line())
            return
        try:
            self._remote.perform(key.verb)
        except StreamttsError as error:
            self._tell(str(error))
