"""The resampler and the time stretch, in times real time, against what else converts and stretches speech.

Rivals are taken where they are installed (pip install soxr samplerate audiotsm, apt-get install libsonic0);
one that is missing is named.
"""

import importlib
import json
import math
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

CPP = Path(__file__).parent.parent / "build/default/benchmarks/cpp/bench_dsp"
REPEATS = 7
SECONDS = 10
SNR_1K_DB, SNR_HIGH_DB, LATENCY_MS, STRETCH_TIMES_REAL = 100, 80, 1, 1000


@pytest.fixture(scope="module")
def measured() -> dict[str, list[dict[str, float]]]:
    done = subprocess.run([CPP, str(REPEATS)], check=True, capture_output=True, text=True)
    result: dict[str, list[dict[str, float]]] = json.loads(done.stdout)
    return result


def module_or_none(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def times_real(run: Callable[[], object]) -> float:
    best = math.inf
    for _ in range(3):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return SECONDS / best


def snr_db(np: Any, frames: Any, hz: float, rate_hz: int) -> float:
    edge = len(frames) // 8
    angle = 2 * np.pi * hz / rate_hz * np.arange(edge, len(frames) - edge)
    waves = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    heard = np.asarray(frames[edge : len(frames) - edge], dtype=np.float64)
    found = np.linalg.lstsq(waves, heard, rcond=None)[0]
    rest = heard - waves @ found
    return float(10 * np.log10(np.sum(found**2) / 2 / np.mean(rest**2)))


def soxr_stream(soxr: Any, np: Any, tone: Any, from_hz: int, to_hz: int) -> Any:
    stream = soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality="HQ")
    piece = from_hz // 100
    pieces = range(0, len(tone), piece)
    return np.concatenate(
        [stream.resample_chunk(tone[i : i + piece], last=i + piece >= len(tone)) for i in pieces]
    )


def samplerate_stream(samplerate: Any, np: Any, tone: Any, from_hz: int, to_hz: int) -> Any:
    stream = samplerate.Resampler("sinc_fastest", channels=1)
    piece = from_hz // 100
    return np.concatenate(
        [
            stream.process(tone[i : i + piece], to_hz / from_hz, end_of_input=i + piece >= len(tone))
            for i in range(0, len(tone), piece)
        ]
    )


def rival_resamplers(from_hz: int, to_hz: int) -> dict[str, tuple[float, float] | None]:
    """Of each rival: times real time, and the SNR at 1 kHz; None where it is not installed."""
    np = module_or_none("numpy")
    found: dict[str, tuple[float, float] | None] = {}
    for name, convert in (("soxr", soxr_stream), ("samplerate", samplerate_stream)):
        rival = module_or_none(name)
        if np is None or rival is None:
            found[name] = None
            continue
        tone = (0.5 * np.sin(2 * np.pi * 1000 / from_hz * np.arange(SECONDS * from_hz))).astype(np.float32)
        out = convert(rival, np, tone, from_hz, to_hz)
        speed = times_real(partial(convert, rival, np, tone, from_hz, to_hz))
        found[name] = (speed, snr_db(np, out, 1000, to_hz))
    return found


def bench_resample(measured: dict[str, list[dict[str, float]]]) -> None:
    print()
    for row in measured["resample"]:
        from_hz, to_hz = int(row["from_hz"]), int(row["to_hz"])
        print(
            f"{from_hz:5d} -> {to_hz:5d} Hz: {row['times_real']:5.0f}x real, {row['latency_ms']:.2f} ms, "
            f"SNR {row['snr_1k_db']:.0f} dB at 1 kHz and {row['snr_high_db']:.0f} at a third of the rate",
            end="",
        )
        for name, rival in rival_resamplers(from_hz, to_hz).items():
            if rival is None:
                print(f"; {name} is not installed", end="")
            else:
                print(f"; {row['times_real'] / rival[0]:.2f}x as fast as {name} ({rival[1]:.0f} dB)", end="")
        print()
        assert row["frames"] == SECONDS * to_hz
        assert row["snr_1k_db"] >= SNR_1K_DB
        assert row["snr_high_db"] >= SNR_HIGH_DB
        assert row["latency_ms"] < LATENCY_MS


def audiotsm_times_real(rate_hz: int, speed: float) -> float | None:
    np, audiotsm = module_or_none("numpy"), module_or_none("audiotsm")
    if np is None or audiotsm is None:
        return None
    arrays = importlib.import_module("audiotsm.io.array")
    sound = np.sin(np.arange(SECONDS * rate_hz, dtype=np.float32)[None, :] * (2 * np.pi * 140 / rate_hz))

    def run() -> None:
        audiotsm.wsola(1, speed=speed).run(arrays.ArrayReader(sound), arrays.ArrayWriter(1))

    return times_real(run)


def bench_stretch(measured: dict[str, list[dict[str, float]]]) -> None:
    print()
    for row in measured["stretch"]:
        ours, sonic = row["times_real"], row["sonic_times_real"]
        against = [f"{ours / sonic:.1f}x libsonic" if sonic else "libsonic is not installed"]
        if row["speed"] == 1.5:
            audiotsm = audiotsm_times_real(int(row["rate_hz"]), 1.5)
            against.append(f"{ours / audiotsm:.0f}x audiotsm" if audiotsm else "audiotsm is not installed")
        print(
            f"{row['rate_hz']:.0f} Hz at {row['speed']}x: {ours:.0f}x real time, "
            f"length {100 * (row['length_times_speed'] - 1):+.2f} %; {'; '.join(against)}"
        )
        assert abs(row["length_times_speed"] - 1) < 0.005
        if row["speed"] == 1.5:
            assert ours >= STRETCH_TIMES_REAL
