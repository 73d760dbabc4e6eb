"""The manual page says what --help says, and programs that show such pages have nothing to say against it."""

import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from streamtts.configuration.config import SETTINGS
from streamtts.configuration.settings import Kind
from streamtts.errors import ExitStatus
from streamtts.parsers import SUBCOMMANDS

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/streamtts.1"


@pytest.mark.parametrize("columns", ["20", "300"])
def test_the_page_is_fresh(columns: str) -> None:
    """Wherever it was made."""
    check = [sys.executable, str(ROOT / "tools/man_page.py"), "--check"]
    environ = os.environ | {"COLUMNS": columns}
    done = subprocess.run(check, capture_output=True, text=True, check=False, env=environ)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_is_installed_where_man_looks_for_it() -> None:
    """`man` looks in share/man beside each folder of $PATH."""
    (page,) = [file for file in metadata.files("streamtts") or () if file.name == PAGE.name]
    assert Path(str(page.locate())).resolve().parts[-4:] == ("share", "man", "man1", "streamtts.1")


@pytest.fixture(scope="module")
def shown() -> str:
    if (man := shutil.which("man")) is None:
        pytest.skip("no man here: apt-get install man-db")
    environ = os.environ | {
        "MANWIDTH": "80",
        "MANROFFOPT": "-ww",
        "MAN_KEEP_FORMATTING": "",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run([man, "-l", str(PAGE)], capture_output=True, text=True, check=True, env=environ)
    assert done.stderr == ""
    return re.sub(r"\x1b\[[\d;]*m|.\x08", "", done.stdout)


def test_all_of_the_help_is_in_it(shown: str) -> None:
    for name in SUBCOMMANDS:
        assert f"\n   streamtts {name}\n" in shown
    for setting in SETTINGS:
        if setting.kind is not Kind.TABLES:
            opposite = f"--no-{setting.flag.removeprefix('--')}"
            assert f" {setting.flag}" in shown or f" {opposite}" in shown
    told = re.findall(r"^       (\d+) +\S", shown.partition("EXIT STATUS")[2], re.MULTILINE)
    assert {int(status) for status in told} >= set(ExitStatus)


def test_what_is_to_be_typed_stands_as_it_is_typed(shown: str) -> None:
    """No hyphen or quote becomes another character, no path is broken."""
    assert "       streamtts ctl say -- -5 degrees\n" in shown
    assert "en-fr=nllb:opus-mt-en-fr" in shown
    assert "'streamtts[clone]'" in shown
    assert "`" not in shown
    assert not re.search(r"\u2010(?!\n)|[/_.]\w*\u2010", shown)  # words may be broken, paths may not
    for variable in ("OPENAI_API_KEY", "STREAMTTS_CONFIG", "NO_COLOR"):
        assert variable in shown


def test_it_fits_a_terminal(shown: str) -> None:
    assert [line for line in shown.splitlines() if len(line) > 80] == []


def test_a_linter_finds_no_fault() -> None:
    if (mandoc := shutil.which("mandoc")) is None:
        pytest.skip("no mandoc here: apt-get install mandoc")
    done = subprocess.run([mandoc, "-Tlint", str(PAGE)], capture_output=True, text=True, check=False)
    faults = [line for line in done.stdout.splitlines() if "missing date" not in line]  # a version it has
    assert faults == []
