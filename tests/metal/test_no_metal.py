"""Where there is no Metal, its host says so in one sentence."""

import sys
from collections.abc import Callable

import pytest

from streamtts import _core

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="a Mac has Metal")


def test_there_is_no_metal() -> None:
    assert not _core.metal.available()


@pytest.mark.parametrize("ask", [_core.metal.device, lambda: _core.metal.compile("kernel void f() {}")])
def test_the_sentence_says_what_it_takes(ask: Callable[[], object]) -> None:
    with pytest.raises(_core.Error) as raised:
        ask()
    said = str(raised.value)
    assert "macOS 14" in said
    assert "\n" not in said
