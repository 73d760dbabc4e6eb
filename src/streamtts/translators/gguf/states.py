"""What a model has read before, kept in files: examples take seconds to read, and none to load."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING

from streamtts.engine import EngineError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from streamtts.translators.gguf.server import LlamaServer

_MOST_KEPT = 8  # files; a model has one for each pair of languages


class States:
    """In a folder that goes when the model does. What cannot be kept is read again."""

    def __init__(self, folder: Path, model: Path, adapter: Path | None = None) -> None:
        self._folder = folder
        self._model = [_facts(file) for file in (model, adapter) if file is not None]

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
        state = self._folder / f"{sha256(facts.encode()).hexdigest()[:32]}.state"
        if _is_whole(state):
            with suppress(EngineError):
                server.restore(state.name)
                server.read(tokens)
                return
        server.read(tokens)
        with suppress(EngineError, OSError):
            self._keep(server, state)

    def _keep(self, server: LlamaServer, state: Path) -> None:
        coming = state.with_suffix(".coming")
        try:
            server.save(coming.name)
            _digest_file(state).write_text(_digest(coming), encoding="ascii")
            coming.rename(state)
        finally:
            coming.unlink(missing_ok=True)
        files = sorted(self._folder.glob("*.state"), key=lambda file: file.stat().st_mtime)
        for old in files[:-_MOST_KEPT]:
            old.unlink(missing_ok=True)
            _digest_file(old).unlink(missing_ok=True)


def _facts(file: Path) -> tuple[str, int, int]:
    facts = file.stat()
    return file.name, facts.st_size, facts.st_mtime_ns


def _is_whole(state: Path) -> bool:
    """The native code trusts what it loads, and takes the process with it if that is broken."""
    try:
        return _digest_file(state).read_text(encoding="ascii") == _digest(state)
    except (OSError, ValueError):
        return False


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def _digest_file(state: Path) -> Path:
    return state.with_suffix(".sha256")
