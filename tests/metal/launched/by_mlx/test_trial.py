"""`streamtts doctor --apple` where MLX is, too: its kernels are tried, told and kept beside PyTorch's."""

import io
import json
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from metal.native import simulated
from streamtts.commands import apple
from streamtts.environment import Environment, SystemClock
from streamtts.metal.cases import Sizes
from streamtts.metal.trial import Finding, Stopwatch, verdicts
from streamtts.metal.verdicts import MLX_FILE, keep, kept
from streamtts.metal.with_core import launching as with_core
from streamtts.metal.with_mlx.launching import FAMILIES, Kernels, about, on_this_mac
from streamtts.metal.with_mlx.trial import findings

SMALL = Sizes(width=64, inner=128, words=40, lengths=((1, 9),))


def even() -> Stopwatch:
    """Everything is as fast as everything else, and done once."""
    return Stopwatch(clock=lambda: 0.0, warm=0, batches=1, times=1)


def found(kernels: Any) -> list[Finding]:
    return list(findings(kernels, stopwatch=even(), sizes=SMALL))


def environment(folder: Path) -> Environment:
    return Environment(
        0, io.StringIO(), io.StringIO(), SystemClock(), {"HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    )


def test_every_family_is_tried_in_every_type_and_is_right(kernels: Any) -> None:
    tried = found(kernels)
    assert {each.family for each in tried} == set(FAMILIES)
    for family in FAMILIES:
        kinds = {each.case.split(",")[0] for each in tried if each.family == family}
        assert kinds == {"half", "bfloat", "float"}
    assert [each for each in tried if each.verdict != "used"] == []
    assert all(each.torch_ms is None and each.mlx_ms == 0 for each in tried)
    assert verdicts(tried) == dict.fromkeys(FAMILIES, "used")


@pytest.mark.parametrize(
    ("rightly", "wrongly", "wrong"),
    [
        ("simd_max(", "simd_min(", {"argmax_vocab"}),
        ("variance) + epsilon", "variance) + 0.5f", {"gemv_int4", "gemv_int8", "layernorm_residual"}),
        ("as_type<uchar4>", "as_type<char4>", {"argmax_vocab", "gemv_int8"}),
    ],
)
def test_a_kernel_that_computes_something_else_is_turned_off(
    launched: Callable[..., Any], rightly: str, wrongly: str, wrong: Collection[str]
) -> None:
    told = verdicts(found(launched(rightly, wrongly)))
    assert {family for family, verdict in told.items() if verdict == "wrong"} == set(wrong)
    assert {family for family, verdict in told.items() if verdict == "used"} == set(FAMILIES) - set(wrong)


def test_a_kernel_that_is_refused_is_told_with_the_compilers_words(launched: Callable[..., Any]) -> None:
    told = found(launched("uint words = weights_shape", "no_such_thing words = weights_shape"))
    refused = [each for each in told if each.said]
    assert {each.family for each in refused} == {"argmax_vocab"}
    assert all("no_such_thing" in each.said for each in refused)
    assert verdicts(told)["argmax_vocab"] == "refused"


def test_a_family_is_slower_if_mlx_is_faster() -> None:
    tried = [Finding("gemv_int8", "", 0.0, 1.0, ours_ms=2.0, mlx_ms=1.0)]
    assert tried[0].verdict == "slower"
    assert verdicts(tried) == {"gemv_int8": "slower"}


def test_the_command_tells_and_keeps_both(kernels: Any, tmp_path: Path) -> None:
    env, of_core = environment(tmp_path), with_core.kernels(simulated.core().metal)
    status = apple.examine(env, as_json=False, kernels=of_core, mlx=kernels, stopwatch=even(), sizes=SMALL)
    told = env.stdout.getvalue()  # type: ignore[attr-defined]
    assert status == 0
    assert all(f"{family}: used from now on\n" in told for family in FAMILIES)
    report = json.loads((tmp_path / "streamtts/apple-report.json").read_text(encoding="utf-8"))
    assert report["mlx"]["machine"] == kernels.about
    assert len(report["mlx"]["findings"]) == 3 * 6
    assert kept(kernels.about, env.environ, file=MLX_FILE) == report["mlx"]["families"]
    assert kept(kernels.about, env.environ) == {}  # which are PyTorch's
    assert kept("another machine", env.environ, file=MLX_FILE) == {}


def test_a_wrong_kernel_fails_the_command(launched: Callable[..., Any], tmp_path: Path) -> None:
    env, of_core = environment(tmp_path), with_core.kernels(simulated.core().metal)
    wrong = launched("simd_max(", "simd_min(")
    status = apple.examine(env, as_json=True, kernels=of_core, mlx=wrong, stopwatch=even(), sizes=SMALL)
    assert status == 1
    report = json.loads(env.stdout.getvalue())  # type: ignore[attr-defined]
    assert report["mlx"]["families"]["argmax_vocab"] == "wrong"
    assert "wrong" not in report["families"].values()


# What of it nllb-mlx uses.


@pytest.fixture
def mac(mx: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """MLX as it is where it has a GPU."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    named = {
        name: getattr(mx, name) for name in ("float32", "float16", "bfloat16", "array", "compile", "fast")
    }
    return SimpleNamespace(
        **named, __version__=mx.__version__, metal=SimpleNamespace(is_available=lambda: True)
    )


def test_only_what_was_found_right_and_fast_on_this_machine(mac: Any, mx: Any, tmp_path: Path) -> None:
    assert on_this_mac(mac) is None
    environ = {"XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    keep(about(mac), {"gemv_int8": "used", "argmax_vocab": "slower"}, environ, file=MLX_FILE)
    found = on_this_mac(mac)
    assert isinstance(found, Kernels)
    rows = mx.ones((2, 8))
    assert found.takes("gemv_int8", rows)
    assert not any(found.takes(family, rows) for family in FAMILIES if family != "gemv_int8")
    keep(about(mac), {"gemv_int8": "slower"}, environ, file=MLX_FILE)
    assert on_this_mac(mac) is None
    keep(f"{about(mac)}1", {"gemv_int8": "used"}, environ, file=MLX_FILE)
    assert on_this_mac(mac) is None  # another version


@pytest.mark.skipif(sys.platform == "darwin", reason="there may be Metal")
def test_without_metal_there_are_none(mx: Any) -> None:
    assert on_this_mac(mx) is None
    assert apple._by_mlx() is None
