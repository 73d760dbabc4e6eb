"""Runs clang-tidy over our sources in a compile database, side by side; any finding fails the run."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TIDY = Path(sys.executable).parent / "clang-tidy"


def sources(build: Path) -> list[str]:
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    return sorted({e["file"] for e in entries if Path(e["file"]).is_relative_to(ROOT / "csrc")})


def tidy(build: Path, file: str) -> bool:
    command = [str(TIDY), "--quiet", "-p", str(build), file]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.stderr.write(result.stdout + result.stderr)
    return result.returncode == 0


def main() -> int:
    build = Path(sys.argv[1]).resolve()
    files = sources(build)
    if not files:
        sys.stderr.write(f"{build}/compile_commands.json names no source of ours\n")
        return 1
    clean = True
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        looked_at = {pool.submit(tidy, build, file): Path(file).relative_to(ROOT) for file in files}
        for count, done in enumerate(as_completed(looked_at), 1):
            clean &= done.result()
            sys.stdout.write(f"clang-tidy: {count} of {len(files)}, {looked_at[done]}\n")
            sys.stdout.flush()
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
