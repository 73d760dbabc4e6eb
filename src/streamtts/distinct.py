"""Files that are read and files that are written must not be the same."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from streamtts.configuration.config import Config
from streamtts.errors import UsageError


def check_distinct(config: Config, read: Sequence[Path]) -> None:
    """UsageError, before anything is opened, if a file would be written over or twice."""
    seen = {_identity(path): "the log that is read" for path in read}
    for path, what in _written(config):
        identity = _identity(path)
        if identity in seen:
            raise UsageError(f"{path} cannot be both {seen[identity]} and {what}: name another file")
        seen[identity] = what


def _written(config: Config) -> Iterator[tuple[Path, str]]:
    kind, _, target = config.output.partition(":")
    file = target if kind == "wav" else target.partition(",")[0]
    if kind in ("wav", "raw") and file not in ("", "-"):
        yield Path(file), "the sound"
    if config.captions is not None:
        yield config.captions, "the captions"
    if config.trace is not None:
        yield config.trace, "the trace"
    if config.translation_cache is not None:
        yield config.translation_cache, "the translations"


def _identity(path: Path) -> object:
    """The same for all names of a file that exists; devices may be shared."""
    try:
        status = path.stat()
    except OSError:
        return path.absolute()
    return (status.st_dev, status.st_ino) if path.is_file() else object()
