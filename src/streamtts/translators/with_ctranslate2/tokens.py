"""Text to tokens as the model's own tokenizer makes them, in a tenth of its memory."""

import json
from pathlib import Path
from typing import Any, Protocol

from streamtts.engine import EngineError
from streamtts.translators.nmt.bpe import Bpe
from streamtts.translators.with_ctranslate2.form import NORMALIZER, PIECE_NAMES, PIECES, Form

_SPACE = "▁"
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "�")


class Tokens(Protocol):
    def encode(self, text: str) -> list[int]:
        """The tokens of a text, by their places in the whole vocabulary. What looks like a tag is text."""


def tokens(folder: Path, form: Form) -> Tokens:
    try:
        return NllbTokens(folder) if form.family == "nllb" else MarianTokens(folder, form)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EngineError(f"the tokenizer in {folder} is damaged: convert the model again") from error


def text_of(name: str) -> str:
    """What a token of the output writes."""
    return name.replace(_SPACE, " ")


class NllbTokens:
    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        # A vocabulary of 256,000 takes 180 MB there, so it is left out: only the first steps are asked for.
        parts: Any = Tokenizer.from_str((folder / NORMALIZER).read_text(encoding="utf-8"))
        self._normalizer, self._words = parts.normalizer, parts.pre_tokenizer
        self._bpe = Bpe(folder)

    def encode(self, text: str) -> list[int]:
        clean = text.translate(_SURROGATES)
        if self._normalizer is not None:
            clean = self._normalizer.normalize_str(clean)
        words = self._words.pre_tokenize_str(clean)
        return [token for word, _ in words for token in self._bpe.pieces(word)]


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
