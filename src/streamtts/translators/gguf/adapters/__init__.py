"""What a model has learnt for one pair of languages: a small file beside it, some of them our own."""

from pathlib import Path

from streamtts.engine import EngineError
from streamtts.translators.gguf import header


def adapter(setting: str, model: Path, source: str, target: str) -> Path | None:
    """Our own if there is one for this model, the user's, or none."""
    if setting == "auto":
        return _own(model, source, target)
    if setting == "off":
        return None
    return _users(Path(setting))


def _own(model: Path, source: str, target: str) -> Path | None:
    """Known by what the model says of itself, whatever its file is called."""
    begin = _beginning(model)
    base, size = header.text(begin, "general.basename"), header.text(begin, "general.size_label")
    wanted = f"{base}-{size}.{source}-{target}.gguf".lower()
    return next((file for file in Path(__file__).parent.glob("*.gguf") if file.name == wanted), None)


def _users(file: Path) -> Path:
    try:
        found = file.expanduser()
    except RuntimeError:  # there is no such user
        found = file
    if header.text(_beginning(found), "general.type") != "adapter":
        raise EngineError(
            f"translators.llama.adapter is {str(file)!r}: give auto, off, or an adapter's file for llama.cpp"
        )
    return found


def _beginning(file: Path) -> bytes:
    try:
        return header.beginning(file)
    except OSError:
        return b""
