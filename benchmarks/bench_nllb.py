"""nllb on a processor, in the shape of NLLB-200 distilled 600M with random weights: time against transformers
with bfloat16 and with dynamic int8 and against CTranslate2 int8, memory, and a backlog.

    python -m pytest benchmarks/bench_nllb.py -s     # in an environment with streamtts[nllb,convert]

With two threads, or NLLB_THREADS of them.
Each engine has a process of its own. Each round asks all of them once, one after the other, so that what else
the machine does befalls all. The vocabulary is random, too: a real one may put more or fewer tokens into the
short list.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

import nllb_rig
from nllb_asked import RIVALS, Asked, Times, convert, ours, transformers
from nllb_rig import NEW_TOKENS, make_model, source

THREADS = int(os.environ.get("NLLB_THREADS", "2"))
ROUNDS, BACKLOG = 9, 50
MOST_MB = 450


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    for package in ("torch", "transformers", "ctranslate2"):
        pytest.importorskip(
            package, reason=f"{package} is not installed: pip install 'streamtts[nllb,convert]'"
        )
    place = tmp_path_factory.mktemp("nllb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STREAMTTS_MODELS", str(place / "models"))
        yield make_model(place / "600m")
    for file in (place / "600m").iterdir():
        file.unlink()


def bench_one_sentence_against_others(folder: Path) -> None:
    convert(folder)
    asked = {name: Asked(name, folder, THREADS) for name in (*RIVALS, "nllb int8, all rows", "nllb int8")}
    for _ in range(ROUNDS):
        said = {name: each.ask() for name, each in asked.items()}
    for each in asked.values():
        each.close()
    assert all(len(words) in (NEW_TOKENS, NEW_TOKENS - 1) for words in said.values())
    print(f"\n{nllb_rig.SOURCE_TOKENS} -> {NEW_TOKENS} tokens, {THREADS} threads, {ROUNDS} rounds:")
    for name, each in asked.items():
        print(f"  {name}: {each.times.said()}, {each.resident_mb} MB resident")
    mine = asked["nllb int8"].times.medians
    wall, cpu = (min(asked[name].times.medians[at] for name in RIVALS) / mine[at] for at in (0, 1))
    print(f"  the best of the others takes {wall:.2f}x our time, {cpu:.2f}x our CPU time")
    assert min(wall, cpu) > 2


def bench_backlog(folder: Path) -> None:
    ask = ours(folder, THREADS, precision="int8")
    sources = [source(seed, words=8 + seed % 12) for seed in range(BACKLOG)]
    ask(sources[:1])
    alone, together = Times(), Times()
    singles: list[list[int]] = []
    for row in sources:
        alone.take(lambda row=row: singles.extend(ask([row])))  # type: ignore[misc]
    ordered = sorted(range(BACKLOG), key=lambda place: len(sources[place]))
    batched: dict[int, list[int]] = {}
    for batch in (ordered[:25], ordered[25:]):
        found: list[list[int]] = []
        together.take(lambda at=batch, into=found: into.extend(ask([sources[each] for each in at])))  # type: ignore[misc]
        batched |= dict(zip(batch, found, strict=True))
    same = sum(batched[place] == row for place, row in enumerate(singles))
    wall, cpu = sum(alone.wall_s) / sum(together.wall_s), sum(alone.cpu_s) / sum(together.cpu_s)
    print(
        f"\n{BACKLOG} sentences: one by one {sum(alone.wall_s):.1f} s, in two batches"
        f" {sum(together.wall_s):.1f} s: {wall:.1f}x, by CPU time {cpu:.1f}x; {same} the same token by token"
    )
    assert cpu > 2  # a single one is so quick that more are not three times as quick on one core


def bench_one_sentence_on_a_gpu(folder: Path) -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("torch finds no NVIDIA GPU here")
    row = source(1)
    times: dict[str, Times] = {}
    said = {}
    for graphs in ("off", "on"):
        ask = ours(folder, THREADS, device="cuda", precision="float16", graphs=graphs)
        said[graphs] = ask([row])
        times[graphs] = Times()
        for _ in range(4 * ROUNDS):
            times[graphs].take(partial(ask, [row]))
        print(f"\n{torch.cuda.get_device_name()}, graphs {graphs}: {times[graphs].said()}")
    assert said["on"] == said["off"]
    assert statistics.median(times["on"].wall_s) <= 0.012


def bench_memory(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTTS_MODELS", str(tmp_path))
    print()
    for start in ("the first start", "another start"):  # the first makes what others map
        command = [sys.executable, nllb_rig.__file__, str(folder), str(THREADS)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        found = json.loads(done.stdout)
        print(
            f"int8, {start}: {found['resident_mb']} MB resident after sentences, of which not of files"
            f" {found['anonymous_mb']}; the most {found['peak_mb']} MB"
        )
        assert found["resident_mb"] < MOST_MB
    assert found["peak_mb"] < MOST_MB


def bench_equal_to_transformers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is timed is right: full width and vocabulary, two layers of each kind, exact floats."""
    pytest.importorskip("transformers", reason="transformers is not installed")
    monkeypatch.setenv("STREAMTTS_MODELS", str(tmp_path / "models"))
    place = make_model(tmp_path / "two", layers=2)
    rival, mine = (
        transformers(place, "float32", THREADS),
        ours(place, THREADS, precision="float32", shortlist="off"),
    )
    rows = [source(seed) for seed in range(3)]
    assert mine(rows) == [rival(row) for row in rows]
