"""The most memory that this program and its engines have had."""

import resource
import sys

_BYTES = 1 if sys.platform == "darwin" else 1024  # a unit of ru_maxrss
_MB = 1_000_000


def peak_mb() -> tuple[int, int]:
    """Of this process; and of the largest of those that it has started and that have ended."""
    own, engines = (
        resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own * _BYTES // _MB, engines * _BYTES // _MB
