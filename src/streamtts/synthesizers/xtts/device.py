"""Where the network computes."""

import os
from typing import Any

from streamtts.engine import EngineError

DEVICES = ("auto", "cpu", "cuda", "mps")


def torch_with(threads: int) -> Any:
    """PyTorch, told how many threads it may have."""
    # Threads that spin while they wait starve each other on a busy machine; read when torch is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch

    torch.set_num_threads(threads)
    return torch


def chosen(torch: Any, wanted: str) -> Any:
    """The best there is, or the one that is wanted. EngineError if that is not there."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        wanted = next(name for name, here in there.items() if here)
    if not there[wanted]:
        raise EngineError(f"torch finds no {wanted} device here: set engines.xtts.device to auto")
    return torch.device(wanted)
