"""Terms that a user must accept before a model is fetched or used, and that they were accepted."""

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from streamtts.models.catalogue import Model, find
from streamtts.models.folder import data_folder, made, unwritable

FLAG = "--accept-license"

_MOST_BYTES = 1 << 16


def command(model: Model) -> str:
    """The one that accepts the terms of a model and fetches it."""
    return f"{model.pull} {FLAG}"


def text(model: Model) -> str:
    """What is to be accepted; empty if nothing is."""
    if not model.accept:
        return ""
    return files("streamtts.models").joinpath("licences", f"{model.accept}.txt").read_text(encoding="utf-8")


def accepted(model: Model, environ: Mapping[str, str]) -> bool:
    """Whether these very terms were accepted, or there are none to accept."""
    if not model.accept:
        return True
    try:
        with _record(model, environ).open("rb") as file:
            found = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("terms_sha256") == _digest(model)


def accept(model: Model, environ: Mapping[str, str]) -> Path:
    """Keeps it for good, in a file of the user's own; ModelError if that cannot be written."""
    record = _record(model, environ)
    made(record.parent)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    said = {"licence": model.accept, "model": model.name, "accepted": now, "terms_sha256": _digest(model)}
    part = record.with_name(f".{record.name}.{os.getpid()}")
    try:
        part.write_text(f"{json.dumps(said, indent=1)}\n", encoding="utf-8")
        part.replace(record)
    except OSError as error:
        raise unwritable(record, error) from error
    return record


def why_not(name: str, environ: Mapping[str, str] | None = None) -> str | None:
    """Why a model of the catalogue may not be used yet, in one sentence."""
    model = find(name)
    if accepted(model, os.environ if environ is None else environ):
        return None
    return (
        f"{model.name} is under terms that nobody here has accepted ({model.terms}): read and accept them"
        f" with `{command(model)}`"
    )


def _record(model: Model, environ: Mapping[str, str]) -> Path:
    return data_folder(environ) / "licences" / f"{model.accept}.json"


def _digest(model: Model) -> str:
    return hashlib.sha256(text(model).encode()).hexdigest()
