"""One engine in a process of its own, which translates the same sentence whenever a line comes.

python benchmarks/nllb_asked.py ENGINE FOLDER THREADS    # FOLDER as nllb_rig.make_model leaves it
"""

import json
import statistics
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from nllb_rig import NEW_TOKENS, resident_mb, source
from suite.figures import Samples

NEVER = -1  # as the token that ends: every translation is as long as the others
RIVALS = ("transformers bfloat16", "transformers int8", "CTranslate2 int8")


class Times(Samples):
    """With what is printed of them."""

    @property
    def medians(self) -> tuple[float, float]:
        return statistics.median(self.wall_s), statistics.median(self.cpu_s)

    def said(self) -> str:
        wall_s, cpu_s = self.medians
        return f"{wall_s * 1e3:.0f} ms (best {min(self.wall_s) * 1e3:.0f}), CPU {cpu_s * 1e3:.0f} ms"


class Asked:
    """The process, and how long each answer took it."""

    def __init__(self, name: str, folder: Path, threads: int) -> None:
        self.times = Times()
        self.resident_mb = 0
        self._process = subprocess.Popen(
            [sys.executable, __file__, name, str(folder), str(threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self._answer()  # the first answer is slower than any other

    def ask(self) -> list[Any]:
        found = self._answer()
        self.times.wall_s.append(found["wall_s"])
        self.times.cpu_s.append(found["cpu_s"])
        self.resident_mb = found["resident_mb"]
        return cast("list[Any]", found["said"])

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return cast("dict[str, Any]", json.loads(self._process.stdout.readline()))


def transformers(folder: Path, kind: str, threads: int) -> Callable[[list[int]], list[int]]:
    import torch
    from transformers import M2M100ForConditionalGeneration

    torch.set_num_threads(threads)
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


def ctranslate2(folder: Path, threads: int) -> Callable[[list[int]], list[str]]:
    """Of what TransformersConverter has left beside the model."""
    import ctranslate2
    from tokenizers import Tokenizer

    place = folder.parent / "ct2-as-it-comes"
    translator = ctranslate2.Translator(str(place), device="cpu", compute_type="int8", intra_threads=threads)
    names = Tokenizer.from_file(str(folder / "tokenizer.json"))
    known = {token: names.id_to_token(token) for token in (5, *source(1))}
    del names  # it is large, and no part of the engine

    def ask(row: list[int]) -> list[str]:
        found = translator.translate_batch(
            [[known[token] for token in row]], target_prefix=[[known[5]]], beam_size=1,
            min_decoding_length=NEW_TOKENS, max_decoding_length=NEW_TOKENS,
        )  # fmt: skip
        return list(found[0].hypotheses[0])

    return ask


def convert(folder: Path) -> None:
    from ctranslate2.converters import TransformersConverter

    TransformersConverter(str(folder), low_cpu_mem_usage=True).convert(
        str(folder.parent / "ct2-as-it-comes"), quantization="int8", force=True
    )


def ours(folder: Path, threads: int, **settings: str) -> Callable[[list[list[int]]], list[list[int]]]:
    """Tokens of the whole vocabulary, after start and language, for rows of source tokens."""
    from streamtts import _core
    from streamtts.engine import Ticket, TranslatorOptions
    from streamtts.translators.nllb import Nllb

    _core.return_large_blocks()  # as the program does
    options = TranslatorOptions("en", "ja", str(folder), threads, {"device": "cpu", **settings})
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


def engine(name: str, folder: Path, threads: int) -> Callable[[list[int]], list[Any]]:
    if name.startswith("transformers"):
        return transformers(folder, name.split()[1], threads)
    if name.startswith("CTranslate2"):
        return ctranslate2(folder, threads)
    ask = ours(folder, threads, shortlist="off" if name.endswith("all rows") else "on")
    return lambda row: ask([row])[0]


def main() -> None:
    ask, row = engine(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])), source(1)
    for _ in sys.stdin:
        times, said = Times(), list[Any]()
        times.take(lambda into=said: into.extend(ask(row)))  # type: ignore[misc]
        found = {
            "wall_s": times.wall_s[0],
            "cpu_s": times.cpu_s[0],
            "resident_mb": resident_mb(),
            "said": said,
        }
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
