"""Metal kernels on this processor: a stand-in for torch.mps.compile_shader that forgives nothing."""

from metal.simulator.errors import CompileError, LaunchError
from metal.simulator.library import Kernel, Library, compile_shader, launches
from metal.simulator.toolchain import is_available

__all__ = ["CompileError", "Kernel", "LaunchError", "Library", "compile_shader", "is_available", "launches"]
