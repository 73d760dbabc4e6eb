"""One measurement of the player in a process of its own; prints a JSON object. See bench_player.py."""

import json
import resource
import sys
import time
from array import array
from pathlib import Path
from typing import Any

from streamtts._core import Player

RATE = 48_000
PATIENCE_S = 60.0
SOAK_S = 3600


def added_latency() -> dict[str, Any]:
    """How long after the device's first request behind a write the written frames are still not taken."""
    player = Player("default", RATE)
    piece = array("f", [0.1]) * (RATE // 100)
    added_s: list[float] = []
    time.sleep(0.5)
    for turn in range(1, 101):
        before = player.counters()
        player.write(piece, RATE, turn=turn, last=True)
        asked_s = None
        while (now := player.counters()).played_frames == before.played_frames:
            if asked_s is None and now.rendered_frames > before.rendered_frames:
                asked_s = time.perf_counter()
        added_s.append(0.0 if asked_s is None else time.perf_counter() - asked_s)
        player.drain(PATIENCE_S)
    counters = player.counters()
    assert counters.played_frames == counters.written_frames
    return {"added_s": added_s}


def flush() -> dict[str, float]:
    """Plays the ramp of tests/audio/signal_check.py; tells which place was at the ear when it is flushed."""
    player = Player("default", RATE)
    player.write(array("f", (place / 2**24 for place in range(1, 3 * RATE))), RATE)
    before_s = 0.0
    while (now_s := player.heard().offset_s) < 1.0 or now_s == before_s:
        before_s = now_s  # known anew at every request of the device: flush just after one
    player.flush()
    time.sleep(0.3)
    return {"place_at_ear": now_s * RATE}


def cpu() -> dict[str, float]:
    player = Player("default", RATE)
    sentence = array("f", [0.1]) * (2 * RATE)
    start_s, start_cpu_s = time.perf_counter(), cpu_s()
    for seq in range(5):
        player.write(sentence, RATE, seq=seq, last=True)
    latency_s = player.latency_s
    player.drain(PATIENCE_S)
    percent = 100 * (cpu_s() - start_cpu_s) / (time.perf_counter() - start_s)
    counters = player.counters()
    return {
        "percent": percent,
        "latency_s": latency_s,
        "played": counters.played_frames,
        "written": counters.written_frames,
    }


def soak() -> dict[str, float]:
    """An hour of sentences from a voice at another rate, pauses and flushes among them, 20 times too fast."""
    player = Player("null:20", RATE)
    sentence = array("f", [0.1]) * (24_000 * 3 // 2)
    started_mib = 0.0
    seq = 0
    while player.counters().rendered_frames < SOAK_S * RATE:
        seq += 1
        player.write(sentence, 24_000, seq=seq, last=seq % 10 != 0)
        if seq % 50 == 0:
            player.pause()
            player.flush()
            player.resume()
        player.set_speed(1.0 + (seq // 100) % 3 * 0.25)
        if not started_mib and player.counters().rendered_frames > 60 * RATE:
            started_mib = resident_mib()
    player.drain(PATIENCE_S)
    counters = player.counters()
    return {
        "seconds": counters.rendered_frames / RATE,
        "growth_mib": resident_mib() - started_mib,
        "underruns": counters.underruns,
        "padded": counters.padded_frames,
        "drift": counters.written_frames - counters.played_frames - counters.flushed_frames,
    }


def cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    tasks = {"added_latency": added_latency, "cpu": cpu, "flush": flush, "soak": soak}
    sys.stdout.write(json.dumps(tasks[sys.argv[1]]()))
