"""A world with the engines of the default chains, all of them fakes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from streamtts.engine import ANY_LANGUAGE, VoiceInfo
from streamtts.quality.policy import Policy
from streamtts.voices import Voices
from voices import fakes
from voices.fakes import Fake
from worker.registering import install


@dataclass
class World:
    """The engines by name, and what the user was told."""

    engines: dict[str, Fake]
    told: list[str] = field(default_factory=list)
    opened: list[Voices] = field(default_factory=list)

    def __getitem__(self, name: str) -> Fake:
        return self.engines[name]

    def voices(
        self,
        *specs: str,
        isolate: Literal["auto", "always", "never"] = "auto",
        threads: int = 1,
        settings: dict[str, dict[str, str]] | None = None,
        policy: Policy | None = None,
    ) -> Voices:
        voices = Voices(
            specs,
            threads=threads,
            isolate=isolate,
            settings=settings or {},
            notice=self.told.append,
            policy=policy,
        )
        self.opened.append(voices)
        return voices


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    engines = [
        Fake("hibari", ("en",), (VoiceInfo("heart", "en"), VoiceInfo("emma", "en"))),
        Fake("openjtalk", ("ja",), attribution="Mei, CC BY 3.0"),
        Fake("kokoro-ja", ("ja",)),
        Fake("nanotts", ("de", "es", "fr", "it", "en"), (VoiceInfo("fr-FR", "fr-FR"),)),
        Fake("say", (ANY_LANGUAGE,), missing="say needs macOS: choose another voice"),
        Fake("espeak", (ANY_LANGUAGE,), (VoiceInfo("ru", "ru"),)),
        Fake("piper", (ANY_LANGUAGE,)),
        Fake("cloudy", (ANY_LANGUAGE,)),
        Fake("xtts", ("en", "ja"), clones=True),
        Fake("cosyvoice", ("en", "zh"), clones=True, cloud=True),
    ]
    places = {fake.name: f"voices.fakes:{fake.attribute}" for fake in engines}
    install(
        tmp_path,
        places
        | {"broken": "voices.no_such_module:engine", "tone": "streamtts.synthesizers.tone:engine"}
        | {"fake": "worker.fake_engine:engine", "no-engine": "os:path"},
        distribution="streamtts",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(fakes, "ENGINES", {})
    for fake in engines:
        fake.register()
    there = World({fake.name: fake for fake in engines})
    yield there
    for voices in there.opened:
        voices.close()
