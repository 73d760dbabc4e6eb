"""Writes src/streamtts/_core.pyi from the built extension; --check compares it with the committed one."""

import difflib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMITTED = ROOT / "src/streamtts/_core.pyi"


def generate() -> str:
    with tempfile.TemporaryDirectory() as folder:
        stubgen = [sys.executable, "-m", "pybind11_stubgen", "streamtts._core", "--output-dir", folder]
        subprocess.run([*stubgen, "--exit-code"], check=True, capture_output=True)
        fresh = Path(folder) / "streamtts/_core.pyi"
        ruff = [sys.executable, "-m", "ruff"]
        config = ["--config", str(ROOT / "pyproject.toml")]
        subprocess.run([*ruff, "format", "--quiet", *config, str(fresh)], check=True)
        return fresh.read_text(encoding="utf-8")


def main() -> int:
    fresh = generate()
    if "--check" not in sys.argv[1:]:
        COMMITTED.write_text(fresh, encoding="utf-8")
        return 0
    committed = COMMITTED.read_text(encoding="utf-8")
    if fresh == committed:
        return 0
    diff = difflib.unified_diff(committed.splitlines(), fresh.splitlines(), "committed", "fresh", lineterm="")
    sys.stderr.write("\n".join(diff) + "\n_core.pyi is stale: run `make stubs` and commit it.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
