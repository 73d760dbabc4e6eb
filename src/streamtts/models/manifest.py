"""What we have put into a model's folder; its presence says that the folder is ours, and complete."""

import json
from dataclasses import dataclass
from pathlib import Path

from streamtts.models.digest import Expected
from streamtts.models.folder import unwritable
from streamtts.models.names import is_safe

FILE = ".streamtts-model.json"

_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    model: str
    source: str  # in words
    files: tuple[Expected, ...]

    @property
    def size_bytes(self) -> int:
        return sum(file.size for file in self.files)


def write(place: Path, manifest: Manifest) -> None:
    rows = [{"name": file.name, "size": file.size, "sha256": file.sha256} for file in manifest.files]
    text = json.dumps({"model": manifest.model, "source": manifest.source, "files": rows}, indent=1)
    try:
        (place / FILE).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise unwritable(place / FILE, error) from error


def read(place: Path) -> Manifest | None:
    """None if there is none, or none that we wrote."""
    try:
        with (place / FILE).open("rb") as file:
            found = json.loads(file.read(_MOST_BYTES))
        files = tuple(Expected(str(f["name"]), int(f["size"]), str(f["sha256"])) for f in found["files"])
        manifest = Manifest(str(found["model"]), str(found["source"]), files)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return manifest if all(is_safe(file.name) for file in files) else None
