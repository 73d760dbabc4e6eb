"""`streamtts --text` as a user meets it."""

import io
import json
import os
import subprocess
import sys
import time
import wave
from pathlib import Path

import pytest

from cli.support import DATA, LOG, PLAIN, FakeClock, assistant, process_environ, run, run_process
from streamtts.cli import main
from streamtts.environment import Environment

HEARD = ["I'll look at the directory first.", "The directory holds forty numbers.", "one.", "two."]


def test_a_log_is_printed_sentence_by_sentence() -> None:
    outcome = run("--text", LOG)
    assert outcome.lines == [*HEARD, "Python code, 1 line.", "Done."]
    assert (outcome.status, outcome.err) == (0, "")


def test_the_demo_is_what_the_readme_shows() -> None:
    root = DATA.parent.parent
    readme = (root / "README.md").read_text(encoding="utf-8")
    shown = readme.split("| streamtts\n")[1].split("\n```")[0].splitlines()
    said = run("--text", root / "src/streamtts/recorded/session.jsonl").lines
    assert len(shown) >= 5
    assert [line for line in said if line in shown] == shown


def test_standard_input_gives_the_same_as_a_file() -> None:
    assert run("--text", stdin=LOG.read_bytes()).out == run("--text", LOG).out


def test_a_dash_is_standard_input() -> None:
    assert run("--text", "-", stdin=assistant("Hello there.")).lines == ["Hello there."]


def test_code_can_be_skipped_or_read() -> None:
    assert run("--text", "--code", "skip", LOG).lines == [*HEARD, "Done."]
    assert "print('code')" in run("--text", "--code", "read", LOG).out


def test_tools_are_told_where_they_would_be_heard() -> None:
    told = run("--text", "--tools", "brief", LOG).lines
    assert [line for line in told if line not in run("--text", LOG).lines] == ["Bash."]


def test_json_holds_what_the_next_stage_needs() -> None:
    rows = [json.loads(line) for line in run("--text", "--json", LOG).lines]
    assert [row["text"] for row in rows][:2] == HEARD[:2]
    assert list(rows[0]) == ["turn", "seq", "text", "end", "protected", "t_ms"]
    assert [row["seq"] for row in rows] == list(range(len(rows)))
    assert {row["turn"] for row in rows} == {1}
    assert {row["end"] for row in rows} <= {"stop", "block", "flush", "eof", "clause"}


def test_json_and_prose_need_no_text_flag() -> None:
    assert run("--json", LOG).out == run("--json", "--text", LOG).out
    assert run("--stage", "prose", LOG).lines[0] == '"I\'ll look at the directory first."'


def test_protected_spans_count_characters_not_bytes() -> None:
    (row,) = [
        json.loads(line)
        for line in run("--text", "--json", stdin=assistant("日本語の parser.rs です。")).lines
    ]
    start, end, kind = row["protected"][0]
    assert (row["text"][start:end], kind) == ("parser.rs", "file")


def test_the_prose_stage_shows_the_words_before_cleaning() -> None:
    blocks = [json.loads(line) for line in run("--text", "--stage", "prose", LOG).lines]
    assert blocks[0] == "I'll look at the directory first."
    assert blocks[1].startswith("The directory holds **forty** numbers.\n\n- one")


def test_several_files_are_several_inputs(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_bytes(assistant("No stop at the end").rstrip(b"\n"))
    second.write_bytes(assistant("Second log."))
    rows = [json.loads(line) for line in run("--text", "--json", first, second).lines]
    assert [row["text"] for row in rows] == ["No stop at the end.", "Second log."]
    assert rows[0]["turn"] <= rows[1]["turn"]
    assert (rows[0]["turn"], rows[0]["seq"]) != (rows[1]["turn"], rows[1]["seq"])


def test_silence_is_no_failure() -> None:
    for silent in (b"", b"\n\n", b'{"type":"system","subtype":"init"}\n'):
        outcome = run("--text", stdin=silent)
        assert (outcome.status, outcome.out, outcome.err) == (0, "", "")


def test_input_without_one_event_gets_one_hint() -> None:
    outcome = run("--text", stdin=b"npm warn deprecated\nplain words.\n")
    assert (outcome.status, outcome.out) == (0, "")
    assert outcome.err.count("\n") == 1
    assert "none of the 2 lines" in outcome.err
    assert "--output-format stream-json" in outcome.err


def _wave() -> bytes:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(24_000)
        file.writeframes(bytes(2 * 24_000))
    return sound.getvalue()


BINARY = {
    "sound": _wave(),
    "empty sound": _wave()[:44],
    "program": b"\x7fELF\x02\x01\x01" + bytes(64),
    "picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "archive": b"\x1f\x8b\x08\0\0\0\0\0",
    "zeros": bytes(100_000),
    "ones": b"\x01" * 100_000,
}


@pytest.mark.parametrize("kind", BINARY)
@pytest.mark.parametrize("words", [("--text",), ("--output", "null:20", "--voice", "tone", "--quiet")])
def test_a_binary_file_is_refused_in_one_sentence(kind: str, words: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(BINARY[kind])
    told = f"streamtts: {path} is no text: give a log of an agent's JSON lines\n"
    for files in ((path,), (LOG, path)):
        outcome = run(*words, *files)
        assert (outcome.status, outcome.out, outcome.err) == (2, "", told)


def test_standard_input_that_is_a_file_is_looked_at_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(BINARY["sound"] + b"\n" + assistant("All tests pass.", uuid="1"))
    command = [sys.executable, "-m", "streamtts", "--text"]
    with path.open("rb", buffering=0) as file:
        told = subprocess.run(command, stdin=file, capture_output=True, env=process_environ(), check=False)
        assert told.returncode == 2
        assert told.stderr == b"streamtts: standard input is no text: give a log of an agent's JSON lines\n"
        file.seek(len(BINARY["sound"]))
        read = subprocess.run(command, stdin=file, capture_output=True, env=process_environ(), check=True)
    assert read.stdout == b"All tests pass.\n"


def test_a_folder_as_standard_input_is_told(tmp_path: Path) -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        status = main(["--text"], Environment(folder, stdout, stderr, FakeClock(), PLAIN))
    finally:
        os.close(folder)
    told = "streamtts: standard input is a folder: name the log files inside it\n"
    assert (status, stdout.getvalue(), stderr.getvalue()) == (2, "", told)


def test_a_log_with_stray_bytes_is_a_log(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    for before in (b'{"type":"system"}\n\0\0\0\n', b"\x1b[31mnpm warn\x1b[0m\x07\b\n", b"\xff\xfe\n"):
        path.write_bytes(before + assistant("All tests pass.", uuid="1"))
        assert run("--text", path).lines == ["All tests pass."]


def test_the_command_that_is_recommended_needs_no_second_hint() -> None:
    told = run("--text", stdin=b"hello\n").err
    assert "--output-format stream-json --include-partial-messages --verbose`" in told


def test_a_pipe_without_deltas_gets_one_hint_but_a_file_does_not() -> None:
    assert run("--text", stdin=LOG.read_bytes()).err.count("--include-partial-messages") == 1
    assert run("--text", LOG).err == ""
    streamed = LOG.with_name("tool.v1.part.jsonl")
    assert run("--text", stdin=streamed.read_bytes()).err == ""


def test_an_api_error_is_shown_and_not_spoken() -> None:
    outcome = run("--text", LOG.with_name("err529.v21.full.jsonl"))
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert "529 Overloaded" in outcome.err


def test_a_notice_cannot_steer_the_terminal() -> None:
    line = b'{"type":"result","subtype":"success","is_error":true,"result":"\\u001b[2Jboo\\u009b31m"}\n'
    assert not {"\x1b", "\x9b"} & set(run("--text", stdin=line).err)


def test_prose_json_cannot_steer_the_terminal() -> None:
    out = run("--text", "--stage", "prose", stdin=assistant("a\x1b[31m \x9b32m b")).out
    assert not {"\x1b", "\x9b"} & set(out)
    assert json.loads(out) == "a\x1b[31m \x9b32m b"


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["--text", "no-such-file.jsonl"], "no-such-file.jsonl: No such file"),
        (["--text", "/"], "is a folder"),
        (["--text", ""], "one of the files has an empty name"),
        (["--text", "--jsn"], "did you mean --json?"),
        (["--text", "--code", "loud"], "--code"),
        (["--text", "--replay", "0"], "above 0"),
        (["--text", "--replay=fast"], "'fast' is no speed"),
    ],
)
def test_a_wrong_call_gets_one_clear_line(argv: list[str], told: str) -> None:
    outcome = run(*argv)
    assert outcome.status == 2
    assert outcome.out == ""
    assert outcome.err.startswith("streamtts: ")
    assert outcome.err.count("\n") == 1
    assert told in outcome.err


def test_a_missing_second_file_is_refused_before_the_first_is_read() -> None:
    assert run("--text", LOG, "missing.jsonl").out == ""


def test_help_and_version() -> None:
    assert "include-partial-messages" in run("--help").out
    assert run("--version").out.startswith("streamtts ")


def test_the_module_is_the_command() -> None:
    assert run_process("--text", stdin=assistant("Hello there.")).lines == ["Hello there."]


def test_a_sentence_is_out_before_the_next_bytes_come() -> None:
    """A real pipe: the first sentence must be readable while the agent is still silent."""
    command = [sys.executable, "-m", "streamtts", "--text"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(assistant("First one. Second one without"))
        process.stdin.flush()
        assert process.stdout.readline() == b"First one.\n"
        process.stdin.close()
        assert process.stdout.read() == b"Second one without.\n"
        assert process.wait() == 0


def test_a_reader_that_leaves_ends_it_quietly() -> None:
    script = f"{sys.executable} -m streamtts --text | head -1"
    text = b"".join(assistant(f"Sentence number {n}.", uuid=str(n)) for n in range(20_000))
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script], input=text, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"Sentence number 0.\n", b"")


def test_a_full_disk_is_told_in_one_line() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with full.open("wb") as stdout:
        command = [sys.executable, "-m", "streamtts", "--text", str(LOG)]
        done = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert done.stderr == b"streamtts: cannot write the output: No space left on device\n"


def test_ctrl_c_ends_with_130_and_no_traceback() -> None:
    command = [sys.executable, "-m", "streamtts", "--text"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(assistant("Ready now. More"))
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(2)
        assert process.wait() == 130
        assert process.stderr.read() == b""


def test_a_terminal_without_the_characters_still_shows_the_rest() -> None:
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "streamtts", "--text"]
    done = subprocess.run(
        command, input=assistant("Größe ist gut."), capture_output=True, env=env, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"Gr??e ist gut.\n")


def test_a_hundred_thousand_lines_do_not_stall_the_writer() -> None:
    """The log's producer must never wait for us: all bytes are taken though nobody reads the output yet."""
    command = [sys.executable, "-m", "streamtts", "--text"]
    silent = b'{"type":"user","message":{"role":"user","content":"' + b"x" * 200 + b'"}}\n'
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        out, _ = process.communicate(silent * 100_000 + assistant("Last."), timeout=120)
    assert out == b"Last.\n"


def test_a_closed_standard_error_ends_nothing() -> None:
    script = f"{sys.executable} -m streamtts --text {LOG} 2>&-"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stdout.decode().startswith(run("--text", LOG).lines[0])


def test_time_stamps_never_run_backwards() -> None:
    rows = [json.loads(line) for line in run_process("--text", "--json", LOG).lines]
    times = [row["t_ms"] for row in rows]
    assert times == sorted(times)
    assert times[0] >= 0
    assert time.monotonic() * 1000 > times[-1]
