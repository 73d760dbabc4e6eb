"""Which model translates a pair of languages, and what to do if there is none."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from streamtts import models
from streamtts.engine import EngineError, TranslatorOptions
from streamtts.models.catalogue import ANY_LANGUAGE, Model, catalogue
from streamtts.models.trouble import ModelError
from streamtts.translation import codes

_ENGINE = "nllb"


@dataclass(frozen=True, slots=True)
class Chosen:
    folder: Path
    keep_in: Path  # what is made of it


def chosen(options: TranslatorOptions) -> Chosen:
    """Raises EngineError."""
    try:
        name = options.model or default(options.source, options.target)
        known = catalogue().get(name)
        if known and not _fits(known, options.source, options.target):
            raise EngineError(
                f"the model {name} is none of nllb from {codes.name(options.source)} to"
                f" {codes.name(options.target)}: `streamtts models list {options.target}` shows what there is"
            )
        folder = models.path(name)
        keep_in = models.derived(_kept_name(name, folder))
    except ModelError as error:
        raise EngineError(str(error)) from error
    if not folder.is_dir():
        raise EngineError(f"{folder} is a file: give the folder of an NLLB or Marian model")
    return Chosen(folder, keep_in)


def default(source: str, target: str) -> str:
    """The first that is there, else the first; one for a pair alone is smaller and quicker."""
    fitting = [model for model in catalogue().values() if _fits(model, source, target)]
    fitting.sort(key=lambda model: ANY_LANGUAGE in model.targets)
    return next((model.name for model in fitting if _is_here(model.name)), fitting[0].name)


def _is_here(name: str) -> bool:
    try:
        models.path(name)
    except EngineError:
        return False
    return True


def _fits(model: Model, source: str, target: str) -> bool:
    reads = ANY_LANGUAGE in model.sources or source in model.sources
    return model.engine == _ENGINE and reads and model.speaks(target)


def _kept_name(name: str, folder: Path) -> str:
    """A model that lies elsewhere has its own, by its place."""
    if "/" not in name:
        return name
    return f"at-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]}"
