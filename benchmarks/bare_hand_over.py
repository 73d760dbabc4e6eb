"""Bytes from a pipe, handed from one thread to another, and nothing else: the moments of their arrival."""

import json
import os
import select
import sys
import time
from threading import Condition, Thread

changed = Condition()
bytes_read: list[bytes] = []
arrived: list[float] = []


def take() -> None:
    while True:
        with changed:
            changed.wait_for(lambda: bool(bytes_read))
            now_s = time.monotonic()
            if not bytes_read.pop(0):
                return
        arrived.append(now_s)


taker = Thread(target=take)
taker.start()
while True:
    select.select([0], [], [])
    data = os.read(0, 65536)
    with changed:
        bytes_read.append(data)
        changed.notify_all()
    if not data:
        break
taker.join()
sys.stdout.write(json.dumps(arrived))
