"""A large log out of the captured ones: repeated, each time with identities of its own."""

import re
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "tests/data"

# What a reader may take for a repetition: uuids, and opencode's part ids.
_IDENTITY = re.compile(rb"\b[0-9a-f]{8}(?=-[0-9a-f]{4}-[0-9a-f]{4}-)|(?<=prt_)[0-9a-f]{8}")


def captures(folder: str = "agent-logs") -> list[bytes]:
    paths = sorted((DATA / folder).glob("*.json*"))
    logs = [path.read_bytes() for path in paths if path.name != "expected.json"]
    return [log if log.endswith(b"\n") else log + b"\n" for log in logs]


def write_log(path: Path, size: int) -> None:
    """Writes whole rounds of all captures until `size` bytes are there."""
    once = b"".join(captures())
    with path.open("wb") as log:
        for number in range(-(-size // len(once))):
            log.write(_renumbered(once, number))


def _renumbered(log: bytes, number: int) -> bytes:
    def renumber(identity: re.Match[bytes]) -> bytes:
        return b"%08x" % ((int(identity[0], 16) + number * 0x9E3779B1) & 0xFFFFFFFF)

    return _IDENTITY.sub(renumber, log)
