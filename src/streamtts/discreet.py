"""Libraries that report to their makers unless told otherwise are told otherwise, before one is loaded."""

import os

# onnxruntime sends what it runs, and keeps a number for the machine in ~/.cache; others heed the second one.
_NO_REPORTS = {"ORT_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}


def keep_libraries_discreet() -> None:
    """Holds for this process and those that it starts. What the user has set is left as it is."""
    for name, value in _NO_REPORTS.items():
        os.environ.setdefault(name, value)
