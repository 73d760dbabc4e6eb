"""Every setting of a session: its default, its help, and what may be said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from streamtts.types import Say

OnNewTurn = Literal["finish", "interrupt"]
Isolate = Literal["auto", "always", "never"]
ToolTalk = Literal["skip", "brief"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    to: str = ""  # language to hear; empty is the language it was written in
    source: str = "en"  # language that Latin letters are taken for
    voice: tuple[str, ...] = ()
    output: str = "default"
    speed: float = 1.0
    volume: float = 1.0
    lag: str = "20s:speed"
    on_new_turn: OnNewTurn = "finish"
    earcon: bool = False
    tools: ToolTalk = "skip"
    code: Say = "brief"
    tables: Say = "brief"
    eager: bool = False
    captions: Path | None = None
    quiet: bool = False
    trace: Path | None = None
    keys: bool = True
    control: bool = True
    lexicon: Path | None = None
    threads: int = 1
    isolate: Isolate = "auto"
    engines: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
