"""Where the network computes."""

from typing import Any

from streamtts.engine import EngineError
from streamtts.synthesizers import openmp

DEVICES = ("auto", "cpu", "cuda", "mps")


def torch_with(threads: int) -> Any:
    """PyTorch, told how many threads it may have."""
    openmp.wait_shortly()
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
