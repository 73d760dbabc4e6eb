"""Kernels with one wrong edit, which the tests of a kernel must not take for right."""

from collections.abc import Callable, Collection
from typing import Any

from metal.simulator import LaunchError, compile_shader
from streamtts.metal.sources import source

Edit = tuple[str, str]


def is_noticed(family: str, kernels: Collection[str], edit: Edit, trial: Callable[[Any], object]) -> bool:
    """Whether the trial of the kernels fails once the edit is made."""
    right, wrong = edit
    text = source(family, kernels)
    assert text.count(right) == 1, f"stands {text.count(right)} times in {family}: {right}"
    try:
        trial(compile_shader(text.replace(right, wrong)))
    except (AssertionError, LaunchError):
        return True
    return False
