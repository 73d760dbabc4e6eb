"""What a converted model needs to read a text, taken from the tokenizer that the model came with."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError
from streamtts.translators.nmt import reader
from streamtts.translators.with_ctranslate2.form import PIECE_NAMES, PIECES, Form

_SHARED = "shared_vocabulary.json"
_MARIAN_TAG = re.compile(r">>.+<<")


def nllb_form(source: Path, target: Path, plain: Form) -> Form:
    """Raises EngineError; leaves its files in the target."""
    file = source / "tokenizer.json"
    read = _json(file)
    try:
        added = {str(each["content"]): int(each["id"]) for each in read["added_tokens"]}
        if not reader.is_known(read):
            raise EngineError(f"the tokenizer in {file} is of a kind that is not known: use one of NLLB-200")
        vocabulary = reader.write(target, read, plain.unknown)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _damaged(file) from error
    _check_order(file, {**vocabulary, **added}, target)
    return replace(plain, tags={name: place for name, place in added.items() if reader.TAG.fullmatch(name)})


def marian_form(source: Path, target: Path, plain: Form) -> Form:
    """Raises EngineError; leaves its files in the target."""
    vocabulary = _json(source / "vocab.json")
    _check_order(source / "vocab.json", vocabulary, target)
    rows = len(_json(target / _SHARED))
    special = {name: place for name, place in plain.special.items() if place < rows}
    tags = {name: place for name, place in vocabulary.items() if _MARIAN_TAG.fullmatch(name)}
    always = {*special.values(), *tags.values()}
    reads, writes = (
        tuple(sorted({vocabulary[piece] for piece in _pieces(source / file) if piece in vocabulary} | always))
        for file in ("source.spm", "target.spm")
    )
    names = sorted(vocabulary, key=vocabulary.__getitem__)[:rows]
    (target / PIECE_NAMES).write_text(json.dumps(names), encoding="utf-8")
    shutil.copyfile(source / "source.spm", target / PIECES)
    return replace(plain, special=special, tags=tags, source=reads, target=writes)


def _pieces(file: Path) -> list[str]:
    from sentencepiece import SentencePieceProcessor

    try:
        model = SentencePieceProcessor(model_file=str(file))
    except (OSError, RuntimeError) as error:
        raise _damaged(file) from error
    return [str(model.id_to_piece(place)) for place in range(model.get_piece_size())]


def _check_order(file: Path, vocabulary: dict[str, int], target: Path) -> None:
    """A text must be read with the numbers that the model knows."""
    names = _json(target / _SHARED)
    for name, place in vocabulary.items():
        if place < len(names) and names[place] != name:
            raise EngineError(f"{file} and the weights are of different models: pull the model again")


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except FileNotFoundError:
        raise EngineError(f"there is no {file}: pull the model again") from None
    except ValueError as error:
        raise _damaged(file) from error


def _damaged(file: Path) -> EngineError:
    return EngineError(f"{file} is damaged: pull the model again")
