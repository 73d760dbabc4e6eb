"""A Mac's GPU, in the doctor's words; other systems have no such row."""

import sys
from collections.abc import Iterator
from typing import Protocol

from streamtts import _core
from streamtts.commands.findings import Finding

_CHIPS = {7: "M1", 8: "M2", 9: "M3, M4"}  # of Apple's families, the latest that we have read of
_GB = 1_000_000_000
_FACTS = (
    *("name", "system", "apple_family", "unified_memory"),
    *("working_set_bytes", "buffer_bytes", "threadgroup_bytes"),
)


class Metal(Protocol):
    """_core.metal, or what stands in for it."""

    def available(self) -> bool: ...

    def device(self) -> _core.metal.Device: ...


def finding(metal: Metal = _core.metal, system: str = sys.platform) -> Iterator[Finding]:
    if system != "darwin":
        return
    try:
        device = metal.device()
    except _core.Error as error:
        yield Finding("program", "gpu", "note", str(error))
        return
    told = f"{device.name}, {_family(device)}, {_memory(device)}, macOS {device.system}"
    if not metal.available():
        yield Finding("program", "gpu", "note", f"{told}: our kernels need macOS 14 or newer")
    elif not device.apple_family:
        yield Finding("program", "gpu", "note", f"{told}: our kernels are for Apple's own")
    else:
        yield Finding("program", "gpu", "ok", f"{told}; `streamtts doctor --apple` tries our kernels on it")


def facts(metal: Metal = _core.metal) -> dict[str, object] | None:
    """All that is known of it, for a report; None where kernels cannot run."""
    if not metal.available():
        return None
    device = metal.device()
    return {name: getattr(device, name) for name in _FACTS}


def _family(device: _core.metal.Device) -> str:
    if not device.apple_family:
        return "not Apple's"
    chips = _CHIPS.get(device.apple_family)
    return f"Apple's family {device.apple_family}" + (f" ({chips})" if chips else "")


def _memory(device: _core.metal.Device) -> str:
    size = f"{device.working_set_bytes / _GB:.1f} GB"
    return f"may use {size} of the machine's memory" if device.unified_memory else f"{size} of its own memory"
