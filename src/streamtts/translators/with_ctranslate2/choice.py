"""Which converted model translates a pair of languages, and what to do if there is none."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from streamtts import models
from streamtts.engine import EngineError, TranslatorOptions
from streamtts.models.catalogue import ANY_LANGUAGE, Model, catalogue
from streamtts.models.trouble import ModelError
from streamtts.translation import codes
from streamtts.translators.with_ctranslate2.form import FORM, Form

_ENGINE = "nllb"  # whose models these are


@dataclass(frozen=True, slots=True)
class Chosen:
    name: str
    folder: Path
    keep_in: Path  # what is made of it


def chosen(options: TranslatorOptions) -> Chosen:
    """Raises EngineError."""
    try:
        if "/" in options.model:
            folder = models.path(options.model)
            known = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
            return Chosen(options.model, folder, models.derived(f"{FORM}-{known}"))
        name = options.model or _default(options.source, options.target)
        folder = models.path(name, FORM)
        if name in catalogue() and not _fits(catalogue()[name], options.source, options.target):
            raise EngineError(
                f"the model {name} does not translate from {codes.name(options.source)} to"
                f" {codes.name(options.target)}: choose another one of `streamtts models list {_ENGINE}`"
            )
        return Chosen(name, folder, models.derived(name))
    except ModelError as error:
        raise EngineError(str(error)) from error


def tag(form: Form, language: str, model: str) -> int:
    """The token that names a language. Raises EngineError for one that the model was not made for."""
    code = codes.nllb(language)
    names = [code]
    if form.family == "marian":
        names = [
            f">>{each}<<" for each in (code, code.partition("_")[0], language, language.partition("-")[0])
        ]
    found = [form.tags[name] for name in names if name in form.tags]
    if not found:
        raise EngineError(f"the model {model} does not know {codes.name(language)}: choose another model")
    return found[0]


def _default(source: str, target: str) -> str:
    """The first that is there; one for this pair alone is smaller and quicker than one for all."""
    fitting = [model for model in catalogue().values() if _fits(model, source, target)]
    fitting.sort(key=lambda model: ANY_LANGUAGE in model.targets)
    for model in fitting:
        if _has(model.name, FORM):
            return model.name
    for model in fitting:
        if _has(model.name, ""):
            return model.name  # whose path says how it is converted
    if not fitting:
        raise EngineError(
            f"no model translates from {codes.name(source)} to {codes.name(target)}: choose another"
            " translator"
        )
    first = fitting[0]
    raise EngineError(
        f"there is no model yet that translates from {codes.name(source)} to {codes.name(target)}: run"
        f" `{first.pull}`, then `streamtts models convert {first.name} --to {FORM}`"
    )


def _has(name: str, form: str) -> bool:
    try:
        models.path(name, form)
    except EngineError:
        return False
    return True


def _fits(model: Model, source: str, target: str) -> bool:
    reads = ANY_LANGUAGE in model.sources or source in model.sources
    return model.engine == _ENGINE and reads and model.speaks(target)
