"""Items that another thread makes, while those before them are worked on."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

_THREAD = "xtts-writer"


@contextmanager
def ahead(
    items: Iterator[T], most: int, *, begin: Callable[[], None], stop: Callable[[], None]
) -> Iterator[Iterator[T]]:
    """`items`, at most as many as `most` of them made before they are asked for.

    What making them raises is raised where they are asked for. The thread calls `begin` first and ends with
    the block, when `stop` cuts short what it is making.
    """
    with ThreadPoolExecutor(1, _THREAD, begin) as thread:
        coming = deque(thread.submit(next, items, None) for _ in range(most))

        def taken() -> Iterator[T]:
            while (item := coming.popleft().result()) is not None:
                coming.append(thread.submit(next, items, None))
                yield item

        try:
            yield taken()
        finally:
            stop()
