"""What whoever fetches models is told meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from streamtts.environment import Clock


class Report(Protocol):
    """Sentences, and how far the work at hand has come; `advance` may go back."""

    def say(self, text: str) -> None: ...

    def begin(self, title: str, total_bytes: int) -> None: ...

    def advance(self, size: int) -> None: ...

    def end(self) -> None: ...


@dataclass(frozen=True, slots=True)
class World:
    """What fetching needs from outside."""

    environ: Mapping[str, str]
    clock: Clock
    report: Report
    offline: bool = False  # the user wants no network used
