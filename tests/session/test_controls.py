"""The listener's verbs from a real terminal and from another process, while standard input is the pipe."""

import json
import stat
import subprocess
from pathlib import Path

from cli.support import assistant
from controls.pty_rig import PtyRig
from session.running import COMMAND, Running, private_environment, wait_until

SENTENCES = [f"This is sentence number {number}." for number in range(6)]


def ctl(running: Running, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "ctl", *words], env=running.environment, capture_output=True, text=True, check=False
    )


def test_keys_steer_the_voice_and_the_terminal_is_as_before(tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    flags = ("--voice", "tone", "--output", "null", "--trace", str(trace))
    environment = {**private_environment(tmp_path), "TERM": "xterm"}

    def told(event: str, **wanted: object) -> bool:
        lines = [json.loads(line) for line in trace.read_text().splitlines() if line.endswith("}")]
        return any(
            line["event"] == event and all(line[name] == value for name, value in wanted.items())
            for line in lines
        )

    with PtyRig([*COMMAND, *flags], env=environment) as terminal:
        terminal.stdin.write(b"".join(map(assistant, SENTENCES)))
        terminal.stdin.flush()
        wait_until("the first sentence", lambda: trace.exists() and told("heard_start", index=0))
        assert terminal.is_quiet()
        terminal.press("\x1b[C")
        wait_until("the next sentence", lambda: told("heard_start", index=1))
        assert told("heard_end", index=0, cut=True)
        terminal.press(" ")
        wait_until("the pause", lambda: told("status", state="paused"))
        terminal.press("m")
        wait_until("the mute", lambda: told("status", muted=True))
        terminal.press("\x1b[D")
        wait_until("the sentence before", lambda: told("heard_start", index=0))
        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.is_cooked()
        assert terminal.modes() == terminal.modes_before
        assert SENTENCES[0] in terminal.screen()


def test_another_terminal_steers_it_through_a_private_socket(tmp_path: Path) -> None:
    with Running(tmp_path, "--output", "null") as running:
        running.say(*SENTENCES)
        running.wait_for("heard_start")
        (socket,) = Path(running.environment["XDG_RUNTIME_DIR"]).rglob("*.sock")
        assert stat.S_IMODE(socket.stat().st_mode) == 0o600
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
        status = json.loads(ctl(running, "status", "--json").stdout)
        assert status["sentence"] == SENTENCES[0]
        assert status["state"] == "speaking"
        assert ctl(running, "say", "Hello", "there.").returncode == 0
        assert ctl(running, "next").returncode == 0
        assert ctl(running, "stop").returncode == 0
        refused = ctl(running, "jump")
        assert refused.returncode == 2
        assert refused.stderr.count("\n") == 1
        assert running.finish() == 0
        assert {line["why"] for line in running.lines("skipped")} <= {"stopped", "skipped"}
        assert not socket.exists()
        assert ctl(running, "status").returncode == 1


def test_stop_from_outside_is_not_the_end(tmp_path: Path) -> None:
    with Running(tmp_path, "--output", "null") as running:
        running.say(*SENTENCES)
        running.wait_for("heard_start")
        ctl(running, "stop")
        running.say("And then this.")
        assert running.finish() == 0
        assert running.heard_texts() == [SENTENCES[0], "And then this."]


def test_quit_ends_it_while_the_pipe_is_still_open(tmp_path: Path) -> None:
    with Running(tmp_path, "--output", "null") as running:
        running.say(*SENTENCES)
        running.wait_for("heard_start")
        assert ctl(running, "quit").returncode == 0
        wait_until("the end", running.ended)
        assert running.process.returncode == 0
        (summary,) = running.lines("summary")
        assert summary["cut"] == 1
        assert summary["at_ms"] >= running.lines("heard_start")[-1]["at_ms"]
