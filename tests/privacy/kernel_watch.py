"""What a program and all its children asked of the network, told by the kernel: nothing can hide it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 300.0  # only so that a hang ends the test

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)")
_FAMILY = re.compile(r"\b(?:AF|PF)_\w+")
_BETWEEN_PROCESSES = {"AF_UNIX", "AF_LOCAL", "PF_UNIX", "PF_LOCAL"}
_OPENING = {"socket", "socketpair"}
# Whoever has such a ring can open sockets by writing into memory, which no trace shows.
_UNSEEN = "io_uring_setup"


@dataclass(frozen=True)
class Watched:
    """A program that has ended, and each of its system calls that had to do with a network."""

    status: int
    out: str
    err: str
    network: list[str]


def reason_blind() -> str | None:
    """Why this machine does not let us watch."""
    if sys.platform != "linux":
        return "strace, which sees system calls, is for Linux"
    if shutil.which("strace") is None:
        return "strace, which sees system calls, is not installed: tools/install_test_tools.sh brings it"
    tried = subprocess.run([*_strace(Path("/dev/null")), "true"], capture_output=True, text=True, check=False)
    return f"strace may not watch here: {tried.stderr.strip()}" if tried.returncode else None


def watched(command: Iterable[str], folder: Path, environ: Mapping[str, str], stdin: bytes = b"") -> Watched:
    seen = folder / "system-calls.txt"
    done = subprocess.run(
        [*_strace(seen), *command],
        input=stdin,
        capture_output=True,
        env=environ,
        timeout=PATIENCE_S,
        check=False,
    )
    lines = seen.read_text(encoding="utf-8", errors="replace").splitlines()
    if not any("exited with" in line or "killed by" in line for line in lines):
        raise ValueError("strace saw no program end")
    return Watched(
        done.returncode,
        done.stdout.decode("utf-8", "replace"),
        done.stderr.decode("utf-8", "replace"),
        list(network_calls(lines)),
    )


def _strace(into: Path) -> list[str]:
    calls = f"trace=%network,{_UNSEEN}"
    return ["strace", "--follow-forks", "--seccomp-bpf", f"--output={into}", "-e", calls]


def network_calls(lines: Iterable[str]) -> Iterator[str]:
    """Those of strace's lines that have to do with more than sockets between processes of this machine."""
    for line in lines:
        call = _CALL.match(line)
        if call is None:  # a signal, an end, the second half of a call
            continue
        name, rest = call.groups()
        families = set(_FAMILY.findall(_QUOTED.sub("", rest)))
        opened_another = name in _OPENING and not families  # a family without a name is a number
        if name == _UNSEEN or opened_another or families - _BETWEEN_PROCESSES:
            yield line
