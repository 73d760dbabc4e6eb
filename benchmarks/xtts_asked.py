"""One way to stream XTTS, in a process of its own, which speaks whenever a line says how many codes.

python benchmarks/xtts_asked.py upstream|ours THREADS    # with tests and benchmarks on the path
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

from engines.xtts import tiny_xtts
from nllb_rig import resident_mb

ROOT = Path(__file__).resolve().parent.parent
TEXT_TOKENS = 6681  # in the vocabulary of XTTS v2
TOKENS = list(range(100, 140))
WIDTH = tiny_xtts.FULL_SHAPE["gpt_n_model_channels"]

Speak = Callable[[int], Iterator[Any]]


@dataclass(frozen=True)
class Spoken:
    """One sentence: the time until its first piece and until its last, and the most memory so far."""

    first_s: float
    all_s: float
    cpu_s: float
    samples: int
    peak_mb: int


class Asked:
    """The process, and what it said so far, by the number of codes."""

    def __init__(self, name: str, threads: int) -> None:
        self.said: dict[int, list[Spoken]] = {}
        path = os.pathsep.join(str(ROOT / folder) for folder in ("tests", "benchmarks"))
        self._process = subprocess.Popen(
            [sys.executable, __file__, name, str(threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        self._answer(8)  # the first answer is slower than any other

    def ask(self, codes: int) -> None:
        self.said.setdefault(codes, []).append(self._answer(codes))

    def median(self, codes: int, what: str) -> float:
        return float(median(getattr(each, what) for each in self.said[codes]))

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _answer(self, codes: int) -> Spoken:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{codes}\n")
        self._process.stdin.flush()
        return Spoken(**json.loads(self._process.stdout.readline()))


def upstream(model: Any) -> Speak:
    model.tokenizer = SimpleNamespace(encode=lambda _text, **_: TOKENS)
    latents, speaker = tiny_xtts.conditioning(WIDTH)

    def speak(codes: int) -> Iterator[Any]:
        return model.inference_stream(  # type: ignore[no-any-return]
            "", "en", latents, speaker, do_sample=False,
            max_new_tokens=codes, suppress_tokens=[model.gpt.stop_audio_token],
        )  # fmt: skip

    return speak


def ours(model: Any, precision: str = "auto") -> Speak:
    from streamtts.engine import Ticket
    from streamtts.synthesizers.xtts.sampling import Sampling
    from streamtts.synthesizers.xtts.streaming import Streamer

    streamer = Streamer(model, precision=precision)
    voice = streamer.voice(*tiny_xtts.conditioning(WIDTH))

    def speak(codes: int) -> Iterator[Any]:
        sampling = Sampling(least_codes=codes, most_codes=codes)
        return streamer.stream(TOKENS, voice, ticket=Ticket(), sampling=sampling)

    return speak


def measured(speak: Speak, codes: int) -> Spoken:
    begun, cpu = time.perf_counter(), time.process_time()
    times, samples = [begun], 0
    for piece in speak(codes):
        times.append(time.perf_counter())
        samples += len(piece)
    return Spoken(
        times[1] - begun, times[-1] - begun, time.process_time() - cpu, samples, resident_mb("VmHWM")
    )


def main() -> None:
    name, threads = sys.argv[1:]
    from streamtts import _core
    from streamtts.synthesizers.xtts import device
    from streamtts.synthesizers.xtts.upstream import quiet

    if name == "ours":  # as the program does
        device.torch_with(int(threads))
    else:
        import torch

        torch.set_num_threads(int(threads))
    _core.return_large_blocks()
    answers = os.fdopen(os.dup(1), "w")  # upstream may print
    with quiet():
        model = tiny_xtts.make_model(text_tokens=TEXT_TOKENS, shape=tiny_xtts.FULL_SHAPE)
        speak = upstream(model) if name == "upstream" else ours(model)
        for line in sys.stdin:
            print(json.dumps(vars(measured(speak, int(line)))), file=answers, flush=True)


if __name__ == "__main__":
    main()
