"""Waking a thread is safe at any time, also too late."""

import os
import select

from streamtts.control.waker import Waker


def test_waking_often_is_waking_once() -> None:
    waker = Waker()
    for _ in range(100_000):
        waker.wake()
    assert select.select([waker], [], [], 0)[0] == [waker]
    while select.select([waker], [], [], 0)[0]:
        waker.drain()
    waker.wake()
    assert select.select([waker], [], [], 0)[0] == [waker]
    waker.close()


def test_waking_too_late_writes_nowhere() -> None:
    waker = Waker()
    waker.close()
    read_end, write_end = os.pipe()  # very likely the numbers that the waker had
    os.set_blocking(read_end, False)
    waker.wake()
    assert select.select([read_end], [], [], 0)[0] == []
    os.close(read_end)
    os.close(write_end)
