"""A converted model cut to two languages: the rows that one reads and the other writes, made once and kept.

What comes out is what the whole model gives, as long as its best tokens are among those that the target
language writes. A token that is read is never replaced by another one: a sentence that needs one more
gets it, with the next two thousand in the order of the vocabulary, and they stay for the next time.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Collection, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import time

from streamtts.engine import EngineError
from streamtts.models import manifest
from streamtts.models.digest import Expected, digest_of
from streamtts.models.folder import check_space, made, unwritable
from streamtts.models.trouble import ModelError
from streamtts.translation.shortlist import MOST_LATIN_ELSEWHERE, MOST_OF_A_SHARED_SCRIPT, ids
from streamtts.translators.with_ctranslate2.form import (
    CONFIG,
    FORM,
    SOURCE_NAMES,
    TARGET_NAMES,
    WEIGHTS,
    Form,
    source_names,
)
from streamtts.translators.with_ctranslate2.weights import SCALE, Weights

SOURCE_ROWS = 12_000  # to begin with; what is frequent comes first
SOURCE_ROWS_MORE = 2_000

_RULE = [1, SOURCE_ROWS, SOURCE_ROWS_MORE, MOST_OF_A_SHARED_SCRIPT, MOST_LATIN_ELSEWHERE]
_READ, _WRITTEN, _OUTPUT = (
    "encoder/embeddings_0/weight",
    "decoder/embeddings/weight",
    "decoder/projection/weight",
)
_BIAS = "decoder/projection/bias"
_LIST = "reads.json"
_BEGUN = ".begun-"
_LONG_S = 3600  # nobody takes so long to make a cut


@dataclass(frozen=True, slots=True)
class Cut:
    """A pair's folder, and the tokens it can read: true at their places."""

    folder: Path
    reads: bytes


@dataclass(frozen=True, slots=True)
class Learned:
    """What had to be read and was not among the frequent, and how often that was so."""

    times: int = 0
    tokens: tuple[int, ...] = ()

    @classmethod
    def load(cls, file: Path) -> "Learned":
        with suppress(OSError, ValueError, TypeError, KeyError):
            read = json.loads(file.read_bytes())
            return cls(int(read["times"]), tuple(int(place) for place in read["tokens"]))
        return cls()  # learned again

    def and_also(self, more: Collection[int]) -> "Learned":
        if not set(more) - set(self.tokens):
            return self
        return Learned(self.times + 1, tuple(sorted({*self.tokens, *more})))


class Pair:
    """The cut of one model for one direction, in a folder of its own that goes when the model does."""

    def __init__(self, whole: Path, form: Form, source: str, target: str, keep_in: Path) -> None:
        self._whole = whole
        self._form = form
        self._languages = source, target
        self._keep_in = keep_in
        self._name = f"{FORM}-{source}-{target}"
        self._learned = keep_in / f"{self._name}.learned.json"

    def cut(self, more: Collection[int] = ()) -> Cut:
        """From the disk, or made now; `more` tokens to be read are learned for ever. Raises EngineError."""
        try:
            made(self._keep_in)
            known = Learned.load(self._learned)
            learned = known.and_also(more)
            place = self._keep_in / f"{self._name}-{self._fingerprint(learned)}"
            reads = _listed(place)
            if reads is None:
                reads = self._make(place, learned)
                self._forget_others(place)
            if learned != known:
                self._remember(learned)
            return Cut(place, _flags(reads))
        except OSError as error:
            raise self._unwritable(unwritable(self._keep_in, error)) from error
        except ModelError as error:
            raise self._unwritable(error) from error

    def _remember(self, learned: Learned) -> None:
        part = self._learned.with_suffix(".part")
        part.write_text(json.dumps(asdict(learned)), encoding="utf-8")
        part.replace(self._learned)

    def _fingerprint(self, learned: Learned) -> str:
        weights = (self._whole / WEIGHTS).stat()
        known = [_RULE, weights.st_size, weights.st_mtime_ns, learned.times, learned.tokens]
        return hashlib.sha256(json.dumps(known).encode()).hexdigest()[:16]

    def _make(self, place: Path, learned: Learned) -> list[int]:
        self._check_digest()
        names = self._form.read_names(self._whole)
        reads, writes = self._rows(names, learned)
        check_space(
            self._keep_in, (self._whole / WEIGHTS).stat().st_size, "the part of a model for two languages"
        )
        begun = Path(tempfile.mkdtemp(dir=self._keep_in, prefix=_BEGUN))
        try:
            self._write(begun, reads, writes)
            _save(begun / TARGET_NAMES, [names[row] for row in writes])
            _save(begun / SOURCE_NAMES, source_names(reads, self._form.special_names))
            shutil.copyfile(self._whole / CONFIG, begun / CONFIG)
            _save(begun / _LIST, reads)
            if place.exists() and _listed(place) is None:
                shutil.rmtree(place)
            with suppress(OSError):  # another has made the same meanwhile
                begun.rename(place)
        finally:
            shutil.rmtree(begun, ignore_errors=True)
        return reads

    def _rows(self, names: Sequence[str], learned: Learned) -> tuple[list[int], list[int]]:
        form, (source, target) = self._form, self._languages
        if form.source and form.target:  # the model says it itself
            return sorted({*form.source, *learned.tokens}), list(form.target)
        always = {*form.special.values(), *form.tags.values()}
        frequent = ids(names, (), [source])[: SOURCE_ROWS + SOURCE_ROWS_MORE * learned.times]
        reads = {*frequent, *always, *learned.tokens}
        return sorted(place for place in reads if place < len(names)), ids(names, always, [target])

    def _write(self, folder: Path, reads: Sequence[int], writes: Sequence[int]) -> None:
        try:
            with closing(Weights(self._whole / WEIGHTS)) as weights:
                rows = {_READ: reads, _READ + SCALE: reads, _WRITTEN: writes, _WRITTEN + SCALE: writes}
                same = {}
                if weights.find(_OUTPUT) == weights.find(_WRITTEN):
                    same[_OUTPUT] = _WRITTEN
                else:
                    rows |= {_OUTPUT: writes, _OUTPUT + SCALE: writes}
                if _BIAS in weights.variables:
                    rows[_BIAS] = writes
                with (folder / WEIGHTS).open("wb") as target:
                    weights.write(target, rows, same)
        except ValueError as error:
            raise self._damaged() from error

    def _check_digest(self) -> None:
        """It is read anyway, and an int8 model that is wrong somewhere says nothing, only nonsense."""
        found = manifest.read(self._whole)
        for file in found.files if found else ():
            wanted = Expected(file.name, file.size, file.sha256)
            if file.name == WEIGHTS and not digest_of(self._whole / WEIGHTS, wanted).good:
                raise self._damaged()

    def _forget_others(self, place: Path) -> None:
        broken = [each for each in self._keep_in.glob(f"{_BEGUN}*") if _is_old(each)]
        for other in [*self._keep_in.glob(f"{self._name}-*"), *broken]:
            if other != place and other.is_dir():
                shutil.rmtree(other, ignore_errors=True)

    def _damaged(self) -> EngineError:
        return EngineError(f"the model in {self._whole} is damaged: convert it again")

    def _unwritable(self, error: ModelError) -> EngineError:
        return EngineError(f"{error}; or set translators.nllb-ct2.shortlist to off, which takes more memory")


def _listed(place: Path) -> list[int] | None:
    """What a cut reads, if it is there and whole: it came to its place in one step."""
    try:
        return [int(row) for row in json.loads((place / _LIST).read_bytes())]
    except (OSError, ValueError, TypeError):
        return None


def _is_old(place: Path) -> bool:
    with suppress(OSError):
        return time() - place.stat().st_mtime > _LONG_S
    return False


def _flags(places: Sequence[int]) -> bytes:
    """A set of as many numbers would take a hundred times the memory."""
    flags = bytearray(max(places, default=-1) + 1)
    for place in places:
        flags[place] = True
    return bytes(flags)


def _save(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
