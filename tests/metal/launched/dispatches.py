"""How many operations PyTorch would send to a GPU: those that compute or copy, not those that only look."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

_FREE = frozenset(
    (
        *(
            "view",
            "_unsafe_view",
            "reshape",
            "transpose",
            "permute",
            "t",
            "expand",
            "slice",
            "select",
            "unsqueeze",
        ),
        *(
            "squeeze",
            "split",
            "split_with_sizes",
            "unbind",
            "chunk",
            "alias",
            "detach",
            "as_strided",
            "narrow",
        ),
        *(
            "empty",
            "empty_like",
            "new_empty",
            "empty_strided",
            "sym_size",
            "lift_fresh",
            "unflatten",
            "flatten",
        ),
        *("_local_scalar_dense", "item", "is_same_size", "_reshape_alias", "view_as", "movedim"),
    )
)


@dataclass
class Dispatches:
    count: int = 0


@contextmanager
def dispatches() -> Iterator[Dispatches]:
    """Those within the block."""
    from torch.utils._python_dispatch import TorchDispatchMode

    found = Dispatches()

    class Counting(TorchDispatchMode):  # type: ignore[misc]
        def __torch_dispatch__(self, function: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
            found.count += function.overloadpacket.__name__ not in _FREE
            return function(*args, **(kwargs or {}))

    with Counting():
        yield found
