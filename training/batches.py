"""Many examples in one row of tokens: each sees the head and itself, so that the head is read once."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from training.corpus import Example


@dataclass(frozen=True, slots=True)
class Batch:
    tokens: torch.Tensor  # 1 x length
    positions: torch.Tensor
    mask: torch.Tensor  # 1 x 1 x length x length, what may be seen
    asked: torch.Tensor  # places whose next token is to be learnt
    answers: torch.Tensor


def batches(head: Sequence[int], examples: Sequence[Example], most: int, seed: int) -> Iterator[Batch]:
    """All examples once, in an order of their own, in rows of at most about `most` tokens."""
    order = list(examples)
    random.Random(seed).shuffle(order)
    row: list[Example] = []
    for example in order:
        row.append(example)
        if sum(len(each.sentence) + len(each.translation) for each in row) >= most:
            yield pack(head, row)
            row = []
    if row:
        yield pack(head, row)


def pack(head: Sequence[int], row: Sequence[Example]) -> Batch:
    tokens, owner, positions = list(head), [-1] * len(head), list(range(len(head)))
    asked: list[int] = []
    answers: list[int] = []
    for index, example in enumerate(row):
        begin = len(tokens)
        tokens += [*example.sentence, *example.translation]
        length = len(tokens) - begin
        owner += [index] * length
        positions += range(len(head), len(head) + length)
        asked += range(begin + len(example.sentence) - 1, len(tokens) - 1)
        answers += example.translation
    owners = torch.tensor(owner)
    seen = (owners[:, None] == owners[None, :]) | (owners[None, :] == -1)
    return Batch(
        torch.tensor([tokens]),
        torch.tensor([positions]),
        torch.tril(seen)[None, None],
        torch.tensor(asked),
        torch.tensor(answers),
    )
