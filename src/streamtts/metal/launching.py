"""Our kernels as PyTorch launches them: on its own stream, compiled when they are first asked for."""

import subprocess
import time
from collections.abc import Callable, Collection
from functools import cache
from typing import Any

from streamtts.metal.sources import NAMES, source
from streamtts.metal.verdicts import kept, machine

CompileShader = Callable[[str], Any]


class Kernels:
    """`compile_shader` is torch.mps.compile_shader, or what stands in for it where there is no Metal.

    Without PyTorch, `torch` is `with_core.tensors`.
    """

    def __init__(
        self,
        torch: Any,
        compile_shader: CompileShader,
        *,
        device: str = "mps",
        switched_off: Collection[str] = (),
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.torch = torch
        self.device = device
        self.by_torch = hasattr(torch, "nn")
        self.clock = clock  # of seconds, which tells how long kernels take
        self.synchronise: Callable[[], None] = torch.mps.synchronize if device == "mps" else lambda: None
        self._switched_off = frozenset(switched_off)
        self._number_names = {torch.float32: "float", torch.float16: "half", torch.bfloat16: "bfloat"}
        self._compiled = cache(lambda family, name: getattr(compile_shader(source(family, [name])), name))

    @property
    def about(self) -> str:
        """What a verdict on them holds for."""
        return machine(self.torch.__version__, chip(), "PyTorch" if self.by_torch else "streamtts")

    @classmethod
    def none(cls, torch: Any) -> "Kernels":
        """Where there is no Metal: launchers leave everything to PyTorch."""
        return cls(torch, lambda _: None, device="", switched_off=NAMES)

    def has(self, family: str) -> bool:
        """False for a family that was slower or wrong on this machine."""
        return family not in self._switched_off

    def number_name(self, *tensors: Any) -> str | None:
        """As it stands in the names of kernels.

        None unless all are of one type that they know, and here, and nobody learns from what is computed.
        """
        kinds = {tensor.dtype for tensor in tensors}
        here = all(tensor.device.type == self.device for tensor in tensors)
        learns = any(tensor.requires_grad for tensor in tensors) and self.torch.is_grad_enabled()
        return self._number_names.get(kinds.pop()) if here and len(kinds) == 1 and not learns else None

    def launch(self, family: str, name: str, *arguments: Any, threads: Any, group_size: Any) -> None:
        self._compiled(family, name)(*arguments, threads=threads, group_size=group_size)


def on_this_mac(torch: Any) -> Kernels | None:
    """With the families that `streamtts doctor --apple` has found right and fast here; None without any."""
    compile_shader = getattr(torch.mps, "compile_shader", None)
    if compile_shader is None or not torch.backends.mps.is_available():
        return None
    found = kept(machine(torch.__version__, chip()))
    used = {family for family, verdict in found.items() if verdict == "used"}
    return Kernels(torch, compile_shader, switched_off=set(NAMES) - used) if used else None


def chip() -> str:
    """As the system calls it: Apple M2 Max."""
    asked = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=5)  # noqa: S603 - by its path
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip()
