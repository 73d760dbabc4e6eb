"""What reads text as the tokenizer of an NLLB model does, from mapped files, in a tenth of its memory."""

import json
import re
from pathlib import Path
from typing import Any

from streamtts.translators.nmt import bpe

NORMALIZER = "normalizer.json"
TAG = re.compile(r"[a-z]{3}_[A-Z][a-z]{3}")  # of a language

_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "�")
_ODD = ("dropout", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback", "ignore_merges")


class Reader:
    """What looks like a tag is text to it."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError and ValueError."""
        from tokenizers import Tokenizer

        # A vocabulary of 256,000 takes 180 MB there, so it is left out: only the first steps are asked for.
        text = (folder / NORMALIZER).read_text(encoding="utf-8")
        try:
            parts: Any = Tokenizer.from_str(text)
        except Exception as error:  # the library raises nothing more exact
            raise ValueError(f"{folder / NORMALIZER} is damaged") from error
        self._normalizer, self._words = parts.normalizer, parts.pre_tokenizer
        self._bpe = bpe.Bpe(folder)

    def encode(self, text: str) -> list[int]:
        clean = text.translate(_SURROGATES)
        if self._normalizer is not None:
            clean = self._normalizer.normalize_str(clean)
        words = self._words.pre_tokenize_str(clean)
        return [token for word, _ in words for token in self._bpe.pieces(word)]


def is_known(tokenizer: dict[str, Any]) -> bool:
    """Whether a tokenizer.json is of the kind that a Reader follows. Raises KeyError and TypeError."""
    model = tokenizer["model"]
    return (
        model["type"] == "BPE"
        and not any(model.get(odd) for odd in _ODD)
        and bool(tokenizer["pre_tokenizer"])
    )


def write(folder: Path, tokenizer: dict[str, Any], unknown: int) -> dict[str, int]:
    """What a Reader opens, of a tokenizer.json; returns its vocabulary.

    Raises KeyError, TypeError, ValueError and AttributeError for what is none.
    """
    model: dict[str, Any] = tokenizer["model"]
    vocabulary: dict[str, int] = model["vocab"]
    merges = [each.split(" ") if isinstance(each, str) else each for each in model["merges"]]
    bpe.write(folder, vocabulary, merges, unknown)
    steps = {**tokenizer, "added_tokens": [], "post_processor": None, "decoder": None, "truncation": None}
    steps |= {"padding": None, "model": {**model, "vocab": {}, "merges": [], "unk_token": None}}
    (folder / NORMALIZER).write_text(json.dumps(steps), encoding="utf-8")
    return vocabulary
