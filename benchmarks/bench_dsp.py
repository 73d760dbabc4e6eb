"""The resampler and the time stretch on 10 s of sound, against what else converts and stretches speech.

Linear interpolation of the same sound is always there to compare with; other rivals are taken where they are
installed (pip install soxr samplerate audiotsm, apt-get install libsonic0), and one that is missing is named.
"""

import importlib
import json
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from suite.figures import Bar, Samples, figure
from suite.recorder import Recorder

CPP = Path(__file__).parent.parent / "build/default/benchmarks/cpp/bench_dsp"
REPEATS, RIVALS_REPEATS = 15, 3
SECONDS = 10
SNR_1K_DB, SNR_HIGH_DB, LATENCY_MS, STRETCH_MS = 100, 80, 1, 10

Row = dict[str, Any]


@pytest.fixture(scope="module")
def measured() -> dict[str, list[Row]]:
    done = subprocess.run([CPP, str(REPEATS)], check=True, capture_output=True, text=True)
    result: dict[str, list[Row]] = json.loads(done.stdout)
    return result


def module_or_none(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def taken(run: Callable[[], object]) -> Samples:
    samples = Samples()
    for _ in range(RIVALS_REPEATS):
        samples.take(run)
    return samples


def rounds(row: Row) -> dict[str, Samples]:
    found = {name: Samples(**samples) for name, samples in row["rounds"].items()}
    return {"linear interpolation": found.pop("linear"), **found}


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


def rival_resamplers(from_hz: int, to_hz: int) -> dict[str, Samples]:
    """Those that are installed, with their SNR at 1 kHz."""
    np = module_or_none("numpy")
    found: dict[str, Samples] = {}
    for name, convert in (("soxr", soxr_stream), ("samplerate", samplerate_stream)):
        rival = module_or_none(name)
        if np is None or rival is None:
            print(f"\nnot measured against {name}: it is not installed")
            continue
        tone = (0.5 * np.sin(2 * np.pi * 1000 / from_hz * np.arange(SECONDS * from_hz))).astype(np.float32)
        resample = partial(convert, rival, np, tone, from_hz, to_hz)
        found[f"{name} ({snr_db(np, resample(), 1000, to_hz):.0f} dB)"] = taken(resample)
    return found


def bench_resample(measured: dict[str, list[Row]], run: Recorder) -> None:
    for row in measured["resample"]:
        from_hz, to_hz = int(row["from_hz"]), int(row["to_hz"])
        assert row["frames"] == SECONDS * to_hz
        assert row["snr_1k_db"] >= SNR_1K_DB
        assert row["snr_high_db"] >= SNR_HIGH_DB
        assert row["latency_ms"] < LATENCY_MS
        times = rounds(row)
        run.add(
            figure(
                "sound",
                f"resampling {SECONDS} s, {from_hz} to {to_hz} Hz",
                times.pop("ours"),
                {**times, **rival_resamplers(from_hz, to_hz)},
                by="CPU",
                right=f"SNR {row['snr_1k_db']:.0f} dB at 1 kHz, {row['snr_high_db']:.0f} at a third of the"
                f" rate; it holds back {row['latency_ms']:.2f} ms",
            )
        )


def audiotsm(rate_hz: int, speed: float) -> dict[str, Samples]:
    np, library = module_or_none("numpy"), module_or_none("audiotsm")
    if np is None or library is None:
        return {}
    arrays = importlib.import_module("audiotsm.io.array")
    sound = np.sin(np.arange(SECONDS * rate_hz, dtype=np.float32)[None, :] * (2 * np.pi * 140 / rate_hz))

    def stretch() -> None:
        library.wsola(1, speed=speed).run(arrays.ArrayReader(sound), arrays.ArrayWriter(1))

    return {"audiotsm": taken(stretch)}


def bench_stretch(measured: dict[str, list[Row]], run: Recorder) -> None:
    for row in measured["stretch"]:
        rate_hz, speed = int(row["rate_hz"]), row["speed"]
        assert abs(row["length_times_speed"] - 1) < 0.005
        times = rounds(row)
        run.add(
            figure(
                "sound",
                f"stretching {SECONDS} s, {rate_hz} Hz at {speed:g}x",
                times.pop("ours"),
                {**times, **(audiotsm(rate_hz, speed) if speed == 1.5 else {})},
                by="CPU",
                bar=Bar("cpu", STRETCH_MS),
                right=f"its length, to {100 * (row['length_times_speed'] - 1):+.2f} %",
            )
        )
