"""What the help promises: it fits a terminal, leaves no flag unexplained, and its examples are understood."""

import re
import shlex
from collections.abc import Iterator

import pytest

from cli.support import run
from streamtts.arguments import parse
from streamtts.errors import ExitStatus
from streamtts.parsers import SUBCOMMANDS

WORDS = ([], *([name] for name in SUBCOMMANDS))
_EXAMPLES = re.compile(r"^(?:examples|to begin with it|to have it.*):\n((?:  .*\n)+)", re.MULTILINE)


def helped(words: list[str]) -> str:
    return run(*words, "--help").out


def examples(text: str) -> Iterator[list[str]]:
    """What stands behind `streamtts` in each example, without its comment and where it writes to."""
    for block in _EXAMPLES.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r"   +", line.strip(), maxsplit=1)[0].split("|"):
                words = shlex.split(part.partition(">")[0])
                if words[:1] == ["streamtts"]:
                    yield words[1:]


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("columns", ["80", "200", "40"])
def test_it_fits_a_terminal(words: list[str], columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our texts stand as they are, up to 80 columns; beside the flags there is always room."""
    monkeypatch.setenv("COLUMNS", columns)
    assert [line for line in helped(words).splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("words", WORDS)
def test_every_flag_is_explained(words: list[str]) -> None:
    flags = re.findall(
        r"^  (-.*(?:\n {6,}.*)*)", helped(words).partition("\narguments:")[2] or helped(words), re.M
    )
    assert flags
    for flag in flags:
        assert re.search(r"\S {2,}\S|\n +\S", flag), flag


def test_names_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("ja=kokoro-ja:jf_alpha", "en-fr=nllb:opus-mt-en-fr"):
        assert name in helped([])


def test_every_exit_status_is_told() -> None:
    told = re.findall(r"^  (\d+)  ", helped([]).partition("exit status")[2], re.MULTILINE)
    assert {int(status) for status in told} >= set(ExitStatus)


@pytest.mark.parametrize("words", [["ctl"], *(words for words in WORDS if words != ["ctl"])])
def test_examples_are_understood(words: list[str]) -> None:
    found = list(examples(helped(words)))
    assert found or words in (["completion"], ["config"])
    for example in found:
        parse(example, {})


def test_a_wrong_example_would_be_seen() -> None:
    text = "examples:\n  agent ... | streamtts --sped 2   faster\n  streamtts demo > x\n"
    assert list(examples(text)) == [["--sped", "2"], ["demo"]]
