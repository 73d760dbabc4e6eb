"""Writes src/streamtts/_core/*.pyi from the built extension; --check compares the committed ones."""

import difflib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMITTED = ROOT / "src/streamtts/_core"


def generate() -> dict[str, str]:
    """What each file of the stub should be, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        stubgen = [sys.executable, "-m", "pybind11_stubgen", "streamtts._core", "--output-dir", folder]
        subprocess.run([*stubgen, "--exit-code"], check=True, capture_output=True)
        fresh = Path(folder) / "streamtts/_core"
        ruff = [sys.executable, "-m", "ruff"]
        config = ["--config", str(ROOT / "pyproject.toml")]
        subprocess.run([*ruff, "format", "--quiet", *config, str(fresh)], check=True)
        return {path.name: path.read_text(encoding="utf-8") for path in sorted(fresh.glob("*.pyi"))}


def committed() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(COMMITTED.glob("*.pyi"))}


def main() -> int:
    fresh, before = generate(), committed()
    if "--check" not in sys.argv[1:]:
        for name in before.keys() - fresh.keys():
            (COMMITTED / name).unlink()
        for name, text in fresh.items():
            (COMMITTED / name).write_text(text, encoding="utf-8")
        return 0
    if fresh == before:
        return 0
    for name in sorted(fresh | before):
        old, new = before.get(name, "").splitlines(), fresh.get(name, "").splitlines()
        diff = difflib.unified_diff(old, new, f"committed {name}", f"fresh {name}", lineterm="")
        sys.stderr.write("".join(f"{line}\n" for line in diff))
    sys.stderr.write("The stubs in src/streamtts/_core are stale: run `make stubs` and commit them.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
