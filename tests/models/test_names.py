"""Names that others made up never lead out of a folder."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.models.names import is_safe, matching, missing_shards

PIECES = st.lists(
    st.sampled_from(["a", "..", ".", "", "/", "\\", " ", "\0", "\x1b", "~", "é", "b.bin"]), max_size=8
)


@given(PIECES)
def test_a_safe_name_stays_below(pieces: list[str]) -> None:
    name = "/".join(pieces)
    if is_safe(name):
        assert os.path.normpath(f"/root/{name}") == f"/root/{name}"
        assert name.isprintable()


@pytest.mark.parametrize("name", ["a", "a/b.bin", ".hidden", "a b", "モデル.bin", "~"])
def test_plain_names_are_safe(name: str) -> None:
    assert is_safe(name)


@pytest.mark.parametrize(
    "name", ["", "/", "/a", "a/", "a//b", "..", "a/..", "...", ". ", "a\\b", "a\nb", "\udc80", "x" * 401]
)
def test_others_are_not(name: str) -> None:
    assert not is_safe(name)


def test_a_star_stays_in_its_folder() -> None:
    names = ["model.bin", "model-1.bin", "model/x.bin", "xmodel.bin", "model.binx", "modelXbin"]
    assert matching("model*.bin", names) == ["model-1.bin", "model.bin"]


@given(st.integers(1, 20), st.sets(st.integers(1, 20)))
def test_shards_are_counted(count: int, gone: set[int]) -> None:
    every = {f"w-{at:05}-of-{count:05}.bin" for at in range(1, count + 1)}
    lost = {f"w-{at:05}-of-{count:05}.bin" for at in gone if at <= count}
    assert set(missing_shards(every - lost)) == (lost if every - lost else set())
