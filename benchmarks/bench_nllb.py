"""nllb on a processor, in the shape of NLLB-200 distilled 600M with random weights: time against transformers
with bfloat16 and with dynamic int8 and against CTranslate2 int8, memory, and a backlog.

    python -m pytest benchmarks/bench_nllb.py -s     # in an environment with streamtts[nllb,convert]

With two threads, or NLLB_THREADS of them.
Each round asks all of them once, one after the other, so that what else the machine does befalls all. The
vocabulary is random, too: a real one may put more or fewer tokens into the short list.
"""

import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import nllb_rig
from nllb_rig import NEW_TOKENS, make_model, source
from streamtts.engine import Ticket, TranslatorOptions
from streamtts.translators.nllb import Nllb

THREADS = int(os.environ.get("NLLB_THREADS", "2"))
ROUNDS, BACKLOG = 5, 50
NEVER = -1  # as the token that ends: every translation is as long as the others


@dataclass
class Times:
    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    def take(self, ask: Callable[[], object]) -> None:
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        ask()
        self.wall_s.append(time.perf_counter() - wall_s)
        self.cpu_s.append(time.process_time() - cpu_s)

    def said(self) -> str:
        best, middle = min(self.wall_s), statistics.median(self.wall_s)
        return (
            f"{middle * 1e3:.0f} ms (best {best * 1e3:.0f}), CPU {statistics.median(self.cpu_s) * 1e3:.0f} ms"
        )


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


def ours(folder: Path, **settings: str) -> Callable[[list[list[int]]], list[list[int]]]:
    """Tokens of the whole vocabulary, after start and language, for rows of source tokens."""
    options = TranslatorOptions("en", "ja", str(folder), THREADS, {"device": "cpu", **settings})
    loaded = Nllb(options)._model
    assert loaded
    vars(loaded.search)["_end"] = NEVER

    def ask(sources: list[list[int]]) -> list[list[int]]:
        rows: list[list[int]] = [[] for _ in sources]
        for step in loaded.search.steps(sources, [NEW_TOKENS - 1] * len(sources), Ticket()):
            for place, row in step:
                rows[place].append(loaded.token(row))
        return rows

    return ask


def transformers(folder: Path, kind: str) -> Callable[[list[int]], list[int]]:
    import torch
    from transformers import M2M100ForConditionalGeneration

    dtype = torch.bfloat16 if kind == "bfloat16" else torch.float32
    model: Any = M2M100ForConditionalGeneration.from_pretrained(
        folder, dtype=dtype, local_files_only=True
    ).eval()
    if kind == "int8":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it is to go
            model = torch.ao.quantization.quantize_dynamic(model, {torch.nn.Linear}, dtype=torch.qint8)

    def ask(row: list[int]) -> list[int]:
        found = model.generate(
            torch.tensor([row]), attention_mask=torch.ones(1, len(row), dtype=torch.long), num_beams=1,
            do_sample=False, forced_bos_token_id=5, min_new_tokens=NEW_TOKENS, max_new_tokens=NEW_TOKENS,
            suppress_tokens=[1, 2],
        )  # fmt: skip
        return list(found[0].tolist()[2:])

    return ask


def ctranslate2(folder: Path) -> Callable[[list[int]], list[str]]:
    import ctranslate2
    from ctranslate2.converters import TransformersConverter
    from tokenizers import Tokenizer

    place = folder.parent / "ct2"
    TransformersConverter(str(folder), low_cpu_mem_usage=True).convert(
        str(place), quantization="int8", force=True
    )
    translator = ctranslate2.Translator(str(place), device="cpu", compute_type="int8", intra_threads=THREADS)
    name = Tokenizer.from_file(str(folder / "tokenizer.json")).id_to_token

    def ask(row: list[int]) -> list[str]:
        found = translator.translate_batch(
            [[name(token) for token in row]], target_prefix=[[name(5)]], beam_size=1,
            min_decoding_length=NEW_TOKENS, max_decoding_length=NEW_TOKENS,
        )  # fmt: skip
        return list(found[0].hypotheses[0])

    return ask


def bench_one_sentence_against_others(folder: Path) -> None:
    row = source(1)
    asked: dict[str, Callable[[], Sequence[object]]] = {
        "transformers bfloat16": partial(transformers(folder, "bfloat16"), row),
        "transformers int8": partial(transformers(folder, "int8"), row),
        "CTranslate2 int8": partial(ctranslate2(folder), row),
        "nllb int8, all rows": partial(ours(folder, precision="int8", shortlist="off"), [row]),
        "nllb int8": partial(ours(folder, precision="int8"), [row]),
    }
    said = {name: ask() for name, ask in asked.items()}
    assert all(len(said[name]) in (NEW_TOKENS, NEW_TOKENS - 1) for name in said if "nllb" not in name)
    times = {name: Times() for name in asked}
    for _ in range(ROUNDS):
        for name, ask in asked.items():
            times[name].take(ask)
    print(f"\n{nllb_rig.SOURCE_TOKENS} -> {NEW_TOKENS} tokens, {THREADS} threads, {ROUNDS} rounds:")
    for name, each in times.items():
        print(f"  {name}: {each.said()}")
    mine = times.pop("nllb int8")
    times.pop("nllb int8, all rows")
    by_wall = min(statistics.median(each.wall_s) for each in times.values()) / statistics.median(mine.wall_s)
    by_cpu = min(statistics.median(each.cpu_s) for each in times.values()) / statistics.median(mine.cpu_s)
    print(f"  the best of the others takes {by_wall:.2f}x our time, {by_cpu:.2f}x our CPU time")
    assert max(by_wall, by_cpu) > 2


def bench_backlog(folder: Path) -> None:
    ask = ours(folder, precision="int8")
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
    assert cpu > 3


def bench_one_sentence_on_a_gpu(folder: Path) -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("torch finds no NVIDIA GPU here")
    row = source(1)
    times: dict[str, Times] = {}
    said = {}
    for graphs in ("off", "on"):
        ask = ours(folder, device="cuda", precision="float16", graphs=graphs)
        said[graphs] = ask([row])
        times[graphs] = Times()
        for _ in range(4 * ROUNDS):
            times[graphs].take(partial(ask, [row]))
        print(f"\n{torch.cuda.get_device_name()}, graphs {graphs}: {times[graphs].said()}")
    assert said["on"] == said["off"]
    assert statistics.median(times["on"].wall_s) <= 0.012


def bench_memory(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, Path(nllb_rig.__file__), folder, str(THREADS)], check=True, stdout=subprocess.PIPE
    )
    found = json.loads(done.stdout)
    print(
        f"\nint8: {found['resident_mb']} MB resident, {found['anonymous_mb']} MB of it not of files; torch"
        f" alone has {found['torch_mb']} MB; the most while loading {found['peak_mb']} MB"
    )
    assert found["resident_mb"] < found["torch_mb"] + 600


def bench_equal_to_transformers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is timed is right: full width and vocabulary, two layers of each kind, exact floats."""
    pytest.importorskip("transformers", reason="transformers is not installed")
    monkeypatch.setenv("STREAMTTS_MODELS", str(tmp_path / "models"))
    place = make_model(tmp_path / "two", layers=2)
    rival, mine = transformers(place, "float32"), ours(place, precision="float32", shortlist="off")
    rows = [source(seed) for seed in range(3)]
    assert mine(rows) == [rival(row) for row in rows]
