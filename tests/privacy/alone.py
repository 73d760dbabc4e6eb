"""The command as a process of its own in a world of its own, with the kernel looking on."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from cli.support import assistant
from privacy.kernel_watch import Watched, reason_blind, watched
from session.running import COMMAND, private_environment

SAID = assistant("Done. All `tests` pass.")
QUICK = ("--output", "null:20")

# With the first ones some libraries keep quiet, and it is the product that has to keep them quiet. The last
# ones take sound or keys elsewhere, which whoever sets them wants.
_UNSET = {
    *("CI", "DO_NOT_TRACK", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "HF_HUB_OFFLINE"),
    *("DISPLAY", "PULSE_SERVER", "OPENAI_API_KEY"),
}

needs_eyes = pytest.mark.skipif(reason_blind() is not None, reason=str(reason_blind()))


def run(
    folder: Path,
    *flags: str | Path,
    stdin: bytes = SAID,
    config: str = "",
    variables: Mapping[str, str] | None = None,
    command: Sequence[str] = COMMAND,
) -> Watched:
    own = private_environment(folder, config)
    home_of(folder).mkdir()
    environ = {name: value for name, value in own.items() if name not in _UNSET}
    environ |= {"HOME": str(home_of(folder)), **(variables or {})}
    return watched([*command, *map(str, flags)], folder, environ, stdin)


def home_of(folder: Path) -> Path:
    return folder / "home"


def sentences(trace: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line["event"] == "sentence"]
