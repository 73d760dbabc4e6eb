"""How a device is shared by the two that are at work at once: one writes latents, one makes sound of them."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


class Sharing(Protocol):
    together: bool  # else one works after the other

    def begin_writing(self) -> None:
        """Called once by a thread that writes while another vocodes."""

    def handed(self) -> Any:
        """A mark behind what this thread has written."""

    def vocoding(self, mark: Any, *, alone: bool) -> AbstractContextManager[None]:
        """Within the block what was written up to the mark may be read; `alone` while nobody writes."""


def chosen(torch: Any, device: Any) -> Sharing:
    """For the threads that torch may have now."""
    if device.type == "cuda":
        return Streams(torch, device)
    if device.type == "cpu" and torch.get_num_threads() > 1:
        return Threads(torch, torch.get_num_threads())
    return Turns()


class Turns:
    """One after the other: on one thread nothing is gained, and MPS may crash when two threads use it."""

    together = False

    def begin_writing(self) -> None:
        pass

    def handed(self) -> None:
        pass

    def vocoding(self, mark: None, *, alone: bool) -> AbstractContextManager[None]:  # noqa: ARG002
        return nullcontext()


class Threads(Turns):
    """Each has half of the threads: threads of one team wait for one another, those of two do not."""

    together = True

    def __init__(self, torch: Any, threads: int) -> None:
        self._torch = torch
        self._threads = threads

    def begin_writing(self) -> None:
        self._torch.set_num_threads(self._threads // 2)

    def vocoding(self, mark: None, *, alone: bool) -> AbstractContextManager[None]:
        return super().vocoding(mark, alone=alone) if alone else self._half()

    @contextmanager
    def _half(self) -> Iterator[None]:
        self._torch.set_num_threads(self._threads - self._threads // 2)
        try:
            yield
        finally:
            self._torch.set_num_threads(self._threads)


class Streams:
    """The vocoder has a stream of its own, which waits for what was written and for nothing after it."""

    together = True

    def __init__(self, torch: Any, device: Any) -> None:
        self._cuda = torch.cuda
        self._stream = torch.cuda.Stream(device)

    def begin_writing(self) -> None:
        pass

    def handed(self) -> Any:
        return self._cuda.current_stream(self._stream.device).record_event()

    @contextmanager
    def vocoding(self, mark: Any, *, alone: bool) -> Iterator[None]:  # noqa: ARG002
        with self._cuda.stream(self._stream):
            self._stream.wait_event(mark)
            yield
