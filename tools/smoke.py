"""What a wheel must do where it is installed, without a sound card; run with that Python."""

import json
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

from streamtts import __version__, _core
from streamtts.metal import sources

PROSE = "It **works**. Run `make test` now."
LOG = json.dumps({"type": "assistant", "message": {"content": [{"type": "text", "text": PROSE}]}}) + "\n"
SAID = ["It works.", "Run make test now."]


class BrokenWheelError(Exception):
    """What does not work."""


def main() -> int:
    for check in (version, text, sound, metal):
        sys.stdout.write(f"{check.__name__}: {check()}\n")
    return 0


def version() -> str:
    """The command is there, and it is this package's."""
    said = streamtts("--version")
    if __version__ not in said:
        raise BrokenWheelError(f"--version says {said!r}, and the package is {__version__}")
    return __version__


def text() -> str:
    """Prose is what is left of a log."""
    lines = streamtts("--text").splitlines()
    if lines != SAID:
        raise BrokenWheelError(f"--text printed {lines}, and not {SAID}")
    return " ".join(lines)


def sound() -> str:
    """A sentence becomes sound in a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        streamtts("--voice", "tone", "--output", f"wav:{path}")
        with wave.open(str(path)) as said:
            frames, rate_hz = said.getnframes(), said.getframerate()
            silent = not any(said.readframes(frames))
    if silent:
        raise BrokenWheelError(f"{frames} frames were written, and none is loud")
    return f"{frames / rate_hz:.1f} seconds"


def metal() -> str:
    """The kernels are there, and Apple's compiler takes them where it is."""
    if not sources.NAMES:
        raise BrokenWheelError("the wheel brings no Metal kernels")
    if not _core.metal.available():
        return f"{len(sources.NAMES)} families of kernels, and no GPU for them"
    kernels = sum(len(_core.metal.compile(sources.source(name)).names) for name in sources.NAMES)
    return f"{kernels} kernels compiled for {_core.metal.device().name}"


def streamtts(*arguments: str) -> str:
    command = [sys.executable, "-m", "streamtts", *arguments]
    done = subprocess.run(command, input=LOG, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise BrokenWheelError(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
