"""Text to the tokens of NLLB and back, by the model's own tokenizer.json."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError
from streamtts.translators.nllb_mlx_shape import Shape

_UNREADABLE = "�"
_SURROGATES = dict.fromkeys(range(55296, 57344), _UNREADABLE)


class Tokens:
    """Of one direction. Names of special tokens are plain text where they come from a log."""

    def __init__(self, folder: Path, shape: Shape, source: str, target: str) -> None:
        self._tokenizer = _loaded(folder)
        known = self._tokenizer.get_vocab_size(with_added_tokens=True)
        if known > shape.rows:
            raise EngineError(
                f"the tokenizer in {folder} knows {known} tokens and the model {shape.rows}: pull it again"
            )
        self.end = shape.end
        self.source = self._language(source, folder)
        self.target = self._language(target, folder)
        self.names: list[str] = [self._tokenizer.id_to_token(token) or "" for token in range(known)]
        self.special: list[int] = [
            token for token, added in self._tokenizer.get_added_tokens_decoder().items() if added.special
        ]

    def encode(self, text: str) -> list[int]:
        """Without the language before it and the end after it."""
        return list(self._tokenizer.encode(text.translate(_SURROGATES), add_special_tokens=False).ids)

    def framed(self, tokens: Sequence[int]) -> list[int]:
        """As the encoder is given them."""
        return [self.source, *tokens, self.end]

    def decode(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=True))

    def _language(self, code: str, folder: Path) -> int:
        token = self._tokenizer.token_to_id(code)
        if token is None:
            raise EngineError(
                f"the model in {folder} does not know the language {code}: choose another model"
            )
        return int(token)


class Growing:
    """The text of tokens that come one after the other, piece by piece."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._ids: list[int] = []
        self._said = 0

    def feed(self, token: int) -> str:
        """What is new; of a character that comes in parts, nothing before it is whole."""
        self._ids.append(token)
        return self._new(self._tokens.decode(self._ids).rstrip(_UNREADABLE))

    def finish(self) -> str:
        return self._new(self._tokens.decode(self._ids))

    def _new(self, text: str) -> str:
        piece = text[self._said :]
        self._said = max(self._said, len(text))
        return piece


def _loaded(folder: Path) -> Any:
    from tokenizers import Tokenizer

    file = folder / "tokenizer.json"
    if not file.is_file():
        raise EngineError(f"{folder} has no tokenizer.json: pull the model again")
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:
        raise EngineError(f"{file} is damaged ({str(error)[:80]}): pull the model again") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer
