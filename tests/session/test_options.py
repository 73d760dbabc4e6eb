"""Options that change what is heard, through the whole command."""

import json
import subprocess
import threading
import wave
from pathlib import Path

from cli.support import assistant
from session.running import COMMAND, Line, Running, private_environment, wait_until


def tool_call(name: str, number: int) -> bytes:
    block = {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": {"command": "ls"}}
    message = {"id": f"msg_{number}", "role": "assistant", "content": [block]}
    return json.dumps({"type": "assistant", "message": message}).encode() + b"\n"


def result(text: str) -> bytes:
    return json.dumps({"type": "result", "subtype": "success", "result": text}).encode() + b"\n"


def test_tools_are_named_only_if_asked_for(tmp_path: Path) -> None:
    log = assistant("Looking.", uuid="1") + tool_call("Bash", 2) + tool_call("mcp__github__create_issue", 3)
    for flags, heard in (
        ((), ["Looking."]),
        (("--tools", "brief"), ["Looking.", "Bash.", "Github create issue."]),
    ):
        with Running(tmp_path, *flags) as running:
            running.write(log)
            assert running.finish() == 0
            assert [text.lower() for text in running.heard_texts()] == [text.lower() for text in heard]


def test_the_end_of_a_turn_can_be_heard(tmp_path: Path) -> None:
    lengths = []
    for flags in ((), ("--earcon",)):
        wav = tmp_path / f"{len(flags)}.wav"
        with Running(tmp_path, "--output", f"wav:{wav}", *flags) as running:
            running.write(assistant("Done.", uuid="1") + result("Done."))
            assert running.finish() == 0
            assert [line["turn"] for line in running.lines("turn_heard")] == [1]
        lengths.append(wav.stat().st_size)
    assert lengths[1] - lengths[0] > 0.3 * 48_000 * 2


def test_a_new_turn_interrupts_the_old_one_if_asked_to(tmp_path: Path) -> None:
    with Running(tmp_path, "--output", "null", "--on-new-turn", "interrupt") as running:
        running.write(assistant("A first sentence. A second one. A third.", uuid="1") + result("x"))
        running.wait_for("heard_start")
        running.write(assistant("The new turn.", uuid="2"))
        assert running.finish() == 0
        assert running.heard_texts() == ["A first sentence.", "The new turn."]
        assert {line["why"] for line in running.lines("skipped")} == {"new turn"}


def test_far_behind_it_skips_says_so_and_loses_nothing_silently(tmp_path: Path) -> None:
    sentences = [f"This is sentence number {number} of very many." for number in range(40)]
    with Running(tmp_path, "--output", "null:10", "--lag", "5s:skip") as running:
        running.say(*sentences)
        assert running.finish() == 0
        known = {line["index"] for line in running.lines("known")}
        outcomes: list[Line] = running.lines("sentence")
        assert {line["index"] for line in outcomes} == known
        assert {line["outcome"] for line in outcomes} == {"heard", "skipped"}
        heard = running.heard_texts()
        assert sentences[-1] in heard
        assert any(text.startswith("Skipping") for text in heard)
        assert "[skipped: " in running.err


def test_recorded_logs_are_read_without_hurry_and_one_after_the_other(tmp_path: Path) -> None:
    logs = []
    for name in ("one", "two"):
        log = tmp_path / f"{name}.jsonl"
        log.write_bytes(b"".join(assistant(f"Line {at} of {name}.", uuid=f"{name}{at}") for at in range(30)))
        logs.append(log)
    with Running(tmp_path, "--output", "null:100", *logs) as running:
        assert running.finish() == 0
        wanted = [f"Line {at} of {name}." for name in ("one", "two") for at in range(30)]
        assert running.heard_texts() == wanted
        assert {line["speed"] for line in running.lines("status")} == {1.0}


def test_watch_speaks_what_the_newest_transcript_gets(tmp_path: Path) -> None:
    folder = tmp_path / ".claude" / "projects" / "mine"
    folder.mkdir(parents=True)
    transcript = folder / "session.jsonl"
    transcript.write_bytes(assistant("Said before.", uuid="1", parentUuid=None))
    process = subprocess.Popen(
        [*COMMAND, "watch", "--voice", "tone", "--output", "null:20", "--trace", tmp_path / "t", "--no-keys"],
        env=private_environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    assert b"session.jsonl" in process.stderr.readline()
    with transcript.open("ab") as file:
        file.write(assistant("Said now.", uuid="2", parentUuid="1"))
    spoken = threading.Event()
    for line in process.stderr:
        if b"Said now." in line:
            spoken.set()
            break
    assert spoken.is_set()
    process.terminate()
    rest = process.communicate()[1]
    assert process.returncode == 143
    assert b"Traceback" not in rest
    assert b"Said before." not in (tmp_path / "t").read_bytes()


def test_the_demo_speaks_shows_and_counts(tmp_path: Path) -> None:
    wav = tmp_path / "demo.wav"
    done = subprocess.run(
        [*COMMAND, "demo", "--output", f"wav:{wav}", "--voice", "tone"],
        env=private_environment(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "I looked at the failing test first." in done.stderr
    assert "first audio" in done.stdout
    assert "median" in done.stdout
    assert wav.stat().st_size > 48_000


def test_the_sound_file_is_whole_after_an_early_end(tmp_path: Path) -> None:
    wav = tmp_path / "out.wav"
    with Running(tmp_path, "--output", f"wav:{wav}") as running:
        running.say("One.")
        running.wait_for("heard_end")
        running.process.terminate()
        wait_until("the end", running.ended)
    with wave.open(str(wav)) as sound:
        samples = sound.readframes(sound.getnframes())
    assert wav.read_bytes().endswith(samples)
    assert len(samples) > 0.2 * 48_000 * 2
