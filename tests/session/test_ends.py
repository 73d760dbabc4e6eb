"""How a session ends: by itself, by a signal, by a reader that goes away; and what it leaves behind."""

import os
import resource
import signal
import subprocess
from pathlib import Path

import pytest

from cli.support import assistant
from session.running import COMMAND, PATIENCE_S, Running, private_environment, wait_until

LONG = "This sentence is long enough to be interrupted while it is heard."


def gone(pid: int) -> bool:
    """Ended, and buried by whoever is its parent now."""
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"


def test_at_the_end_of_the_input_all_is_heard(tmp_path: Path) -> None:
    with Running(tmp_path) as running:
        running.say("One. Two.", "Three.")
        assert running.finish() == 0
        assert running.heard_texts() == ["One.", "Two.", "Three."]
        assert running.lines("summary")[0]["heard"] == 3
        assert running.err.splitlines() == ["One.", "Two.", "Three."]


def test_a_standard_input_that_is_closed_is_an_empty_one(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", 'exec "$@" <&- >&-', "bash", *COMMAND, "--voice", "tone", "--output", "null:20"],
        env=private_environment(tmp_path),
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_named_pipe_is_opened_once_so_that_its_writer_lives(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with Running(tmp_path, str(pipe)) as running:
        with pipe.open("wb", buffering=0) as writer:
            writer.write(assistant("One."))
            running.wait_for("heard_end")
            writer.write(assistant("Two."))
        assert running.finish() == 0
        assert running.heard_texts() == ["One.", "Two."]


def test_what_is_no_agents_log_is_told_at_the_end(tmp_path: Path) -> None:
    with Running(tmp_path) as running:
        running.write(b"hello\n")
        assert running.finish() == 0
        assert "is not an agent's JSON" in running.err
        assert running.err.count("\n") == 1


def test_a_sentence_is_heard_before_its_message_is_complete(tmp_path: Path) -> None:
    with Running(tmp_path) as running:
        running.write(
            b'{"type":"stream_event","event":{"type":"content_block_delta","index":0,'
            b'"delta":{"type":"text_delta","text":"First sentence. And the se"}}}\n'
        )
        assert running.wait_for("heard_start")["index"] == 0
        assert running.finish() == 0
        assert running.heard_texts() == ["First sentence.", "And the se."]


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_it_at_once_and_quietly(tmp_path: Path, number: int, status: int) -> None:
    with Running(tmp_path, "--output", "null", "--isolate", "always", "--quiet") as running:
        running.say(LONG)
        running.wait_for("heard_start")
        children = running.children()
        assert children
        running.process.send_signal(number)
        wait_until("the end", running.ended)
        assert running.finish() == status
        assert "Traceback" not in running.err
        wait_until("the end of the engines", lambda: all(map(gone, children)))
        assert list(Path(running.environment["XDG_RUNTIME_DIR"]).rglob("*.sock")) == []


def test_killed_outright_it_leaves_no_engine_behind(tmp_path: Path) -> None:
    with Running(tmp_path, "--output", "null", "--isolate", "always") as running:
        running.say(LONG)
        running.wait_for("voiced")
        children = running.children()
        running.process.kill()
        wait_until("the end of the engines", lambda: bool(children) and all(map(gone, children)))


@pytest.mark.parametrize("way", ["terminated", "quit", "no voice"])
def test_the_agent_goes_on_when_nobody_listens_any_more(tmp_path: Path, way: str) -> None:
    """An agent that writes into a pipe without a reader is killed by SIGPIPE."""
    flags, voice = (("--from", "cy"), "hibari") if way == "no voice" else ((), "tone")
    nothing = {"PATH": "/nowhere"}
    with Running(tmp_path, "--output", "null", *flags, voice=voice, environment=nothing) as running:
        running.say(LONG)
        if way != "no voice":
            running.wait_for("heard_start")
        if way == "terminated":
            running.process.terminate()
        elif way == "quit":
            ctl = [*COMMAND, "ctl", "quit", "--pid", str(running.process.pid)]
            subprocess.run(ctl, check=True, env=running.environment, capture_output=True)
        wait_until("the end", running.ended)
        for _ in range(100):
            running.write(b"x" * 10_000)


def test_the_reader_of_its_sound_may_go_away(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with Running(tmp_path, "--output", "raw:-", "--quiet", stdout=writing) as running:
        os.close(writing)
        running.say(LONG)
        os.read(reading, 1000)
        os.close(reading)
        running.say(LONG * 50)
        wait_until("the end", running.ended)
        assert running.finish() == 0
        assert running.err in ("", "streamtts: silent from here on; the agent works on undisturbed\n")


def test_a_disk_that_is_full_after_the_last_word_was_computed_ends_it_with_the_reason(tmp_path: Path) -> None:
    def allow_one_second() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    wav = f"wav:{tmp_path / 'out.wav'}"
    with Running(tmp_path, "--output", wav, preexec_fn=allow_one_second) as running:
        running.say("This sentence takes two seconds.")
        assert running.finish() == 1
        assert running.err.splitlines()[-1] == (
            f"streamtts: cannot write sound to {tmp_path / 'out.wav'}: File too large"
        )


def test_sound_on_standard_output_is_nothing_but_sound(tmp_path: Path) -> None:
    with Running(tmp_path, "--output", "raw:-,rate=24000,format=s16") as running:
        running.say("Sixteen letters.")
        assert running.finish() == 0
        seconds = len(running.out) / 2 / 24_000
        assert 1.0 < seconds < 1.6


def test_an_engine_killed_in_the_middle_of_a_sentence_costs_at_most_that_sentence(tmp_path: Path) -> None:
    config = "[engines.tone]\npiece_s = 0.1\npiece_delay_s = 0.05\n"
    with Running(tmp_path, "--output", "null", "--isolate", "always", config=config) as running:
        running.say(LONG, "The next one.")
        running.wait_for("heard_start")
        (child,) = running.children()
        os.kill(child, signal.SIGKILL)
        assert running.finish() == 0
        assert running.heard_texts()[-1] == "The next one."
        assert "a sentence was lost" in running.err
        assert "SIGKILL" in running.err


def test_without_a_voice_it_says_what_to_install(tmp_path: Path) -> None:
    with Running(tmp_path, "--from", "cy", voice="hibari", environment={"PATH": "/nowhere"}) as running:
        running.say("Bore da.")
        assert running.finish() == 1
        last = running.err.splitlines()[-1]
        assert "Traceback" not in running.err
        assert "espeak" in running.err, last


def test_bad_flags_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    for flags, hint in {
        ("--voice", "hibary"): "did you mean hibari?",
        ("--output", "nulll"): "null",
        ("--lag", "soon"): "20s:speed",
        ("--captions", str(tmp_path / "a.txt")): ".srt",
        ("--trace", "/nowhere/trace.jsonl"): "/nowhere",
        ("--lexicon", "/nowhere/lexicon.toml"): "/nowhere",
    }.items():
        done = subprocess.run(
            [*COMMAND, *flags], input=b"", capture_output=True, env=private_environment(tmp_path), check=False
        )
        err = done.stderr.decode()
        assert done.returncode == 2, (flags, err)
        assert hint in err
        assert err.count("\n") == 1, err


def test_many_messages_without_a_pause_lose_nothing_and_leak_nothing(tmp_path: Path) -> None:
    config = "[engines.tone]\nchars_per_s = 10000\n"
    with Running(tmp_path, "--output", "null:200", "--quiet", "--lag", "off", config=config) as running:
        running.say(*(f"Message {number}. And a word." for number in range(200)))
        running.wait_for("heard_end", 400)
        threads, descriptors, resident = running.threads(), running.descriptors(), running.resident_kib()
        running.say(*(f"Message {number}. And a word." for number in range(200, 1000)))
        running.wait_for("heard_end", 2000)
        assert running.threads() == threads
        assert running.descriptors() == descriptors
        assert running.resident_kib() - resident < 16_000
        assert running.finish() == 0
        assert [line["index"] for line in running.lines("heard_end")] == list(range(2000))
        assert running.process.wait(PATIENCE_S) == 0
