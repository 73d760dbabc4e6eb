"""The player on a private PulseAudio: what it adds to the latency, what it costs, how long it lasts."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from audio.pulse_rig import RATE, PulseRig, missing_tools

WORKER = Path(__file__).with_name("player_worker.py")
ADDED_MS, CPU_PERCENT = 1.0, 3.0
FLUSHES, FLUSH_MS = 5, 10.0
SINK_MS = 5.0  # what this sink takes at a time: nobody can have that back
GROWTH_MIB = 2.0


def measured(task: str, environment: dict[str, str] | None = None) -> dict[str, float]:
    command = [sys.executable, str(WORKER), task]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def bench_added_latency_and_cpu() -> None:
    if reason := missing_tools():
        pytest.skip(reason)
    with PulseRig() as rig:
        added = measured("added_latency", rig.environment)
        cpu = measured("cpu", rig.environment)
    print(
        f"\nfrom write to render, beyond the device's next request: median {added['median_ms']:.3f} ms, "
        f"worst of {added['count']:.0f} {added['worst_ms']:.3f} ms (bar {ADDED_MS}); "
        f"the server then adds its {cpu['latency_ms']:.1f} ms"
    )
    print(f"CPU while speaking: {cpu['percent']:.2f} % of a core (bar {CPU_PERCENT})")
    assert added["median_ms"] < ADDED_MS
    assert cpu["played"] == cpu["written"]
    assert cpu["percent"] < CPU_PERCENT


def bench_a_flush_is_heard() -> None:
    """In samples, not by a clock: what was still heard after the one at the ear when flush was called."""
    if reason := missing_tools():
        pytest.skip(reason)
    after_ms = []
    for _ in range(FLUSHES):
        with PulseRig() as rig, rig.record() as recording:
            flushed = measured("flush", rig.environment)
            recording.wait_for(RATE // 2)
            frames = recording.frames()
        begin = frames.index(1 / 2**24)
        audible = frames.index(0.0, begin) - begin
        after_ms.append((audible - flushed["place_at_ear"]) / RATE * 1000)
    median_ms = statistics.median(after_ms)
    print(
        f"\nheard after a flush: median {median_ms:.1f} ms, worst {max(after_ms):.1f} ms "
        f"(bar {FLUSH_MS} beyond the sink's own {SINK_MS})"
    )
    assert median_ms <= FLUSH_MS + SINK_MS


@pytest.mark.skipif("STREAMTTS_SOAK" not in os.environ, reason="three minutes long: `make soak` runs it")
def bench_an_hour_at_twenty_times_the_pace() -> None:
    soak = measured("soak")
    print(
        f"\n{soak['seconds']:.0f} s of speech on the null clock: memory grew by {soak['growth_mib']:.2f} MiB "
        f"after the first minute (bar {GROWTH_MIB}), {soak['underruns']:.0f} underruns, "
        f"{soak['padded']:.0f} frames padded, {soak['drift']:.0f} frames adrift"
    )
    assert soak["seconds"] >= 3600
    assert soak["drift"] == 0
    assert soak["growth_mib"] < GROWTH_MIB
