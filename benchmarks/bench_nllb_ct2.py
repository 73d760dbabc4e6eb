"""nllb-ct2 in the shape of NLLB-200 distilled 600M with random weights: cut to two languages against the
whole model and against transformers, memory, a backlog.

    python -m pytest benchmarks/bench_nllb_ct2.py -s     # with streamtts[nllb-ct2,convert]

Each round asks all of them once, one after the other, so that what else the machine does befalls all.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from nllb_asked import Times, transformers
from nllb_rig import LANGUAGES, NEW_TOKENS, SOURCE_TOKENS, make_model, source
from streamtts.engine import TranslatorOptions
from streamtts.translators.nllb_ct2 import Ct2Translator
from streamtts.translators.with_ctranslate2.conversion import convert

THREADS, ROUNDS, BACKLOG, RESIDENT_MIB = 2, 5, 50, 450

ALONE = """
import sys
from streamtts.engine import Ticket, TranslatorOptions
from streamtts.translators.nllb_ct2 import Ct2Translator
options = TranslatorOptions("en", "ja", sys.argv[1], int(sys.argv[2]), {"shortlist": sys.argv[3]})
translator = Ct2Translator(options)
for text in ("a b c d e f", "a b c d e f g h i j k l m n o p q r s t"):
    "".join(translator.translate(text, Ticket()))
lines = open("/proc/self/status", encoding="ascii").read().splitlines()
print(next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The model as it comes, and as it is converted."""
    for package in ("torch", "transformers", "ctranslate2", "sentencepiece"):
        pytest.importorskip(
            package, reason=f"{package} is not installed: pip install 'streamtts[nllb-ct2,convert]'"
        )
    place = tmp_path_factory.mktemp("nllb-ct2")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STREAMTTS_MODELS", str(place / "models"))
        make_model(place / "600m")
        about = {"tokenizer_class": "NllbTokenizer", "additional_special_tokens": LANGUAGES}
        (place / "600m/tokenizer_config.json").write_text(json.dumps(about))
        (place / "ct2").mkdir()
        convert(place / "600m", place / "ct2", print)
        yield place
    for file in place.rglob("*"):
        if file.is_file():
            file.unlink()


def ours(folder: Path, shortlist: str) -> Callable[[list[list[int]]], list[list[str]]]:
    loaded = Ct2Translator(TranslatorOptions("en", "ja", str(folder), THREADS, {"shortlist": shortlist}))
    loaded._open(folder, sorted(source(1)))  # what it has to read is learned

    def ask(sources: list[list[int]]) -> list[list[str]]:
        found = loaded._translator.translate_batch(
            [loaded._names(row) for row in sources], [loaded._prefix] * len(sources), beam_size=1,
            max_batch_size=16, min_decoding_length=NEW_TOKENS, max_decoding_length=NEW_TOKENS,
        )  # fmt: skip
        return [each.hypotheses[0] for each in found]

    return ask


def bench_one_sentence_against_others(home: Path) -> None:
    row = source(1)
    asked: dict[str, Callable[[], Any]] = {
        "transformers bfloat16": partial(transformers(home / "600m", "bfloat16", THREADS), row),
        "transformers int8": partial(transformers(home / "600m", "int8", THREADS), row),
        "CTranslate2 int8": partial(ours(home / "ct2", "off"), [row]),
        "nllb-ct2": partial(ours(home / "ct2", "on"), [row]),
    }
    for ask in asked.values():
        ask()
    times = {name: Times() for name in asked}
    for _ in range(ROUNDS):
        for name, ask in asked.items():
            times[name].take(ask)
    print(f"\n{SOURCE_TOKENS} -> {NEW_TOKENS} tokens, {THREADS} threads, {ROUNDS} rounds:")
    for name, each in times.items():
        print(f"  {name}: {each.said()}")
    mine = times.pop("nllb-ct2")
    for name, each in times.items():
        wall = statistics.median(each.wall_s) / statistics.median(mine.wall_s)
        cpu = statistics.median(each.cpu_s) / statistics.median(mine.cpu_s)
        print(f"  {name} takes {wall:.2f}x our time, {cpu:.2f}x our CPU time")
    assert statistics.median(times["CTranslate2 int8"].cpu_s) > 1.5 * statistics.median(mine.cpu_s)


def bench_backlog(home: Path) -> None:
    ask = ours(home / "ct2", "on")
    sources = [[*source(1)[: 6 + place % 14], 2] for place in range(BACKLOG)]
    ask(sources[:1])
    alone, together = Times(), Times()
    singles: list[list[str]] = []
    for row in sources:
        alone.take(lambda row=row: singles.extend(ask([row])))  # type: ignore[misc]
    batched: list[list[str]] = []
    together.take(lambda: batched.extend(ask(sources)))
    same = sum(single == batch for single, batch in zip(singles, batched, strict=True))
    wall, cpu = sum(alone.wall_s) / sum(together.wall_s), sum(alone.cpu_s) / sum(together.cpu_s)
    print(
        f"\n{BACKLOG} sentences: together {wall:.1f}x as fast as one by one, {cpu:.1f}x by CPU time;"
        f" {same} alike"
    )
    assert cpu > 3


def bench_memory(home: Path) -> None:
    found = {}
    for shortlist in ("on", "off"):
        command = [sys.executable, "-c", ALONE, str(home / "ct2"), str(THREADS), shortlist]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        found[shortlist] = json.loads(done.stdout)
    print(f"\nresident: {found['on']} MiB, with the whole vocabulary {found['off']} MiB")
    assert found["on"] < RESIDENT_MIB
