"""nllb-mlx: NLLB-200 on Apple silicon, through MLX; on Linux for tests, since MLX is slow on a CPU."""

import platform
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from streamtts.engine import EngineError, Ticket, TranslatorEngine, TranslatorOptions
from streamtts.errors import UsageError
from streamtts.synthesizers import packages
from streamtts.synthesizers.settings import Settings
from streamtts.translation import codes
from streamtts.translation.clause_stream import ClauseStream
from streamtts.translation.placeholders import LETTERS
from streamtts.translators.nllb_mlx_form import PRECISIONS, chosen
from streamtts.translators.nllb_mlx_loading import Loaded, loaded
from streamtts.translators.nllb_tokens import Growing

_MOST_SOURCE_TOKENS = 400  # of a piece: it learned from sentences, and what is longer gets lost
_SPARE_TOKENS, _TOKENS_EACH = 24, 3  # how long a translation may get, by the length of its source
_MOST_AT_ONCE, _MOST_COLUMNS = 32, 2048  # sentences, and tokens of them with their padding
_BETWEEN_PIECES = " "


class NllbMlx:
    """A Translator. Arrays belong to the thread that computes them, so each question is computed in one."""

    def __init__(self, options: TranslatorOptions) -> None:
        settings = Settings("nllb-mlx", options.settings, "translators")
        precision = settings.choice("precision", "auto", PRECISIONS)
        self._beams = int(settings.number("beams", 1, 1, 8))
        shortlisted = settings.choice("shortlist", "on", ("on", "off")) == "on"
        compiled = settings.choice("compile", "auto", ("auto", "on", "off"))
        settings.close()
        packages.require(_missing())
        packages.limit_threads(options.threads)
        import mlx.core as mx

        metal = bool(mx.metal.is_available())
        if not metal:
            sys.stderr.write(
                "nllb-mlx: there is no Metal here, and MLX is slow on a CPU: nllb-ct2 is faster\n"
            )
        self._model: Loaded | None = loaded(
            mx,
            options,
            chosen(precision, metal=metal),
            shortlisted=shortlisted,
            compiled=metal if compiled == "auto" else compiled == "on",
            ahead=metal,
        )
        for _ in self.translate("Ready.", Ticket()):
            pass  # the first run makes the GPU's programs

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        ticket.check()
        stream = ClauseStream()
        for number, piece in enumerate(self._pieces(text)):
            if number:
                yield from stream.feed(_BETWEEN_PIECES)
            for words in self._said(piece, ticket):
                yield from stream.feed(words)
        ticket.check()
        yield from stream.finish()

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        ticket.check()
        pieces = [(place, piece) for place, text in enumerate(texts) for piece in self._pieces(text)]
        pieces_of: list[list[str]] = [[] for _ in texts]
        said: dict[int, str] = {}
        for group in _groups([len(piece) for _, piece in pieces]):
            found = self._found([pieces[at][1] for at in group], ticket)
            said.update(zip(group, found, strict=True))
        for at, (place, _) in enumerate(pieces):
            pieces_of[place].append(said[at])
        return ["".join(_clauses(_BETWEEN_PIECES.join(parts))) for parts in pieces_of]

    def prefix(self, text: str) -> None:
        """The encoder reads a sentence in both directions: nothing can be done before its end."""

    def close(self) -> None:
        if self._model is not None:
            self._model.close()
            self._model = None

    def _pieces(self, text: str) -> list[list[int]]:
        if not text.strip():
            return []
        tokens = self._open.tokens.encode(text)
        most = min(_MOST_SOURCE_TOKENS, self._open.most_tokens)
        return [tokens[at : at + most] for at in range(0, len(tokens), most)]

    def _said(self, piece: list[int], ticket: Ticket) -> Iterator[str]:
        """The words of a translation as they are decided."""
        if self._beams > 1:
            yield from self._found([piece], ticket)
            return
        model = self._open
        growing = Growing(model.tokens)
        for step in self._steps([piece], ticket):
            yield growing.feed(model.token(step[0][1]))
        yield growing.finish()

    def _found(self, pieces: list[list[int]], ticket: Ticket) -> list[str]:
        model = self._open
        rows: list[list[int]] = [[] for _ in pieces]
        if self._beams > 1:
            cache = model.network.encode([model.tokens.framed(piece) for piece in pieces])
            rows = model.search.beams(cache, model.begin, self._limits(pieces), self._beams, ticket)
        else:
            for step in self._steps(pieces, ticket):
                for place, token in step:
                    rows[place].append(token)
        return [model.tokens.decode([model.token(row) for row in each]) for each in rows]

    def _steps(self, pieces: list[list[int]], ticket: Ticket) -> Iterator[list[tuple[int, int]]]:
        model = self._open
        ticket.check()
        cache = model.network.encode([model.tokens.framed(piece) for piece in pieces])
        return model.search.greedy(cache, model.begin, self._limits(pieces), ticket)

    def _limits(self, pieces: Sequence[Sequence[int]]) -> list[int]:
        most = self._open.most_tokens
        return [min(_SPARE_TOKENS + _TOKENS_EACH * len(piece), most) for piece in pieces]

    @property
    def _open(self) -> Loaded:
        if self._model is None:
            raise EngineError("nllb-mlx was closed: load it again")
        return self._model


def _limits(pieces: Sequence[Sequence[int]]) -> list[int]:
    return [_SPARE_TOKENS + _TOKENS_EACH * len(piece) for piece in pieces]


def _groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """What is translated at once: pieces of like length, and never more than memory has room for."""
    group: list[int] = []
    for at in sorted(range(len(lengths)), key=lambda at: lengths[at]):
        if group and (len(group) == _MOST_AT_ONCE or (len(group) + 1) * lengths[at] > _MOST_COLUMNS):
            yield group
            group = []
        group.append(at)
    if group:
        yield group


def _clauses(text: str) -> Iterator[str]:
    """As they would be streamed, so that a batch is what one by one would be."""
    stream = ClauseStream()
    yield from stream.feed(text)
    yield from stream.finish()


def _missing() -> str | None:
    if sys.platform == "darwin" and platform.machine() != "arm64":
        return "nllb-mlx needs a Mac with Apple silicon: choose nllb-ct2 or nllb on this one"
    if packages.reason_missing("nllb-mlx", ("mlx", "tokenizers"), ""):
        return "nllb-mlx needs its packages: pip install 'streamtts[nllb-mlx]'"
    return None


def _speaks(source: str, target: str) -> bool:
    try:
        codes.nllb(source), codes.nllb(target)
    except UsageError:
        return False
    return source != target


def _create(options: TranslatorOptions) -> Any:
    return NllbMlx(options)


engine = TranslatorEngine(
    name="nllb-mlx",
    summary="NLLB-200 on the GPU of a Mac, through MLX; 200 languages",
    licence="Apache-2.0, models CC-BY-NC-4.0",
    create=_create,
    missing=_missing,
    speaks=_speaks,
    placeholder=LETTERS,  # brackets are none of the letters that these models know
)
