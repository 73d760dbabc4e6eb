"""What a machine is, told by files and names."""

from pathlib import Path

import pytest

from streamtts.quality.machine import HARDWARE, Machine, hardware, this_machine


@pytest.mark.parametrize(
    ("system", "architecture", "told"),
    [
        ("darwin", "arm64", "apple"),
        ("darwin", "x86_64", "processor"),
        ("linux", "x86_64", "processor"),
        ("linux", "arm64", "processor"),
        ("linux", "aarch64", "processor"),
    ],
)
def test_without_a_gpu(tmp_path: Path, system: str, architecture: str, told: str) -> None:
    assert hardware(system, architecture, gpus=tmp_path / "none", programs=str(tmp_path)) == told


def test_an_nvidia_gpu_is_told_by_its_driver_or_by_its_program(tmp_path: Path) -> None:
    gpus, programs = tmp_path / "gpus", tmp_path / "bin"
    gpus.mkdir()
    programs.mkdir()

    def told(system: str = "linux") -> str:
        return hardware(system, "x86_64", gpus=gpus, programs=str(programs))

    assert told() == "processor", "a driver without a GPU"
    program = programs / "nvidia-smi"
    program.write_text("")
    assert told() == "processor", "no program"
    program.chmod(0o755)
    assert told() == "nvidia"
    program.unlink()
    (gpus / "0000:01:00.0").mkdir()
    assert told() == "nvidia"
    assert told("darwin") == "processor"


def test_a_file_in_the_place_of_the_driver_is_none(tmp_path: Path) -> None:
    place = tmp_path / "gpus"
    place.write_text("")
    assert hardware("linux", "x86_64", gpus=place, programs="") == "processor"


def test_this_machine_has_something_of_everything() -> None:
    machine = this_machine()
    assert machine.hardware in HARDWARE
    assert machine.cores >= 1
    assert machine.memory_gb > 0.1


def test_a_machine_in_words() -> None:
    assert str(Machine("apple", 8, 17.18)) == "Apple silicon, 8 cores, 17 GB of memory"
    assert str(Machine("processor", 1, 2.1)) == "a processor alone, one core, 2 GB of memory"
