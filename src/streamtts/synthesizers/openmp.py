"""How threads of native libraries wait for one another."""

import os

_SPINS = "1000"  # turns of a loop: some microseconds


def wait_shortly() -> None:
    """To be called before the library is imported; what the user has set holds.

    A thread that waits soon gives its core away, else two on one core wait a time slice each. Yet not at
    once: the threads of a model meet a thousand times a token, mostly within microseconds.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
        os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)
