"""Text to tokens and back, as NLLB and Marian models do it, each by its own files."""

import difflib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from streamtts.engine import EngineError
from streamtts.translation import codes
from streamtts.translators.nmt.shape import MARIAN, Shape

_UNREADABLE = "\ufffd"
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), _UNREADABLE)


class Tokens(Protocol):
    """Of one direction."""

    @property
    def begin(self) -> tuple[int, ...]:
        """What every translation begins with, after the model's own start."""

    @property
    def names(self) -> Sequence[str]:
        """Of the tokens that may be written, by their ids; empty for one that never is."""

    @property
    def special(self) -> Sequence[int]: ...

    def encode(self, text: str) -> list[int]:
        """The words alone."""

    def framed(self, words: Sequence[int]) -> list[int]:
        """The words as the model is given them."""

    def decode(self, tokens: Sequence[int]) -> str: ...


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


def opened(folder: Path, shape: Shape, source: str, target: str) -> Tokens:
    """Raises EngineError if the files are damaged, or the model does not know a language."""
    if shape.kind == MARIAN:
        return MarianTokens(folder, shape, source, target)
    return NllbTokens(folder, shape, source, target)


class NllbTokens:
    def __init__(self, folder: Path, shape: Shape, source: str, target: str) -> None:
        self._tokenizer = _tokenizer(folder)
        known = self._tokenizer.get_vocab_size(with_added_tokens=True)
        if known > shape.rows:
            raise EngineError(
                f"the tokenizer in {folder} knows {known} tokens, the model {shape.rows}: pull it again"
            )
        self._end = shape.end
        self._source = self._language(source, folder)
        self.begin = (self._language(target, folder),)
        self._known = known
        added = self._tokenizer.get_added_tokens_decoder()
        self.special = [token for token, each in added.items() if each.special]

    @property
    def names(self) -> list[str]:
        """Of a quarter of a million tokens, so they are not kept."""
        return [self._tokenizer.id_to_token(token) or "" for token in range(self._known)]

    def encode(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text.translate(_SURROGATES), add_special_tokens=False).ids)

    def framed(self, words: Sequence[int]) -> list[int]:
        return [self._source, *words, self._end]

    def decode(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=True))

    def _language(self, tag: str, folder: Path) -> int:
        """An unknown code would be read as an unknown word, in silence."""
        token = self._tokenizer.token_to_id(codes.nllb(tag))
        if token is None:
            raise unknown_language(tag, folder)
        return int(token)


def unknown_language(tag: str, folder: Path) -> EngineError:
    return EngineError(
        f"the model in {folder} does not know {codes.name(tag)} ({codes.nllb(tag)}): choose another"
    )


class MarianTokens:
    """Two vocabularies of pieces, and one list that numbers those of both."""

    begin = ()

    def __init__(self, folder: Path, shape: Shape, source: str, target: str) -> None:
        self._reader, self._writer = (
            _pieces(folder / "source.spm"),
            _pieces(folder / "target.spm"),
        )
        self._ids = _vocabulary(folder / "vocab.json", shape.rows)
        if "<unk>" not in self._ids:
            raise EngineError(f"{folder / 'vocab.json'} has no <unk>: pull the model again")
        self._end = shape.end
        self._language = _language_token(folder, self._ids, source, target)
        names = [""] * shape.rows
        for name, token in self._ids.items():
            names[token] = name
        self._spelled = names
        self.special = [
            token for name, token in self._ids.items() if name in ("</s>", "<unk>", "<pad>") or _is_code(name)
        ]
        self._silent = frozenset(self.special)
        sayable = {self._writer.id_to_piece(piece) for piece in range(self._writer.get_piece_size())}
        self.names = [name if name in sayable else "" for name in names]

    def encode(self, text: str) -> list[int]:
        unknown = self._ids["<unk>"]
        pieces = self._reader.encode(text.translate(_SURROGATES).replace("\0", " "), out_type=str)
        return [self._ids.get(piece, unknown) for piece in pieces]

    def framed(self, words: Sequence[int]) -> list[int]:
        return [*self._language, *words, self._end]

    def decode(self, tokens: Sequence[int]) -> str:
        pieces = [self._spelled[token] for token in tokens if token not in self._silent]
        return str(self._writer.decode_pieces(pieces)).replace("▁", " ").strip()


def _tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer

    file = folder / "tokenizer.json"
    if not file.is_file():
        raise EngineError(f"{folder} has no tokenizer.json: pull the model again")
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises nothing more exact
        raise EngineError(f"{file} is damaged ({str(error)[:80]}): pull the model again") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True  # their names are plain text where they come from a log
    return tokenizer


def _pieces(file: Path) -> Any:
    from sentencepiece import SentencePieceProcessor

    if not file.is_file():
        raise EngineError(f"{file.parent} has no {file.name}: pull the model again")
    try:
        return SentencePieceProcessor(model_file=str(file))
    except (RuntimeError, OSError) as error:
        raise EngineError(f"{file} is damaged: pull the model again") from error


def _vocabulary(file: Path, rows: int) -> dict[str, int]:
    try:
        known = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise EngineError(f"{file.parent} has no {file.name}: pull the model again") from None
    except (OSError, ValueError, RecursionError) as error:
        raise EngineError(f"{file} is damaged: pull the model again") from error
    if not (isinstance(known, dict) and all(type(token) is int for token in known.values())):
        raise EngineError(f"{file} is no list of tokens: pull the model again")
    if any(not 0 <= token < rows for token in known.values()):
        raise EngineError(f"{file} numbers tokens that the model does not have: pull the model again")
    return known


def _is_code(name: str) -> bool:
    return name.startswith(">>") and name.endswith("<<")


def _language_token(folder: Path, known: Mapping[str, int], source: str, target: str) -> tuple[int, ...]:
    """What tells a model of several languages which to write; a model of one is told nothing."""
    codes_known = {name[2:-2]: token for name, token in known.items() if _is_code(name)}
    _check_direction(folder, source, target if not codes_known else "")
    if not codes_known:
        return ()
    nllb = codes.nllb(target)
    for name in (nllb, nllb.partition("_")[0], target, codes.canonical(target)):
        if name in codes_known:
            return (codes_known[name],)
    near = difflib.get_close_matches(nllb.partition("_")[0], codes_known, n=3) or sorted(codes_known)[:8]
    raise EngineError(
        f"the model in {folder} does not write {codes.name(target)} but {', '.join(near)}: choose another"
    )


def _check_direction(folder: Path, source: str, target: str) -> None:
    """Models of one direction say which in their settings, if at all."""
    try:
        settings = json.loads((folder / "tokenizer_config.json").read_bytes())
    except (OSError, ValueError):
        return
    for wanted, key, does in (
        (source, "source_lang", "read"),
        (target, "target_lang", "write"),
    ):
        said = settings.get(key) if isinstance(settings, dict) else None
        if wanted and isinstance(said, str) and said in codes.tags() and codes.canonical(said) != wanted:
            raise EngineError(
                f"the model in {folder} does not {does} {codes.name(wanted)} but {codes.name(said)}:"
                " choose another model"
            )
