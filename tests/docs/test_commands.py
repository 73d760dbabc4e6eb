"""Every command of streamtts that our pages show is understood as it stands there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from streamtts.arguments import parse
from streamtts.errors import UsageError
from streamtts.parsers import MODEL_ACTIONS, SUBCOMMANDS, VOICE_ACTIONS

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*.md")]
)

_BLOCK = re.compile(r"^```(?:console|sh|bash)?\n([\s\S]*?)^```|^((?:    .*\n)+)", re.MULTILINE)
_SPAN = re.compile(r"`((?:[\w.]+ )*streamtts [^`]+)`")
_ENDS = {"|", "||", "&&", ";", ">", ">>", "2>", "&"}


def commands(page: str) -> Iterator[list[str]]:
    """The words behind each `streamtts`; in a block for the shell, or in the middle of a line."""
    for fenced, indented in _BLOCK.findall(page):
        for line in (fenced or indented).replace("\\\n", " ").splitlines():
            yield from _commands(line.strip().removeprefix("$ "))
    for span in _SPAN.findall(re.sub(r"\s+", " ", _BLOCK.sub("\n", page))):
        yield from _commands(span)


def _commands(line: str) -> Iterator[list[str]]:
    try:
        words = shlex.split(line, comments=True)
    except ValueError:  # no line for a shell: what a command prints
        return
    before = "|"
    for at, word in enumerate(words):
        if word.endswith("streamtts") and (before in _ENDS or "=" in before or at == 0):
            rest = words[at + 1 :]
            yield rest[: next((place for place, each in enumerate(rest) if each in _ENDS), len(rest))]
        before = word


def meant(words: list[str]) -> bool:
    """No name of a command alone, as `streamtts ctl`, and no sketch: `streamtts COMMAND --help`."""
    is_name = words[:1] and words[0] in SUBCOMMANDS and set(words[1:]) <= {*MODEL_ACTIONS, *VOICE_ACTIONS}
    return not is_name and not any(re.fullmatch(r"\.\.\.|\[.*|[A-Z]{3,}(\.\.\.)?", word) for word in words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_shows_commands_that_there_are(page: Path) -> None:
    wrong = []
    for words in filter(meant, commands(page.read_text(encoding="utf-8"))):
        try:
            parse(words, {})
        except UsageError as error:
            wrong.append((words, str(error)))
    assert wrong == []


def test_they_are_found_wherever_they_stand() -> None:
    page = """\
Say `streamtts doctor`, or `python -m streamtts x`, or

    $ agent ... | streamtts --to ja > log   # a comment
    X=1 streamtts --sped 2 && .venv/bin/streamtts demo

```console
$ claude | tee log.jsonl \\
    | streamtts -q
```
"""
    assert list(commands(page)) == [["--to", "ja"], ["--sped", "2"], ["demo"], ["-q"], ["doctor"]]
    assert not meant(["COMMAND", "--help"])
