"""nllb-ct2: NLLB-200 and Marian models on CTranslate2, in 8 bits, cut to the two languages at hand."""

from __future__ import annotations

import ctypes
import os
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streamtts.engine import EngineError, TranslatorEngine, TranslatorOptions
from streamtts.synthesizers import packages
from streamtts.synthesizers.settings import Settings
from streamtts.translation.clause_stream import ClauseStream
from streamtts.translation.placeholders import LETTERS
from streamtts.translators.with_ctranslate2 import choice as ct2_choice
from streamtts.translators.with_ctranslate2.form import Form, source_names
from streamtts.translators.with_ctranslate2.pair import Pair
from streamtts.translators.with_ctranslate2.tokens import text_of, tokens

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from streamtts.engine import Ticket

_NAME = "nllb-ct2"
_NEEDS = ("ctranslate2", "tokenizers", "sentencepiece")
_AT_ONCE = 16  # sentences; more are slower on a processor whose cache they do not fit
_WORDY = 3  # tokens of output for one of input, at most
_SPARE = 20
_PROCESSORS = Path("/proc/cpuinfo")


class Ct2Translator:
    def __init__(self, options: TranslatorOptions) -> None:
        settings = Settings(_NAME, options.settings, "translators")
        self._beams = settings.count("beams", 1, 1, 10)
        self._device = settings.choice("device", "cpu", ("cpu", "cuda"))
        self._compute = settings.choice("compute", "int8", ("int8", "float16", "float32"))
        is_cut = settings.choice("shortlist", "on", ("on", "off")) == "on"
        settings.close()
        packages.require(_missing())
        packages.limit_threads(options.threads)
        _avoid_slow_mathematics()
        self._threads = options.threads
        model = ct2_choice.chosen(options)
        self._model = model.name
        self._form = Form.load(model.folder)
        self._frame(options)
        self._tokens = tokens(model.folder, self._form)
        self._pair = None
        if is_cut:
            self._pair = Pair(model.folder, self._form, options.source, options.target, model.keep_in)
        self._translator: Any = None
        self._reads: bytes | None = None
        self._open(model.folder)
        for _ in self._steps(self._framed(self._tokens.encode("Ready.")), 2):
            pass  # the first call is slower than any other

    def translate(self, text: str, ticket: Ticket) -> Iterator[str]:
        ticket.check()
        (source,) = self._read([text])
        if not source:
            return
        if self._beams > 1:
            yield from filter(None, self._batch([source], ticket))
            return
        clauses = ClauseStream()
        with closing(self._steps(source, self._longest(source))) as steps:
            for name in steps:
                ticket.check()
                yield from clauses.feed(self._text(name))
        ticket.check()
        yield from clauses.finish()
        _give_back_memory()

    def translate_batch(self, texts: Sequence[str], ticket: Ticket) -> list[str]:
        ticket.check()
        sources = self._read(texts)
        done = iter(self._batch([source for source in sources if source], ticket))
        return [next(done) if source else "" for source in sources]

    def prefix(self, text: str) -> None:
        """Its encoder reads a sentence in both directions, so there is nothing to begin with."""

    def close(self) -> None:
        self._translator = None

    # Loading.

    def _frame(self, options: TranslatorOptions) -> None:
        """What stands before a sentence, and before its translation."""
        self._before: list[int] = []
        self._prefix: list[str] = []
        if self._form.family == "nllb":
            self._before = [ct2_choice.tag(self._form, options.source, self._model)]
            target = ct2_choice.tag(self._form, options.target, self._model)
            self._prefix = [name for name, place in self._form.tags.items() if place == target]
        elif self._form.tags:
            self._before = [ct2_choice.tag(self._form, options.target, self._model)]
        self._silent = {*self._form.special, *self._form.tags}

    def _open(self, folder: Path, more: Sequence[int] = ()) -> None:
        import ctranslate2

        self._translator = None  # two at once would take twice the memory
        if self._pair is not None:
            cut = self._pair.cut(more)
            folder, self._reads = cut.folder, cut.reads
        try:
            self._translator = ctranslate2.Translator(
                str(folder),
                device=self._device,
                compute_type=self._compute,
                intra_threads=self._threads,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(
                f"the model {self._model} cannot be loaded ({_line(error)}): convert it again, or choose"
                " another"
            ) from error

    # Translating.

    def _read(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens that the model is given; none for a text that has none."""
        sources = [self._framed(self._tokens.encode(text)) for text in texts]
        for source in sources:
            if len(source) > self._form.positions:
                raise EngineError(
                    f"a sentence of {len(source)} tokens is longer than the {self._form.positions} that"
                    f" {self._model} can read: shorten it"
                )
        if lacking := self._lacking(sources):
            self._learn(sorted(lacking))
        return sources

    def _learn(self, lacking: Sequence[int]) -> None:
        try:
            self._open(Path(), lacking)
        except EngineError:
            self._open(Path())  # other sentences may do without
            raise

    def _lacking(self, sources: Sequence[Sequence[int]]) -> set[int]:
        reads = self._reads
        if reads is None:
            return set()
        return {token for source in sources for token in source if token >= len(reads) or not reads[token]}

    def _framed(self, read: list[int]) -> list[int]:
        return [*self._before, *read, self._form.special[self._form.end]] if read else []

    def _longest(self, source: Sequence[int]) -> int:
        return min(_WORDY * len(source) + _SPARE, self._form.positions - len(self._prefix) - 1)

    def _names(self, source: Sequence[int]) -> list[str]:
        return source_names(source, self._form.special_names)

    def _text(self, name: str) -> str:
        return "" if name in self._silent else text_of(name)

    def _steps(self, source: Sequence[int], longest: int) -> Generator[str, None, None]:
        """The tokens of the output, one by one, by their names."""
        with _in_words():
            yield from self._asked(source, longest)

    def _asked(self, source: Sequence[int], longest: int) -> Generator[str, None, None]:
        self._check_open()
        steps = self._translator.generate_tokens(
            self._names(source),
            self._prefix or None,
            max_decoding_length=longest,
            max_input_length=0,
        )
        with closing(steps):
            for step in steps:
                yield step.token

    def _check_open(self) -> None:
        if self._translator is None:
            raise EngineError(f"{_NAME} has no model loaded: load it again")

    def _batch(self, sources: Sequence[Sequence[int]], ticket: Ticket) -> list[str]:
        """Sorted by length there, so that short ones do not wait for long ones."""
        if not sources:
            return []
        self._check_open()
        longest = max(map(self._longest, sources))
        with _in_words():
            results = self._translator.translate_batch(
                [self._names(source) for source in sources],
                [self._prefix] * len(sources) if self._prefix else None,
                max_batch_size=_AT_ONCE,
                beam_size=self._beams,
                max_decoding_length=longest,
                max_input_length=0,
                callback=(lambda _: ticket.cancelled) if self._beams == 1 else None,
            )
        _give_back_memory()
        ticket.check()
        written = [
            result.hypotheses[0][: self._longest(source)]  # as many as it would have alone
            for source, result in zip(sources, results, strict=True)
        ]
        return ["".join(map(self._text, names)).strip() for names in written]


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (RuntimeError, ValueError) as error:
        raise EngineError(
            f"{_NAME} could not translate a sentence ({_line(error)}): choose another translator"
        ) from error


def _give_back_memory() -> None:
    """What the C library keeps of a long sentence, or of a batch, for itself: 30 to 100 MB."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):  # glibc has it
        trim(0)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:160]


def _avoid_slow_mathematics() -> None:
    """Intel's library, if it is asked for on another maker's processor, is thirty times slower."""
    try:
        is_intel = "GenuineIntel" in _PROCESSORS.read_text(encoding="ascii", errors="replace")
    except OSError:
        return
    if not is_intel:
        os.environ["CT2_USE_MKL"] = "0"


def _missing() -> str | None:
    absent = [name for name in _NEEDS if find_spec(name) is None]
    if not absent:
        return None
    return f"{_NAME} needs {absent[0]}, which is not installed: pip install 'streamtts[nllb-ct2]'"


engine = TranslatorEngine(
    name=_NAME,
    summary="NLLB-200 and opus-mt models in 8 bits, quick on any processor",
    licence="MIT; NLLB-200 CC-BY-NC-4.0, opus-mt models Apache-2.0 or CC-BY-4.0",
    create=Ct2Translator,
    missing=_missing,
    speaks=lambda source, target: source != target,
    placeholder=LETTERS,
    wants=lambda options: packages.objection(ct2_choice.chosen, options),
    models_of="nllb",
    settings=("beams", "device", "compute", "shortlist"),
)
