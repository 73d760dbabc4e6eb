"""The network's arrays in the form that was asked for: made once, then kept beside the model."""

import hashlib
import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from streamtts.models.safetensors import is_whole
from streamtts.translators.nmt import checkpoint as nllb_checkpoint
from streamtts.translators.with_mlx.arrays import Checkpoint, arranged
from streamtts.translators.with_mlx.form import Form

_VERSION = "1"  # of the arrangement: another one is made anew
_PREFIX = "nllb-mlx-"
_LONGEST_WRITING_S = 3600


def weights(
    mx: Any, checkpoint: Checkpoint, form: Form, rows: Sequence[int] | None, folder: Path
) -> dict[str, Any]:
    """From the folder if they were made before. What needs no work, only arrangement, is not kept twice."""
    kept_rows = None if rows is None else list(rows)
    if not form.bits and form.kind == checkpoint.kind:
        return _made(mx, checkpoint, form, kept_rows)
    key = _key(checkpoint, form, kept_rows)
    file = folder / f"{_PREFIX}{form.name}-{key[:16]}.safetensors"
    if (found := _found(mx, file, key)) is not None:
        return found
    made = _made(mx, checkpoint, form, kept_rows)
    _keep(mx, file, made, key)
    return made


def _made(mx: Any, checkpoint: Checkpoint, form: Form, rows: list[int] | None) -> dict[str, Any]:
    """One array after the other, so that the whole is never there twice."""
    kind = getattr(mx, form.kind)
    made: dict[str, Any] = {}
    for name, get in arranged(mx, checkpoint, rows):
        array = get()
        stem, _, part = name.rpartition(".")
        group = form.group(array.shape[-1]) if array.ndim == 2 else 0
        if group and part == "weight":
            # Rounded from what the checkpoint has, with the scales of what is computed with.
            small = mx.quantize(array.astype(mx.float32), group_size=group, bits=form.bits)
            made[name] = small[0]
            made[f"{stem}.scales"], made[f"{stem}.zeros"] = small[1].astype(kind), small[2].astype(kind)
        else:
            made[name] = array.astype(kind)
        mx.eval(list(made.values())[-3:])
    return made


def _key(checkpoint: Checkpoint, form: Form, rows: list[int] | None) -> str:
    files = [
        [file.name, file.stat().st_size, file.stat().st_mtime_ns]
        for file in nllb_checkpoint.files(checkpoint.folder)
    ]
    said = [_VERSION, form.name, files, rows]
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def _found(mx: Any, file: Path, key: str) -> dict[str, Any] | None:
    """None if there is none, or none that can be used: it is made anew then."""
    if not is_whole(file):
        return None
    try:
        arrays, metadata = mx.load(str(file), return_metadata=True)
        mx.eval(*arrays.values())
    except (OSError, RuntimeError, ValueError):
        return None
    whole = metadata.get("key") == key and metadata.get("arrays") == str(len(arrays))
    return dict(arrays) if whole else None


def _keep(mx: Any, file: Path, arrays: dict[str, Any], key: str) -> None:
    """Whole or not at all; a disk that is full or not ours costs time at the next start, nothing else."""
    part = file.with_name(f".{os.getpid()}-{file.name}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _sweep(file.parent)
        mx.save_safetensors(str(part), arrays, {"key": key, "arrays": str(len(arrays))})
        part.replace(file)
    except (OSError, RuntimeError, ValueError):
        with suppress(OSError):
            part.unlink()


def _sweep(folder: Path) -> None:
    """Takes away what somebody was killed over; nobody writes for that long."""
    for part in folder.glob(f".*-{_PREFIX}*"):
        if time.time() - part.stat().st_mtime > _LONGEST_WRITING_S:
            part.unlink()
