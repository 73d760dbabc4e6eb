"""An environment of its own for each peer, made once below build/peers."""

import subprocess
import sys
from pathlib import Path

from peers.roster import ENVIRONMENTS, Environment

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "build/peers"


def python_of(environment: Environment) -> Path:
    return PLACE / environment.name / "bin/python"


def is_ready(environment: Environment) -> bool:
    return _note(environment).is_file() and _note(environment).read_text() == _wanted(environment)


def set_up() -> None:
    """What cannot be installed is named and left out; the tables then say who is missing."""
    for environment in ENVIRONMENTS:
        if is_ready(environment):
            continue
        if reason := _made(environment):
            print(f"without {environment.name}: {reason}")
        else:
            _note(environment).write_text(_wanted(environment))


def _made(environment: Environment) -> str:
    """Why it could not be made; empty if it was."""
    folder = PLACE / environment.name
    pip = [str(python_of(environment)), "-m", "pip", "install", "--quiet"]
    steps = [[sys.executable, "-m", "venv", str(folder)], [*pip, *environment.packages]]
    if environment.alone:
        steps.append([*pip, "--no-deps", *environment.alone])
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return (done.stderr.strip() or "pip failed").splitlines()[-1]
    return ""


def _note(environment: Environment) -> Path:
    return PLACE / environment.name / "packages.txt"


def _wanted(environment: Environment) -> str:
    return "\n".join([*environment.packages, *environment.alone, ""])
