"""nllb: NLLB-200 and Helsinki's Marian models, through PyTorch on an NVIDIA GPU, a Mac's or any processor."""

import os
from collections.abc import Iterator, Sequence
from typing import Any

from streamtts.engine import EngineError, Ticket, TranslatorEngine, TranslatorOptions
from streamtts.errors import UsageError
from streamtts.synthesizers import packages
from streamtts.synthesizers.settings import Settings
from streamtts.translation import codes
from streamtts.translation.clause_stream import ClauseStream
from streamtts.translation.placeholders import LETTERS
from streamtts.translators.nllb_loading import Loaded, loaded
from streamtts.translators.nllb_precision import DEVICES, PRECISIONS, chosen
from streamtts.translators.nllb_tokens import Growing

_MOST_SOURCE_TOKENS = 400  # of a piece: it learned from sentences, and what is longer gets lost
_SPARE_TOKENS, _TOKENS_EACH = (
    24,
    3,
)  # how long a translation may get, by the length of its source
_MOST_AT_ONCE, _MOST_COLUMNS = (
    32,
    2048,
)  # sentences, and tokens of them with their padding
_BETWEEN_PIECES = " "


class Nllb:
    """A Translator."""

    def __init__(self, options: TranslatorOptions) -> None:
        settings = Settings("nllb", options.settings, "translators")
        device = settings.choice("device", "auto", DEVICES)
        precision = settings.choice("precision", "auto", PRECISIONS)
        shortlisted = settings.choice("shortlist", "on", ("on", "off")) == "on"
        graphs = settings.choice("graphs", "off", ("on", "off")) == "on"
        settings.close()
        packages.require(_missing())
        packages.limit_threads(options.threads)
        # Threads that spin while they wait for each other starve on a busy machine; read when torch is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        import torch

        torch.set_num_threads(options.threads)
        form = chosen(torch, device, precision)
        if graphs and form.device.type != "cuda":
            raise EngineError(
                "nllb records graphs on an NVIDIA GPU alone: set translators.nllb.graphs to off"
            )
        self._model: Loaded | None = loaded(torch, options, form, shortlisted=shortlisted, graphs=graphs)
        for _ in self.translate("Ready.", Ticket()):
            pass  # the first run chooses and makes what the others use

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
        parts: list[list[str]] = [[] for _ in texts]
        said: dict[int, str] = {}
        for group in _groups([len(piece) for _, piece in pieces]):
            said.update(
                zip(
                    group,
                    self._found([pieces[at][1] for at in group], ticket),
                    strict=True,
                )
            )
        for at, (place, _) in enumerate(pieces):
            parts[place].append(said[at])
        return ["".join(_clauses(_BETWEEN_PIECES.join(each))) for each in parts]

    def prefix(self, text: str) -> None:
        """The encoder reads a sentence in both directions: nothing can be done before its end."""

    def close(self) -> None:
        self._model = None

    def _pieces(self, text: str) -> list[list[int]]:
        if not text.strip():
            return []
        words = self._open.tokens.encode(text)
        most = min(_MOST_SOURCE_TOKENS, self._open.shape.most_positions - _SPARE_TOKENS)
        return [words[at : at + most] for at in range(0, len(words), most)]

    def _said(self, piece: list[int], ticket: Ticket) -> Iterator[str]:
        """The words of a translation as they are decided."""
        model = self._open
        growing = Growing(model.tokens)
        for step in self._steps([piece], ticket):
            yield growing.feed(model.token(step[0][1]))
        yield growing.finish()

    def _found(self, pieces: list[list[int]], ticket: Ticket) -> list[str]:
        model = self._open
        rows: list[list[int]] = [[] for _ in pieces]
        for step in self._steps(pieces, ticket):
            for place, row in step:
                rows[place].append(model.token(row))
        return [model.tokens.decode(each) for each in rows]

    def _steps(self, pieces: list[list[int]], ticket: Ticket) -> Iterator[list[tuple[int, int]]]:
        model = self._open
        most = model.shape.most_positions - 2
        limits = [min(_SPARE_TOKENS + _TOKENS_EACH * len(piece), most) for piece in pieces]
        return model.search.steps([model.tokens.framed(piece) for piece in pieces], limits, ticket)

    @property
    def _open(self) -> Loaded:
        if self._model is None:
            raise EngineError("nllb was closed: load it again")
        return self._model


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
    if packages.reason_missing("nllb", ("torch", "tokenizers", "sentencepiece"), ""):
        return "nllb needs its packages: pip install 'streamtts[nllb]'"
    return None


def _speaks(source: str, target: str) -> bool:
    try:
        return codes.canonical(source) != codes.canonical(target)
    except UsageError:
        return False


def _create(options: TranslatorOptions) -> Any:
    return Nllb(options)


engine = TranslatorEngine(
    name="nllb",
    summary="NLLB-200, 200 languages, and small models of one direction, on any processor or GPU",
    licence="Apache-2.0, NLLB models CC-BY-NC-4.0",
    create=_create,
    missing=_missing,
    speaks=_speaks,
    placeholder=LETTERS,  # brackets are none of the letters that these models know
)
