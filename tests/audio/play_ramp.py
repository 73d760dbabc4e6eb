"""Plays the ramp of signal_check.py through _core.Player, step by step; prints the counters as JSON, and the
boundaries as (begins, media_s, heard_s by the monotonic clock).

Steps: write:FRAMES (a piece), end:FRAMES (a piece that ends its sentence), played:FRAMES (wait until as
many were taken), padded:FRAMES (wait until as much silence filled an underrun), sleep:MS, pause, resume,
flush, drain, heard:COUNT (wait until as many more boundaries were at the ear).
"""

import json
import sys
import time
from array import array

from streamtts._core import Player

RATE = 48_000
PATIENCE_S = 120.0


class Ramp:
    def __init__(self, player: Player) -> None:
        self._player = player
        self._place = 0

    def write(self, frames: int, *, last: bool) -> None:
        places = range(self._place + 1, self._place + frames + 1)
        self._place += frames
        self._player.write(array("f", (place / 2**24 for place in places)), RATE, last=last)


def wait_for(player: Player, counter: str, frames: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while getattr(player.counters(), counter) < frames:
        if time.monotonic() > end:
            raise TimeoutError(counter)
        time.sleep(0.002)


class Ear:
    def __init__(self, player: Player) -> None:
        self._player = player
        self.heard: list[tuple[bool, float, float]] = []

    def wait_for(self, count: int) -> None:
        wanted = len(self.heard) + count
        while len(self.heard) < wanted:
            boundaries = self._player.boundaries(PATIENCE_S)
            if not boundaries:
                raise TimeoutError("heard")
            now_s = time.monotonic()
            self.heard += [(each.begins, each.media_s, now_s - each.ago_s) for each in boundaries]


def main(output: str, *steps: str) -> None:
    player = Player(output, RATE)
    ramp, ear = Ramp(player), Ear(player)
    for step in steps:
        verb, _, amount = step.partition(":")
        match verb:
            case "write" | "end":
                ramp.write(int(amount), last=verb == "end")
            case "played" | "padded":
                wait_for(player, f"{verb}_frames", int(amount))
            case "heard":
                ear.wait_for(int(amount))
            case "sleep":
                time.sleep(int(amount) / 1000)
            case "drain":
                if not player.drain(PATIENCE_S):
                    raise TimeoutError("drain")
            case _:
                getattr(player, verb)()
    counters = player.counters()
    names = [name for name in dir(counters) if not name.startswith("_")]
    report = {name: getattr(counters, name) for name in names}
    report |= {"output": player.output_name, "warning": player.take_warning(), "heard": ear.heard}
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
