"""Tunes a chat model to translate what coding agents say: `python -m training.tune --help`."""

import argparse
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from streamtts import models
from streamtts.translators.gguf.frame import Frame
from streamtts.translators.gguf.server import LlamaServer, Load
from streamtts.translators.llama import DEFAULT_MODEL, engine
from training import lora
from training.batches import Batch, batches
from training.corpus import FOLDERS, Example, examples

_CONTEXT = 512
_TRIED = 64  # examples that are not learnt from


@dataclass(frozen=True, slots=True)
class Lessons:
    """What every sentence stands behind, what is learnt, and what it is tried on."""

    head: Sequence[int]
    taught: Sequence[Example]
    tried: Sequence[Example]


def main(arguments: Sequence[str] | None = None) -> None:
    asked = _arguments().parse_args(arguments)
    torch.manual_seed(asked.seed)
    torch.set_num_threads(asked.threads)
    path = models.path(asked.model)
    lessons = _lessons(path, asked)
    print(f"{len(lessons.taught)} examples, a head of {len(lessons.head)} tokens", flush=True)
    model = _load(path)
    learnt = lora.add(model, asked.rank)
    if asked.begin:
        lora.load(model, asked.begin)
    print(f"{sum(each.numel() for each in learnt)} numbers to learn", flush=True)
    _tune(model, learnt, lessons, asked)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.tune", description=__doc__)
    parser.add_argument("output", type=Path, help="the adapter, a GGUF file")
    parser.add_argument("--begin", type=Path, help="an adapter to go on from")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--to", default="ja")
    parser.add_argument("--pairs", type=Path, help="a folder of .tsv files, in place of our own")
    parser.add_argument("--rank", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3, help="how often each example is seen")
    parser.add_argument("--tokens", type=int, default=1200, help="in one step")
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="learn from those, too, that it is tried on")
    return parser


def _lessons(path: Path, asked: argparse.Namespace) -> Lessons:
    """In the tokens of the product itself."""
    server = LlamaServer(Load(path, asked.threads, _CONTEXT, 0))
    try:
        frame = Frame(server, "en", asked.to, tuned=True)
        known = list(examples(frame, asked.pairs or FOLDERS[asked.to], engine.placeholder))
    finally:
        server.close()
    every = max(len(known) // _TRIED, 1)
    taught = known if asked.all else [each for index, each in enumerate(known) if index % every]
    return Lessons(frame.head, taught, known[::every])


def _load(path: Path) -> Any:
    """The weights as they are quantised, for that is what the adapter will be added to."""
    from transformers import AutoModelForCausalLM, GgufConfig

    return AutoModelForCausalLM.from_pretrained(
        path.parent,
        gguf_file=path.name,
        dtype=torch.bfloat16,
        quantization_config=GgufConfig(dequantize=True),
    )


def _tune(
    model: Any,
    learnt: Sequence[torch.nn.Parameter],
    lessons: Lessons,
    asked: argparse.Namespace,
) -> None:
    per_round = len(list(batches(lessons.head, lessons.taught, asked.tokens, 0)))
    steps = asked.rounds * per_round
    warm = max(steps // 20, 1)
    optimiser = torch.optim.AdamW(learnt, lr=asked.rate, weight_decay=0.0, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, 0.5 + 0.5 * math.cos(math.pi * step / steps))
    )
    begun = time.monotonic()
    for turn in range(asked.rounds):
        for number, batch in enumerate(
            batches(lessons.head, lessons.taught, asked.tokens, asked.seed + turn), 1
        ):
            loss = _loss(model, batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learnt, 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            done = turn * per_round + number
            left_s = (time.monotonic() - begun) / done * (steps - done)
            print(f"{done}/{steps} loss {loss.item():.3f}, {left_s / 60:.0f} minutes left", flush=True)
        with torch.no_grad():
            losses = [
                _loss(model, batch).item() for batch in batches(lessons.head, lessons.tried, asked.tokens, 0)
            ]
        print(
            f"round {turn + 1}: loss {sum(losses) / len(losses):.3f} on {len(lessons.tried)} others",
            flush=True,
        )
        about = f"streamtts: English to {asked.to}, learnt from {len(lessons.taught)} pairs"
        lora.save(model, asked.rank, asked.output, about)


def _loss(model: Any, batch: Batch) -> torch.Tensor:
    hidden = model.model(
        input_ids=batch.tokens, position_ids=batch.positions, attention_mask=batch.mask, use_cache=False
    ).last_hidden_state
    logits = model.lm_head(hidden[0, batch.asked]).float()
    return torch.nn.functional.cross_entropy(logits, batch.answers)


if __name__ == "__main__":
    main()
