"""streamtts as a process of its own, its trace on this machine's clock, its control socket at hand."""

import json
import os
import resource
import socket
import time
from pathlib import Path
from typing import Any

from session.running import Running, wait_until
from worker.registering import install

TOKENS_PER_S = 80
HERE = Path(__file__).parent


def null_voice(folder: Path) -> dict[str, str]:
    """Variables with which a program finds the voice called `null`."""
    install(folder, {"null": "null_voice:engine"}, distribution="null_voice")
    return {"PYTHONPATH": os.pathsep.join(map(str, (folder, HERE)))}


def cpu_s(pid: int) -> float:
    """Of all the threads that a process has now."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9


def resident_mib(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


class TimedSession(Running):
    """Moments are seconds of time.monotonic."""

    def warm_up(self, text: str = "Ready.") -> None:
        """The first sentence, heard to its end: the voice is loaded, and free."""
        self.say(text)
        self.wait_for("heard_end")
        time.sleep(0.5)

    def write_stamped(self, data: bytes) -> float:
        """Returns the moment before the write."""
        assert self.process.stdin is not None
        now_s = time.monotonic()
        os.write(self.process.stdin.fileno(), data)
        return now_s

    def origin_s(self) -> float:
        started = self.lines("started")[0]
        return float(started["monotonic_ms"] - started["at_ms"]) / 1000

    def moments(self, event: str, field: str = "at_ms") -> dict[int, float]:
        """When each sentence first met this event."""
        origin_s = self.origin_s()
        found: dict[int, float] = {}
        for line in self.lines(event):
            found.setdefault(int(line["index"]), origin_s + line[field] / 1000)
        return found

    def control(self) -> "Control":
        wait_until("the control socket", lambda: bool(self._sockets()))
        return Control(self._sockets()[0])

    def cpu_s(self) -> float:
        return cpu_s(self.process.pid)

    def _sockets(self) -> list[Path]:
        return list(Path(self.environment["XDG_RUNTIME_DIR"]).rglob(f"{self.process.pid}.sock"))


class Control:
    """A client of the control socket that stays connected."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(os.fspath(path))
        self._answers = self._socket.makefile("rb")

    def __enter__(self) -> "Control":
        return self

    def __exit__(self, *_: object) -> None:
        self._answers.close()
        self._socket.close()

    def ask(self, words: str) -> dict[str, Any]:
        self._socket.sendall(words.encode() + b"\n")
        answer: dict[str, Any] = json.loads(self._answers.readline())
        return answer


def event_line(event: dict[str, object]) -> bytes:
    """What Claude Code writes with --include-partial-messages."""
    line = {"type": "stream_event", "event": event, "session_id": "s", "parent_tool_use_id": None}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def delta_line(text: str) -> bytes:
    delta = {"type": "text_delta", "text": text}
    return event_line({"type": "content_block_delta", "index": 0, "delta": delta})


def message_head() -> bytes:
    message = {"id": "m", "type": "message", "role": "assistant", "model": "claude", "content": []}
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    return event_line({"type": "message_start", "message": message}) + event_line(block)
