"""The doctor's row about a Mac's GPU."""

from dataclasses import dataclass

import pytest

from cli.support import run
from metal.native import building
from streamtts import _core
from streamtts.commands import gpu
from streamtts.commands.findings import Finding


@dataclass
class Device:
    name: str = "Apple M4 Max"
    system: str = "15.1.0"
    apple_family: int = 9
    unified_memory: bool = True
    working_set_bytes: int = 103_079_215_104
    buffer_bytes: int = 1 << 36
    threadgroup_bytes: int = 32768


@dataclass
class Metal:
    found: Device | str
    has_kernels: bool = True

    def available(self) -> bool:
        return self.has_kernels

    def device(self) -> Device:
        if isinstance(self.found, str):
            raise _core.Error(self.found)
        return self.found


def row(metal: Metal) -> Finding:
    (found,) = gpu.finding(metal, "darwin")  # type: ignore[arg-type]
    assert (found.about, found.name) == ("program", "gpu")
    return found


def test_a_mac_tells_its_gpu_in_one_row() -> None:
    found = row(Metal(Device()))
    assert found.state == "ok"
    assert found.text == (
        "Apple M4 Max, Apple's family 9 (M3, M4), may use 103.1 GB of the machine's memory, macOS 15.1.0;"
        " `streamtts doctor --apple` tries our kernels on it"
    )


@pytest.mark.parametrize(
    ("device", "words"),
    [
        (Device(apple_family=14), "Apple's family 14, may use"),
        (Device(apple_family=7), "Apple's family 7 (M1), may use"),
        (
            Device("AMD Radeon Pro 5500M", apple_family=0, unified_memory=False, working_set_bytes=1 << 32),
            "AMD Radeon Pro 5500M, not Apple's, 4.3 GB of its own memory, macOS 15.1.0: our kernels are for",
        ),
    ],
)
def test_others_are_told_for_what_they_are(device: Device, words: str) -> None:
    assert words in row(Metal(device)).text


def test_an_old_system_and_a_mac_without_a_gpu_are_no_fault() -> None:
    old = row(Metal(Device(system="13.6.7"), has_kernels=False))
    assert old.state == "note"
    assert old.text.endswith("macOS 13.6.7: our kernels need macOS 14 or newer")
    assert row(Metal("there is none")) == Finding("program", "gpu", "note", "there is none")


def test_what_the_system_is_asked_for_is_what_it_tells() -> None:
    """By the code that asks on a Mac, of a system that is none."""
    if reason := building.missing():
        pytest.skip(reason)
    core = building.module()
    mac = core.new_mac()
    mac.name, mac.system, mac.newest_family = "Apple M2", (14, 5, 0), 1008
    assert row(core.metal).text.startswith(
        "Apple M2, Apple's family 8 (M2), may use 12.9 GB of the machine's"
    )
    assert gpu.facts(core.metal) == {
        "name": "Apple M2",
        "system": "14.5.0",
        "apple_family": 8,
        "unified_memory": True,
        "working_set_bytes": 12 << 30,
        "buffer_bytes": mac.buffer_bytes,
        "threadgroup_bytes": 32768,
    }


@pytest.mark.skipif(_core.metal.available(), reason="a Mac has this row")
def test_elsewhere_there_is_no_row() -> None:
    assert list(gpu.finding()) == []
    assert gpu.facts() is None
    assert "GPU" not in run("doctor").out.partition("settings")[0]
