"""The player on a private PulseAudio: what it adds to the latency, what it costs, how long it lasts."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import bare_sound
from audio.pulse_rig import RATE, PulseRig, missing_tools
from suite.figures import Bar, Samples, figure
from suite.recorder import Recorder

WORKER = Path(__file__).with_name("player_worker.py")
ADDED_MS, CPU_PERCENT = 1.0, 3.0
FLUSHES, FLUSH_MS = 5, 10.0
SINK_MS = 5.0  # what this sink takes at a time: nobody can have that back
GROWTH_MIB = 2.0


def measured(task: str, environment: dict[str, str] | None = None) -> dict[str, Any]:
    command = [sys.executable, str(WORKER), task]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def bench_added_latency_and_cpu(run: Recorder, tmp_path: Path) -> None:
    if reason := missing_tools():
        pytest.skip(reason)
    with PulseRig() as rig:
        added, cpu = (measured(task, rig.environment) for task in ("added_latency", "cpu"))
        bare = bare_sound.percent_of_a_core(rig, tmp_path, 10)
    assert cpu["played"] == cpu["written"]
    right = "all that was written was played"
    run.add(
        figure(
            "sound",
            "from write to render, beyond the device's next request",
            Samples(added["added_s"]),
            {f"the server's own {cpu['latency_s'] * 1e3:.1f} ms": Samples([cpu["latency_s"]])},
            bar=Bar("median", ADDED_MS),
            right=right,
        )
    )
    run.add(
        figure(
            "sound",
            "CPU while the player plays 10 s",
            Samples([cpu["percent"]]),
            {"pacat, playing the same": Samples([bare])},
            unit="% of a core",
            times=1,
            bar=Bar("median", CPU_PERCENT),
            right=right,
        )
    )


def bench_a_flush_is_heard(run: Recorder, tmp_path: Path) -> None:
    """In samples, not by a clock: what was still heard after the one at the ear when flush was called."""
    if reason := missing_tools():
        pytest.skip(reason)
    after_s = []
    for _ in range(FLUSHES):
        with PulseRig() as rig, rig.record() as recording:
            flushed = measured("flush", rig.environment)
            recording.wait_for(RATE // 2)
            frames = recording.frames()
        begin = frames.index(1 / 2**24)
        audible = frames.index(0.0, begin) - begin
        after_s.append((audible - flushed["place_at_ear"]) / RATE)
    with PulseRig() as rig:
        bare = bare_sound.silent_after(rig, tmp_path, FLUSHES)
    run.add(
        figure(
            "sound",
            "heard after a flush, counted in samples",
            Samples(after_s),
            {bare_sound.STOPPED: bare},
            bar=Bar("median", FLUSH_MS + SINK_MS),
            right="from the sample that was at the ear; the sink's block of 5 ms is in it",
        )
    )


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
