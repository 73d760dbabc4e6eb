"""What a model has read before, kept in files: examples take seconds to read, and none to load."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from streamtts.engine import EngineError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from streamtts.translators.llama_server import LlamaServer

_MOST_KEPT = 8  # files; a model has one for each pair of languages


class States:
    """In a folder that goes when the model does. What cannot be kept is read again."""

    def __init__(self, folder: Path, model: Path) -> None:
        self._folder = folder
        file = model.stat()
        self._model = [model.name, file.st_size, file.st_mtime_ns]

    @property
    def folder(self) -> Path | None:
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return self._folder
        return None

    def read(self, server: LlamaServer, tokens: Sequence[int]) -> None:
        """The model has read `tokens` when this returns."""
        if self.folder is None:
            server.read(tokens)
            return
        facts = json.dumps([self._model, server.version, server.stride, list(tokens)])
        name = f"{sha256(facts.encode()).hexdigest()[:32]}.state"
        if (self._folder / name).is_file():
            with suppress(EngineError):
                server.restore(name)
                server.read(tokens)
                return
        server.read(tokens)
        with suppress(EngineError, OSError):
            self._keep(server, name)

    def _keep(self, server: LlamaServer, name: str) -> None:
        """Under its name only once it is whole."""
        coming = f"{name}.coming"
        try:
            server.save(coming)
            (self._folder / coming).rename(self._folder / name)
        finally:
            (self._folder / coming).unlink(missing_ok=True)
        files = sorted(self._folder.glob("*.state"), key=lambda file: file.stat().st_mtime)
        for old in files[:-_MOST_KEPT]:
            old.unlink(missing_ok=True)
