"""`streamtts doctor --apple`, the simulator for a Mac: what is wrong or slow is found and turned off."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-engines")

from metal import simulator  # noqa: E402
from streamtts.commands import apple  # noqa: E402
from streamtts.environment import Environment, SystemClock  # noqa: E402
from streamtts.metal.cases import Sizes  # noqa: E402
from streamtts.metal.launching import Kernels  # noqa: E402
from streamtts.metal.sources import NAMES  # noqa: E402
from streamtts.metal.trial import Finding, Stopwatch, findings, verdicts  # noqa: E402
from streamtts.metal.verdicts import kept  # noqa: E402

SMALL = Sizes(width=64, inner=128, words=40, lengths=((1, 9), (7, 7)))


def kernels(edit: Callable[[str], str] = lambda source: source) -> Kernels:
    return Kernels(torch, lambda source: simulator.compile_shader(edit(source)), device="cpu")


def even() -> Stopwatch:
    """Everything is as fast as everything else, and done once."""
    return Stopwatch(clock=lambda: 0.0, warm=0, batches=1, times=1)


def edited(old: str, new: str) -> Callable[[str], str]:
    def edit(source: str) -> str:
        return source.replace(old, new)

    return edit


def environment(folder: Path) -> Environment:
    return Environment(
        0, io.StringIO(), io.StringIO(), SystemClock(), {"HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    )


@pytest.fixture(scope="module")
def found() -> list[Finding]:
    return list(findings(kernels(), stopwatch=even(), sizes=SMALL))


def test_every_family_is_tried_in_every_type_and_is_right(found: list[Finding]) -> None:
    assert {each.family for each in found} == set(NAMES)
    for family in NAMES:
        assert {each.case.split(",")[0] for each in found if each.family == family} == {
            "half",
            "bfloat",
            "float",
        }
    assert [each for each in found if each.verdict != "used"] == []
    assert verdicts(found) == dict.fromkeys(NAMES, "used")


@pytest.mark.parametrize(
    ("edit", "wrong"),
    [
        (edited("simd_max(", "simd_min("), {"argmax_vocab", "attention_decode", "attention_prefill"}),
        (edited("variance) + epsilon", "variance) + 0.5f"), {"gemv_int4", "gemv_int8", "layernorm_residual"}),
    ],
)
def test_a_kernel_that_computes_something_else_is_turned_off(
    edit: Callable[[str], str], wrong: set[str]
) -> None:
    told = verdicts(list(findings(kernels(edit), stopwatch=even(), sizes=SMALL)))
    assert {family for family, verdict in told.items() if verdict == "wrong"} & wrong
    assert {family for family, verdict in told.items() if verdict != "used"} <= wrong


def test_a_kernel_that_is_refused_is_told_with_the_compilers_words() -> None:
    found = list(
        findings(
            kernels(edited("void bias_activation(", "void bias_activation(no_such_thing, ")),
            stopwatch=even(),
            sizes=SMALL,
        )
    )
    refused = [each for each in found if each.said]
    assert {each.family for each in refused} == {"bias_activation"}
    assert all("program_source:" in each.said for each in refused)
    assert verdicts(found)["bias_activation"] == "refused"


@pytest.mark.parametrize(
    ("times", "verdict"), [(((1.0, 2.0), (3.0, 3.5)), "used"), (((1.0, 2.0), (9.0, 3.0)), "slower")]
)
def test_a_family_is_slower_if_its_cases_together_are(times: Any, verdict: str) -> None:
    found = [Finding("gemv_int8", str(ours), 0.0, 1.0, ours, theirs) for ours, theirs in times]
    assert verdicts(found) == {"gemv_int8": verdict}


def test_nan_is_wrong() -> None:
    assert Finding("gemv_int8", "", float("nan"), 1.0).verdict == "wrong"


def test_the_command_keeps_what_it_found_for_this_machine_alone(tmp_path: Path) -> None:
    env = environment(tmp_path)
    status = apple.examine(env, as_json=False, kernels=kernels(), stopwatch=even(), sizes=SMALL)
    told = env.stdout.getvalue()  # type: ignore[attr-defined]
    assert status == 0
    assert all(f"{family}: " in told for family in NAMES)
    report = json.loads((tmp_path / "streamtts/apple-report.json").read_text(encoding="utf-8"))
    assert len(report["findings"]) == 3 * 10
    assert kept(report["machine"], env.environ) == report["families"]
    assert kept("another machine", env.environ) == {}
    assert str(tmp_path / "streamtts/apple-report.json") in told


def test_a_wrong_kernel_fails_the_command(tmp_path: Path) -> None:
    env = environment(tmp_path)
    status = apple.examine(
        env, as_json=True, kernels=kernels(edited("simd_max(", "simd_min(")), stopwatch=even(), sizes=SMALL
    )
    assert status == 1
    assert "wrong" in json.loads(env.stdout.getvalue())["families"].values()  # type: ignore[attr-defined]


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"machine": "m", "families": 3}', b"\xff\xfe" * 50])
def test_a_damaged_verdict_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "streamtts").mkdir()
    (tmp_path / "streamtts/apple.json").write_bytes(content)
    assert kept("m", {"XDG_DATA_HOME": str(tmp_path)}) == {}
