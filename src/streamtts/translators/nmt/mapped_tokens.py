"""NLLB's tokens from files made of its tokenizer.json once: its own package takes 180 MB for them."""

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError
from streamtts.models.folder import made
from streamtts.models.trouble import ModelError
from streamtts.translation import codes
from streamtts.translators.nmt import names_file, reader
from streamtts.translators.nmt.shape import NLLB, Shape
from streamtts.translators.nmt.tokens import Tokens, opened, unknown_language

_VERSION = 1
_TOKENIZER, _ABOUT = "tokenizer.json", "tokens.json"
_PREFIX, _BEGUN = "tokens-", ".begun-tokens-"
_LONG_S = 3600  # nobody takes so long to make them
_SPACE = "▁"


class _NotPlainError(Exception):
    """A tokenizer that only its own package follows in everything."""


class MappedTokens:
    """Of one direction."""

    def __init__(self, model: Path, folder: Path, shape: Shape, source: str, target: str) -> None:
        """Raises OSError and ValueError for files that are not as they should be."""
        about = json.loads((folder / _ABOUT).read_bytes())
        if about["sizes"] != _sizes(folder):
            raise ValueError(f"{folder} is not as it was made")
        self._tags: dict[str, int] = about["tags"]
        self.special: list[int] = about["special"]
        names = names_file.NamesFile(folder, shape.rows)
        self.names: Sequence[str] = names
        self._reader = reader.Reader(folder)
        if names.known > shape.rows:
            raise EngineError(
                f"the tokenizer in {model} knows {names.known} tokens, the model {shape.rows}: pull it again"
            )
        self._silent = frozenset(self.special)
        self._end = shape.end
        self._source = self._language(source, model)
        self.begin = (self._language(target, model),)

    def encode(self, text: str) -> list[int]:
        return self._reader.encode(text)

    def framed(self, words: Sequence[int]) -> list[int]:
        return [self._source, *words, self._end]

    def decode(self, tokens: Sequence[int]) -> str:
        names = [self.names[token] for token in tokens if token not in self._silent]
        return "".join(names).replace(_SPACE, " ").removeprefix(" ")

    def _language(self, tag: str, model: Path) -> int:
        token = self._tags.get(codes.nllb(tag))
        if token is None:
            raise unknown_language(tag, model)
        return token


def tokens(model: Path, shape: Shape, source: str, target: str, keep_in: Path) -> Tokens:
    """Raises EngineError if the files are damaged, or the model does not know a language."""
    for _ in range(2 if shape.kind == NLLB else 0):  # what was made before may be damaged
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, ModelError, _NotPlainError):
            place = keep_in / f"{_PREFIX}{_key(model / _TOKENIZER)}"
            if not (place / _ABOUT).is_file():
                _make(model / _TOKENIZER, place)
            try:
                return MappedTokens(model, place, shape, source, target)
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                shutil.rmtree(place, ignore_errors=True)
    return opened(model, shape, source, target)  # which says what is wrong with the files, if something is


def _key(tokenizer: Path) -> str:
    found = tokenizer.stat()
    said = [_VERSION, found.st_size, found.st_mtime_ns]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _make(tokenizer: Path, place: Path) -> None:
    made(place.parent)
    for other in [*place.parent.glob(f"{_PREFIX}*"), *filter(_is_old, place.parent.glob(f"{_BEGUN}*"))]:
        shutil.rmtree(other, ignore_errors=True)
    begun = Path(tempfile.mkdtemp(dir=place.parent, prefix=_BEGUN))
    try:
        _write(json.loads(tokenizer.read_bytes()), begun)
        with suppress(OSError):  # another has made the same meanwhile
            begun.rename(place)
    finally:
        shutil.rmtree(begun, ignore_errors=True)


def _write(tokenizer: dict[str, Any], folder: Path) -> None:
    model, added = tokenizer["model"], tokenizer["added_tokens"]
    plain = model.get("fuse_unk") and all(each["special"] for each in added)
    if not (reader.is_known(tokenizer) and plain):
        raise _NotPlainError
    vocabulary = reader.write(folder, tokenizer, model["vocab"][model["unk_token"]])
    everything = {**vocabulary, **{str(each["content"]): int(each["id"]) for each in added}}
    names = [""] * (max(everything.values()) + 1)
    for name, token in everything.items():
        names[token] = name
    names_file.write(folder, names)
    about = {
        "sizes": _sizes(folder),
        "special": sorted(int(each["id"]) for each in added),
        "tags": {name: token for name, token in everything.items() if reader.TAG.fullmatch(name)},
    }
    (folder / _ABOUT).write_text(json.dumps(about), encoding="utf-8")


def _sizes(folder: Path) -> dict[str, int]:
    """A list of rules that ends early is one, too, but another."""
    return {file.name: file.stat().st_size for file in folder.iterdir() if file.name != _ABOUT}


def _is_old(place: Path) -> bool:
    with suppress(OSError):
        return time.time() - place.stat().st_mtime > _LONG_S
    return False
