"""
Apple's GPU; all but available() raises Error without one.
"""

from __future__ import annotations
import collections.abc
import typing

__all__: list[str] = ["Device", "Library", "available", "compile", "device"]

class Device:
    """
    What the GPU is, and the system that drives it.
    """
    @property
    def apple_family(self) -> int:
        """
        7 is M1, 8 is M2, 9 is M3 and M4; 0 is no GPU of Apple's.
        """
    @property
    def buffer_bytes(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def system(self) -> str:
        """
        The version of macOS.
        """
    @property
    def threadgroup_bytes(self) -> int: ...
    @property
    def unified_memory(self) -> bool: ...
    @property
    def working_set_bytes(self) -> int: ...

class Library:
    """
    Kernels that Apple's compiler has taken.
    """
    def largest_group(self, name: str) -> int:
        """
        How many threads a group of this kernel may have.
        """
    def run(
        self,
        name: str,
        args: collections.abc.Sequence[typing.Any],
        threads: typing.SupportsInt
        | typing.SupportsIndex
        | collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex],
        group_size: typing.SupportsInt
        | typing.SupportsIndex
        | collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]
        | None = None,
        *,
        repeats: typing.SupportsInt | typing.SupportsIndex = 1,
    ) -> float:
        """
        Runs a kernel on buffers, which it changes where they can be written to, on numbers and on lists of numbers; the seconds that the GPU took, once.
        """
    @property
    def names(self) -> list[str]: ...

def available() -> bool:
    """
    Whether kernels can be compiled and run here.
    """

def compile(source: str, *, fast_math: bool = False) -> Library:
    """
    MSL 3.1; raises Error with the compiler's words and their lines.
    """

def device() -> Device: ...
