"""The command against a hub of our own, with a model folder of our own."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cli.support import FakeClock, Outcome, run
from models.hub_server import HubServer, serving
from streamtts.models.report import World

# A model of the catalogue whose files have no digest there, with files that a test can afford.
NAME = "opus-mt-en-es"
REPOSITORY = "Helsinki-NLP/opus-mt-en-es"
WEIGHTS = "pytorch_model.bin"
FILES = {
    "config.json": b'{"model_type": "marian"}',
    "source.spm": b"source pieces",
    "target.spm": b"target pieces",
    "tokenizer_config.json": b"{}",
    "vocab.json": b'{"a": 0}',
    WEIGHTS: bytes(range(256)) * 4000,
    "tf_model.h5": b"for others",
    "README.md": b"# A model",
}
WANTED = {name: content for name, content in FILES.items() if name not in ("tf_model.h5", "README.md")}
SMALL = {"config.json", "tokenizer_config.json", "README.md"}


@dataclass
class Rig:
    folder: Path
    hub: HubServer
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def place(self) -> Path:
        return self.folder / NAME

    @property
    def environ(self) -> dict[str, str]:
        return {
            "STREAMTTS_CONFIG": os.devnull,
            "STREAMTTS_MODELS": str(self.folder),
            "HF_HOME": str(self.folder.parent / "hf"),
            "HF_ENDPOINT": self.hub.address,
            "HOME": str(self.folder.parent),
        }

    def models(self, *words: str | Path, **variables: str) -> Outcome:
        return run("models", *words, clock=self.clock, environ={**self.environ, **variables})

    def pull(self, **variables: str) -> Outcome:
        return self.models("pull", NAME, **variables)

    def refusal(
        self, *words: str | Path, status: int = 1, more: Mapping[str, str] | None = None, **variables: str
    ) -> str:
        """The one sentence in which the command ends."""
        outcome = self.models(*words, **variables, **(more or {}))
        assert (outcome.status, outcome.out) == (status, "")
        assert "Traceback" not in outcome.err
        return outcome.err.splitlines()[-1].removeprefix("streamtts: ")

    def is_whole(self) -> bool:
        return all((self.place / name).read_bytes() == content for name, content in WANTED.items())


@contextmanager
def rig(folder: Path, files: Mapping[str, bytes] = FILES) -> Iterator[Rig]:
    with serving(REPOSITORY, files, set(files) - SMALL) as hub:
        yield Rig(folder / "models", hub)


def with_token(token: str) -> dict[str, str]:
    return {"HF_TOKEN": token}


class Silent:
    """A report that keeps the sentences and the sum."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.total = self.done = 0

    def say(self, text: str) -> None:
        self.said.append(text)

    def begin(self, title: str, total_bytes: int) -> None:  # noqa: ARG002 - a report is told it
        self.total, self.done = total_bytes, 0

    def advance(self, size: int) -> None:
        self.done += size

    def end(self) -> None:
        pass


def world(environ: Mapping[str, str], report: Silent | None = None) -> World:
    return World(environ, FakeClock(), report or Silent())
