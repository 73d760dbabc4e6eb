"""The table of quality modes, as table.toml has it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from streamtts.quality.machine import HARDWARE, Hardware, Machine
from streamtts.types import Quality


@dataclass(frozen=True, slots=True)
class Row:
    """Which candidates a mode prefers for some languages on some hardware, best first."""

    mode: Quality
    matters: frozenset[str]  # languages that are spoken or pairs like en-ja; none is any
    hardware: frozenset[Hardware]
    take: tuple[str, ...]

    def fits(self, mode: Quality, matter: str, hardware: Hardware) -> bool:
        return (
            self.mode == mode and hardware in self.hardware and (not self.matters or matter in self.matters)
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured of a candidate."""

    of: str  # ENGINE or ENGINE:MODEL
    matters: frozenset[str]
    says: str
    understood: bool = True  # or not known to be no speech for anybody


@dataclass(frozen=True, slots=True)
class Need:
    """What a candidate takes of a machine before a mode prefers it."""

    cores: int = 1
    memory_gb: int = 0

    def lacking(self, machine: Machine) -> str:
        """Why the machine is too small, empty if it is not."""
        if machine.cores < self.cores:
            return f"needs {self.cores} processor cores, and this machine has {machine.cores}"
        if machine.memory_gb < self.memory_gb:
            return f"needs {self.memory_gb} GB of memory, and this machine has {int(machine.memory_gb)}"
        return ""


@dataclass(frozen=True, slots=True)
class Table:
    measured_on: str
    voices: tuple[Row, ...]
    translators: tuple[Row, ...]
    needs: Mapping[str, Need]
    figures: tuple[Figure, ...]


@cache
def table() -> Table:
    found = tomllib.loads(files("streamtts.quality").joinpath("table.toml").read_text(encoding="utf-8"))
    return Table(
        found["measured_on"],
        tuple(map(_row, found["voices"])),
        tuple(map(_row, found["translators"])),
        {label: Need(**need) for label, need in found["needs"].items()},
        tuple(
            Figure(each["of"], frozenset(each.get("for", ())), each["says"], each.get("understood", True))
            for each in found["figures"]
        ),
    )


def _row(row: Mapping[str, Any]) -> Row:
    hardware = frozenset(row.get("on", HARDWARE))
    return Row(row["mode"], frozenset(row.get("for", ())), hardware, tuple(row["take"]))
