"""The pairs that models are tuned with: whole, each one once, and none that is scored."""

import json
import re
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "training" / "en_ja").glob("*.tsv"))
SCORED = sorted((ROOT / "tests" / "data" / "translation").glob("*_en_ja.json"))


def _lines(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]


def _words(sentence: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", sentence.casefold()))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_line_is_a_sentence_and_its_translation(file: Path) -> None:
    for line in _lines(file):
        english, japanese = line
        assert english.isascii() or re.search("[A-Za-z]", english), line
        assert re.search(r"[\u3041-\u30ff\u4e00-\u9fff]", japanese), line
        assert japanese[-1] in "。？！…）」", line
        assert line == [english.strip(), japanese.strip()]


def test_none_is_there_twice() -> None:
    known = [english for english, _ in chain.from_iterable(map(_lines, FILES))]
    assert len(known) > 4000
    assert len(known) == len(set(known))


@pytest.mark.parametrize("file", SCORED, ids=lambda file: file.stem)
def test_no_sentence_that_is_scored_is_learnt(file: Path) -> None:
    """Nor one that says it in nearly the same words."""
    learnt = [_words(english) for english, _ in chain.from_iterable(map(_lines, FILES))]
    for pair in json.loads(file.read_text(encoding="utf-8"))["sentences"]:
        words = _words(pair["source"])
        if len(words) >= 4:
            near = max(len(words & each) / len(words | each) for each in learnt)
            assert near < 0.7, pair["source"]
