"""Memory that was needed to load a model, and no longer."""

import ctypes
import gc
import sys


def give_back_memory() -> None:
    """glibc keeps what was freed unless it is asked; other allocators do not."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
