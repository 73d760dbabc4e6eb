"""What MLX puts before every kernel has no name that our functions have, and no macro that meets one."""

import re
from pathlib import Path
from typing import Any

import pytest

from streamtts.metal.sources import header
from streamtts.metal.with_mlx.launching import FAMILIES

_COMMENTS = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_INCLUDE = re.compile(r'#include "([^"]+)"')
_MACRO = re.compile(r"#\s*define\s+(\w+)")
# Only what begins a line is known everywhere in a file.
_OURS = re.compile(
    r"^(?:struct|constant constexpr \w+|(?:inline )?\w+(?:<[\w, ]+>)?) (\w+)(?:\(| \{| =)", re.MULTILINE
)


def before_each_kernel(mx: Any) -> str:
    """MLX's package has it for whoever extends it."""
    folder = Path(mx.__file__).parent / "include"
    if not folder.is_dir():
        pytest.skip("this MLX comes without its headers")
    found: dict[str, str] = {}
    waiting = ["mlx/backend/metal/kernels/utils.h"]
    while waiting:
        if (name := waiting.pop()) not in found:
            found[name] = (folder / name).read_text(encoding="utf-8")
            waiting += _INCLUDE.findall(found[name])
    return _COMMENTS.sub("", "\n".join(found.values()))


@pytest.mark.parametrize("family", FAMILIES)
def test_no_name_is_mlxs(mx: Any, family: str) -> None:
    theirs, ours = before_each_kernel(mx), _COMMENTS.sub("", header(family))
    names = set(_OURS.findall(ours))
    assert {"normal_of", "layernorm_residual_row"} <= names or {"kTogether", "Chunk", "products"} <= names
    assert {"Limits", "elem_to_loc", "bfloat16_t"} <= set(re.findall(r"\w+", theirs))
    assert not names & set(re.findall(r"\w+", theirs))
    assert not set(_MACRO.findall(theirs)) & set(re.findall(r"\w+", ours))
