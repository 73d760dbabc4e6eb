"""Models that other programs have fetched into the Hugging Face cache; read, never written."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from streamtts.models.catalogue import Model
from streamtts.models.digest import Expected
from streamtts.models.tree import files_in

_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def snapshot(model: Model, environ: Mapping[str, str]) -> Path | None:
    """A folder with all files of the model: of its revision, or of the newest that was fetched.

    While a file is being fetched it is not linked there yet.
    """
    for root in _roots(environ):
        repository = root / f"models--{model.hub.replace('/', '--')}"
        for revision in (model.revision, "main"):
            commit = revision if _COMMIT.fullmatch(revision) else _ref(repository, revision)
            place = repository / "snapshots" / commit
            if commit and not model.pick(files_in(place)).lacking:
                return place
    return None


def expected(model: Model, place: Path) -> list[Expected]:
    """What its files must be. The cache names a file by its digest, and links to it."""
    wanted = []
    for name in model.pick(files_in(place)).names:
        file = place / name
        content = file.resolve().name
        sha256 = model.sha256.get(name) or (content if _SHA256.fullmatch(content) else "")
        git_sha1 = content if _COMMIT.fullmatch(content) else ""
        wanted.append(Expected(name, file.stat().st_size, sha256, git_sha1))
    return wanted


def _roots(environ: Mapping[str, str]) -> Iterator[Path]:
    home = environ.get("HOME", "")
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if named := environ.get(variable):
            yield _expanded(named, home)
            return
    if named := environ.get("HF_HOME"):
        yield _expanded(named, home) / "hub"
    elif cache := environ.get("XDG_CACHE_HOME"):
        yield _expanded(cache, home) / "huggingface/hub"
    elif home:
        yield Path(home) / ".cache/huggingface/hub"


def _expanded(named: str, home: str) -> Path:
    return Path(home) / named[2:] if home and named.startswith("~/") else Path(named)


def _ref(repository: Path, revision: str) -> str:
    try:
        commit = (repository / "refs" / revision).read_text(encoding="ascii")[:100].strip()
    except (OSError, ValueError):
        return ""
    return commit if _COMMIT.fullmatch(commit) else ""
