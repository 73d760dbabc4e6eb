"""The loop script: an agent again and again, each run logged and spoken."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

LOOP = Path(__file__).resolve().parents[2] / "examples/loop.sh"

AGENT = """
import json, pathlib, sys
count = pathlib.Path("count")
run = int(count.read_text()) + 1 if count.exists() else 1
count.write_text(str(run))
for part in range(int(sys.argv[2]) if len(sys.argv) > 2 else 1):
    block = {"type": "text", "text": f"This is run {run}, part {part}, of {sys.argv[1]}."}
    message = {"id": f"m{part}", "role": "assistant", "content": [block]}
    print(json.dumps({"type": "assistant", "message": message}))
print("to the terminal", file=sys.stderr)
sys.exit(7 if run == 3 else 0)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where an agent lives that fails in its third run."""
    (tmp_path / "agent.py").write_text(AGENT, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    return tmp_path


def voice(folder: Path, script: str) -> None:
    """What `streamtts` is for the loop."""
    path = folder / "bin/streamtts"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def loop(folder: Path, *argv: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", **variables}
    return subprocess.run(
        [str(LOOP), *argv],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def agent(*argv: str) -> list[str]:
    return [sys.executable, "agent.py", *argv]


def test_it_speaks_each_run_until_the_agent_fails_and_keeps_its_exit_code(folder: Path) -> None:
    voice(folder, f'exec "{sys.executable}" -m streamtts "$@"')
    done = loop(folder, "--text", "--", *agent("two words"))
    assert done.returncode == 7
    assert done.stdout.splitlines() == [f"This is run {run}, part 0, of two words." for run in (1, 2, 3)]
    assert done.stderr.count("to the terminal") == 3
    assert "run 3 ended with exit code 7" in done.stderr


def test_each_run_has_a_dated_log_of_its_own(folder: Path) -> None:
    voice(folder, "cat >/dev/null")
    loop(folder, *agent("a"), LOGS="kept/here")
    logs = sorted((folder / "kept/here").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    assert len(logs) == 3
    for run, log in enumerate(logs, 1):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d+-\d+\.jsonl", log.name)
        assert f"This is run {run}," in json.loads(log.read_text())["message"]["content"][0]["text"]


@pytest.mark.parametrize("script", ["exit 1", "head -c 1 >/dev/null", "exec does-not-exist", "kill -9 $$"])
def test_a_voice_that_goes_away_disturbs_neither_agent_nor_log(folder: Path, script: str) -> None:
    voice(folder, script)
    done = loop(folder, *agent("a", "20000"))
    assert done.returncode == 7
    logs = list((folder / "logs").iterdir())
    assert [log.read_bytes().count(b"\n") for log in logs] == [20_000] * 3


def test_words_are_passed_on_as_they_are(folder: Path) -> None:
    voice(folder, "printf '<%s>' \"$@\" >>said; cat >/dev/null")
    done = loop(folder, "--voice", "two words", "--", *agent("*", "1", "--", "-x"))
    assert done.returncode == 7
    assert (folder / "said").read_text() == "<--voice><two words>" * 3


def test_ctrl_c_ends_the_loop_even_if_the_agent_takes_it_lightly(folder: Path) -> None:
    voice(folder, "cat >/dev/null")
    (folder / "agent").write_text("#!/bin/sh\ntrap 'exit 0' INT\ntouch began\nsleep 60 & wait $!\n")
    (folder / "agent").chmod(0o755)
    process = subprocess.Popen(
        [LOOP, "./agent"],
        cwd=folder,
        env={**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"},
        start_new_session=True,
    )
    try:
        while not (folder / "began").exists():
            assert process.poll() is None
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 130
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert len(list((folder / "logs").iterdir())) == 1


@pytest.mark.parametrize("argv", [[], ["--"], ["--to", "ja"], ["--to", "ja", "--"]])
def test_without_an_agent_it_says_how_it_is_used(folder: Path, argv: list[str]) -> None:
    done = loop(folder, *argv)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: loop.sh")


def test_a_log_that_cannot_be_written_ends_the_loop(folder: Path) -> None:
    voice(folder, "cat >/dev/null")
    (folder / "logs").write_text("not a folder")
    done = loop(folder, *agent("a"))
    assert done.returncode == 1
    assert not (folder / "count").exists()


def test_the_shell_finds_no_fault() -> None:
    subprocess.run(["bash", "-n", LOOP], check=True)
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    subprocess.run(["shellcheck", LOOP], check=True)
