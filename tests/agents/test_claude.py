"""A real Claude Code command line in front of the pipe, talking to a local stand-in for its API."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agents.mock_api import serving

CLAUDE = os.environ.get("STREAMTTS_CLAUDE") or shutil.which("claude")
PROSE = "I read `src/main.py` first. It has **two** bugs.\n\n- a\n- b\n\n```python\nx = 1\n```\n\nDone. 👋"
HEARD = ["I read main.py first.", "It has two bugs.", "a.", "b.", "Python code, 1 line.", "Done."]

pytestmark = pytest.mark.skipif(
    CLAUDE is None, reason="no `claude` command here: `make test-agents` installs one and runs this"
)


def speak(tmp_path: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    assert CLAUDE is not None
    with serving(PROSE) as url:
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "ANTHROPIC_BASE_URL": url,
            "ANTHROPIC_API_KEY": "sk-none",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        }
        agent = subprocess.Popen(
            [CLAUDE, "-p", "hello", *flags],
            env=env,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        with agent:
            ours = [sys.executable, "-m", "streamtts", "--text"]
            return subprocess.run(
                ours, stdin=agent.stdout, capture_output=True, text=True, check=True, timeout=120
            )


@pytest.mark.parametrize("partial", [True, False], ids=["deltas", "whole messages"])
def test_the_stream_is_heard_once(tmp_path: Path, partial: bool) -> None:
    flags = ["--include-partial-messages"] if partial else []
    heard = speak(tmp_path, "--output-format", "stream-json", "--verbose", *flags)
    assert heard.stdout.splitlines() == HEARD
    assert ("--include-partial-messages" in heard.stderr) is not partial


def test_one_json_result_is_heard(tmp_path: Path) -> None:
    assert speak(tmp_path, "--output-format", "json").stdout.splitlines() == HEARD
