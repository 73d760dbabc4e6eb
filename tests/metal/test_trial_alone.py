"""`streamtts doctor --apple` without PyTorch, down to every message to a system that is none."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from metal.native import building, simulated
from streamtts.commands import apple
from streamtts.environment import Environment, SystemClock
from streamtts.errors import UsageError
from streamtts.metal.cases import Sizes
from streamtts.metal.launching import Kernels
from streamtts.metal.sources import NAMES
from streamtts.metal.trial import Finding, Stopwatch, findings, verdicts
from streamtts.metal.verdicts import keep, kept
from streamtts.metal.with_core import launching

SMALL = Sizes(width=64, inner=128, words=40, lengths=((1, 9), (1, 700), (7, 7)))
TWO_DISPATCHES = {"argmax_vocab": ("",), "attention_decode": ("1 of 700", "to 699")}  # how their cases end


class Edited:
    """`_core.metal` with a compiler that is given another source."""

    def __init__(self, metal: Any, old: str, new: str) -> None:
        self._metal = metal
        self._words = old, new
        self.available = metal.available

    def compile(self, source: str) -> Any:
        return self._metal.compile(source.replace(*self._words))


@pytest.fixture
def metal() -> Any:
    return simulated.core().metal


def once(kernels: Kernels) -> Stopwatch:
    return Stopwatch(clock=kernels.clock, warm=0, batches=1, times=1)


def found_by(metal: Any) -> list[Finding]:
    kernels = launching.kernels(metal)
    return list(findings(kernels, stopwatch=once(kernels), sizes=SMALL))


def environment(folder: Path) -> Environment:
    return Environment(
        0, io.StringIO(), io.StringIO(), SystemClock(), {"HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    )


def examined(env: Environment, metal: Any, *, as_json: bool = False) -> tuple[int, str]:
    kernels = launching.kernels(metal)
    status = apple.examine(env, as_json=as_json, kernels=kernels, stopwatch=once(kernels), sizes=SMALL)
    return status, env.stdout.getvalue()  # type: ignore[attr-defined]


def test_every_kernel_is_compiled_right_and_timed_but_not_used(metal: Any) -> None:
    found = found_by(metal)
    assert {each.family for each in found} == set(NAMES)
    assert {each.case.partition(",")[0] for each in found} == {"half", "bfloat", "float"}
    assert [each for each in found if each.verdict != "untimed"] == []
    assert verdicts(found) == dict.fromkeys(NAMES, "untimed")
    for each in found:
        dispatches = 2 if each.case.endswith(TWO_DISPATCHES.get(each.family, ())) else 1
        assert each.ours_ms == pytest.approx(1000 * simulated.SECONDS * dispatches)
        assert (each.torch_ms, each.mlx_ms) == (None, None)


def test_the_command_shows_and_saves_it_and_turns_nothing_on(metal: Any, tmp_path: Path) -> None:
    env = environment(tmp_path)
    keep("PyTorch's machine", {"gemv_int8": "used"}, env.environ)
    status, told = examined(env, metal)
    assert status == 0
    assert "half, 1 of 700" in told
    assert all(
        f"{family}: right here, and not used: it was timed against nothing\n" in told for family in NAMES
    )
    assert "pip install --upgrade 'streamtts[nllb]'" in told
    report = json.loads((tmp_path / "streamtts/apple-report.json").read_text(encoding="utf-8"))
    assert set(report["families"].values()) == {"untimed"}
    assert len(report["findings"]) == 3 * 12
    assert kept(report["machine"], env.environ) == {}
    assert kept("PyTorch's machine", env.environ) == {"gemv_int8": "used"}


def test_a_wrong_kernel_fails_the_command(metal: Any, tmp_path: Path) -> None:
    edited = Edited(metal, "variance) + epsilon", "variance) + 0.5f")
    status, told = examined(environment(tmp_path), edited, as_json=True)
    families = json.loads(told)["families"]
    assert status == 1
    assert families["layernorm_residual"] == "wrong"
    assert families["attention_decode"] == "untimed"


def test_a_kernel_that_is_refused_is_told_with_the_compilers_words(metal: Any) -> None:
    edited = Edited(metal, "void bias_activation(", "void bias_activation(no_such_thing, ")
    refused = [each for each in found_by(edited) if each.said]
    assert {each.family for each in refused} == {"bias_activation"}
    assert all("program_source:" in each.said for each in refused)


def test_a_kernel_that_the_gpu_gives_up_on_is_told(metal: Any) -> None:
    edited = Edited(metal, "y[row * ", "y[1000000 + row * ")
    refused = [each for each in found_by(edited) if each.said]
    assert "gemv_int8" in {each.family for each in refused}
    assert all("gave up on" in each.said for each in refused)


@pytest.mark.parametrize(
    "torch",
    [
        None,
        SimpleNamespace(backends=SimpleNamespace(mps=SimpleNamespace(is_available=lambda: False))),
        SimpleNamespace(backends=SimpleNamespace(mps=SimpleNamespace(is_available=lambda: True)), mps=None),
    ],
    ids=["none", "without a GPU", "too old"],
)
def test_a_mac_without_a_pytorch_that_launches_kernels_tries_them_by_itself(
    torch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apple, "sys", SimpleNamespace(platform="darwin"))
    monkeypatch.setattr(apple, "platform", SimpleNamespace(machine=lambda: "arm64"))
    monkeypatch.setattr(apple, "find_spec", lambda _: torch)
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setattr(apple, "with_core", SimpleNamespace(kernels=lambda: "the core's"))
    assert apple._kernels() == "the core's"  # type: ignore[comparison-overlap]


def test_an_old_system_says_what_it_lacks(metal: Any) -> None:
    building.module().new_mac().system = (13, 6, 7)
    with pytest.raises(UsageError, match="needs macOS 14 or newer"):
        launching.kernels(metal)
    with pytest.raises(UsageError, match="needs macOS 14 or newer"):
        launching.kernels()  # the real core, which has no Metal here
