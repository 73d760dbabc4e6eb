"""Text to tokens as the model's own tokenizer makes them, in a tenth of its memory."""

import json
from pathlib import Path
from typing import Any, Protocol

from streamtts.engine import EngineError
from streamtts.translators.nmt.reader import Reader
from streamtts.translators.with_ctranslate2.form import PIECE_NAMES, PIECES, Form

_SPACE = "▁"
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "�")


class Tokens(Protocol):
    def encode(self, text: str) -> list[int]:
        """The tokens of a text, by their places in the whole vocabulary. What looks like a tag is text."""


def tokens(folder: Path, form: Form) -> Tokens:
    try:
        return Reader(folder) if form.family == "nllb" else MarianTokens(folder, form)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EngineError(f"the tokenizer in {folder} is damaged: convert the model again") from error


def text_of(name: str) -> str:
    """What a token of the output writes."""
    return name.replace(_SPACE, " ")


class MarianTokens:
    def __init__(self, folder: Path, form: Form) -> None:
        from sentencepiece import SentencePieceProcessor

        self._pieces: Any = SentencePieceProcessor(model_file=str(folder / PIECES))
        names = json.loads((folder / PIECE_NAMES).read_bytes())
        self._places: dict[str, int] = {name: place for place, name in enumerate(names)}
        self._unknown = form.unknown

    def encode(self, text: str) -> list[int]:
        pieces: list[str] = self._pieces.encode(text.translate(_SURROGATES), out_type=str)
        return [self._places.get(piece, self._unknown) for piece in pieces]
