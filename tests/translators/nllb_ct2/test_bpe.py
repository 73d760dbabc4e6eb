"""Our byte-pair encoding does what that of the tokenizers package does."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.translators.nmt import bpe

MERGES = [
    ("a", "b"), ("b", "c"), ("ab", "c"), ("c", "c"), ("abc", "cc"), ("▁", "a"), ("▁", "ab"), ("▁a", "b"),
    ("d", "d"), ("dd", "dd"),
]  # fmt: skip
LETTERS = ["<unk>", "a", "b", "c", "d", "▁", "é", "語"]
VOCABULARY = {
    token: place
    for place, token in enumerate(dict.fromkeys([*LETTERS, *(left + right for left, right in MERGES)]))
}


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> bpe.Bpe:
    folder = tmp_path_factory.mktemp("bpe")
    bpe.write(folder, VOCABULARY, MERGES, 0)
    return bpe.Bpe(folder)


@pytest.fixture(scope="module")
def theirs() -> Any:
    tokenizers = pytest.importorskip(
        "tokenizers", reason="tokenizers is not installed: make test-engines has it"
    )
    model = tokenizers.models.BPE(vocab=VOCABULARY, merges=MERGES, unk_token="<unk>", fuse_unk=True)  # noqa: S106
    return tokenizers.Tokenizer(model)


@given(word=st.text(st.sampled_from("abcd▁é語xy"), max_size=60))
def test_it_is_the_same(ours: bpe.Bpe, theirs: Any, word: str) -> None:
    assert list(ours.pieces(word)) == theirs.encode(word, add_special_tokens=False).ids


def test_the_earliest_rule_comes_first_and_unknown_letters_are_one(ours: bpe.Bpe) -> None:
    names = list(VOCABULARY)
    assert [names[place] for place in ours.pieces("▁abcxxcc")] == ["▁", "abc", "<unk>", "cc"]
    assert [names[place] for place in ours.pieces("aab")] == ["a", "ab"]
    assert ours.pieces("") == ()


def test_a_long_word_takes_no_long_time(ours: bpe.Bpe) -> None:
    assert len(ours.pieces("abcd" * 20_000)) == 40_000


def test_a_vocabulary_without_rules_spells(tmp_path: Path) -> None:
    bpe.write(tmp_path, {"<unk>": 0, "a": 1}, [], 0)
    assert bpe.Bpe(tmp_path).pieces("aab") == (1, 1, 0)


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        bpe.write(tmp_path, {"a": 0}, [("a", "b")], 0)
    with pytest.raises(OSError, match=r"letters\.json"):
        bpe.Bpe(tmp_path)
    (tmp_path / "letters.json").write_text(json.dumps({"unknown": 0, "letters": {}}))
    (tmp_path / "merges.bin").write_bytes(b"odd")
    with pytest.raises((ValueError, TypeError)):
        bpe.Bpe(tmp_path)
