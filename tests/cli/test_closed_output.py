"""`>&-`: a result that nobody can get is an error; a session that prints none goes on."""

import subprocess
from pathlib import Path

import pytest

from cli.support import LOG, assistant, process_environ
from reported.sessions import trace
from session.running import COMMAND

LOST = b"streamtts: cannot write the output: standard output is closed\n"
BENCH = "bench --voice tone --output null:20 --no-keys --quiet"
PRINTING = [
    *("--help", "--version", "config", "config example", "engines", "engines --json", "completion bash"),
    *(
        "models",
        "models list --json",
        "voices tone",
        "devices",
        f"--text {LOG}",
        "--text --json",
        "report {trace}",
    ),
    *("report --compare {trace} {trace}", f"{BENCH} --json", BENCH, "--text --to ja --translator mark"),
]


def closed(*words: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        ["bash", "-c", 'exec "$@" >&-', "bash", *COMMAND, *words],
        input=assistant("Done. All tests pass."),
        capture_output=True,
        env=process_environ(),
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("words", PRINTING)
def test_a_result_that_is_lost_is_told(tmp_path: Path, words: str) -> None:
    path = trace(tmp_path / "a.jsonl") if "{trace}" in words else tmp_path
    done = closed(*words.format(trace=path).split())
    assert (done.returncode, done.stderr[-len(LOST) :]) == (1, LOST)


@pytest.mark.parametrize("action", ["--text", "--voice tone --output null:20 --no-keys --quiet"])
def test_where_nothing_is_printed_nothing_is_lost(action: str) -> None:
    done = subprocess.run(
        ["bash", "-c", 'exec "$@" >&- </dev/null', "bash", *COMMAND, *action.split()],
        capture_output=True,
        env=process_environ(),
        timeout=120,
        check=False,
    )
    assert (done.returncode, b"closed" in done.stderr) == (0, False)
