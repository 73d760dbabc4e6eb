"""`streamtts models`: what there is, what is here; fetched, found, removed and converted."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from streamtts import registry
from streamtts.arguments import ModelsCommand
from streamtts.commands.progress import report_for
from streamtts.commands.table import table
from streamtts.configuration.grammar import language
from streamtts.configuration.settings import Refused
from streamtts.environment import Environment
from streamtts.models import store, terms
from streamtts.models.amounts import amount
from streamtts.models.catalogue import Model, catalogue, find
from streamtts.models.report import World
from streamtts.models.trouble import ModelError
from streamtts.shown.terminal import json_text, printable
from streamtts.speech.language import primary

_HEADINGS = ("MODEL", "STATE", "SIZE", "FOR", "LANGUAGES", "LICENCE")


def answer(command: ModelsCommand, env: Environment) -> None:
    """Writes what is done as it is done; a wrong name does nothing at all."""
    world = World(env.environ, env.clock, report_for(env), command.offline)
    if command.action == "list":
        chosen = _chosen(command.names)
        rows = [_as_json(chosen, env.environ)] if command.as_json else listing(chosen, env.environ)
        env.stdout.writelines(rows)
        return
    if command.action == "path":
        env.stdout.writelines([f"{store.path(name, environ=env.environ)}\n" for name in command.names])
        return
    done = _WORK[command.action]
    meant = _usual if command.action == "convert" else find
    for model in [meant(name) for name in command.names]:
        env.stdout.write(f"{printable(done(model, command, world))}\n")
        env.stdout.flush()


def _pulled(model: Model, command: ModelsCommand, world: World) -> str:
    from streamtts.models.pull import pull  # noqa: PLC0415 - looking needs no network

    _agreed(model, command, world)
    try:
        done = pull(model, world, command.given)
    except KeyboardInterrupt:
        world.report.say(f"what came of {model.name} is kept: `{model.pull}` goes on from there")
        raise
    if done.source:
        return f"{model.name} is ready, {amount(done.size_bytes)} in {done.place}"
    return f"{model.name} is here already, every byte of it right: {done.place}"


def _agreed(model: Model, command: ModelsCommand, world: World) -> None:
    """Shows terms that were not accepted yet. Nobody is asked: standard input may be an agent's log."""
    if terms.accepted(model, world.environ):
        return
    for line in terms.text(model).splitlines():
        world.report.say(line)
    if not command.accepts:
        raise ModelError(
            f"{model.name} is not fetched before its terms, above, are accepted: `{terms.command(model)}`"
        )
    kept = terms.accept(model, world.environ)
    world.report.say(f"you have accepted the terms of {model.name}: {kept} says so")


def _removed(model: Model, _command: ModelsCommand, world: World) -> str:
    from streamtts.models.removal import remove  # noqa: PLC0415 - rarely asked for

    return f"{model.name} is gone: {amount(remove(model, world))} freed"


def _converted(model: Model, command: ModelsCommand, world: World) -> str:
    from streamtts.models.converters import convert  # noqa: PLC0415 - rarely asked for

    if model.name not in command.names:
        world.report.say(f"{model.name} is taken, the usual model of {' '.join(command.names)}")
    place = convert(model, command.form, world)
    return f"{model.name} is ready in {place}"


def _usual(name: str) -> Model:
    """The model of this name, or the first that an engine of this name takes."""
    engine = (registry.translator(name).models_of or name) if name in registry.translator_names() else name
    taken = [model for model in catalogue().values() if engine == model.engine]
    return taken[0] if taken and name not in catalogue() else find(name)


_WORK: Mapping[str, Callable[[Model, ModelsCommand, World], str]] = {
    "pull": _pulled,
    "rm": _removed,
    "convert": _converted,
}


def listing(models: Sequence[Model], environ: Mapping[str, str]) -> Iterator[str]:
    """A table, and below each model what it is good for."""
    rows = [
        (m.name, _state(m, environ), amount(m.size_bytes), m.engine, m.languages, m.terms) for m in models
    ]
    head, *lines = table([_HEADINGS, *rows])
    yield head
    for line, model in zip(lines, models, strict=True):
        yield line
        yield f"    {model.summary}\n"


def _as_json(models: Sequence[Model], environ: Mapping[str, str]) -> str:
    return json_text([_object(model, environ) for model in models]) + "\n"


def _object(model: Model, environ: Mapping[str, str]) -> dict[str, object]:
    found = store.installed(model, environ)
    return {
        "name": model.name,
        "kind": model.kind,
        "engine": model.engine,
        "summary": model.summary,
        "licence": model.licence,
        "commercial": model.commercial,
        "from": list(model.sources),
        "to": list(model.targets),
        "size_bytes": found.size_bytes if found else model.size_bytes,
        "state": _state(model, environ),
        "path": str(found.place / model.opens) if found else None,
        "source": f"{model.hub}@{model.revision}",
    }


def _state(model: Model, environ: Mapping[str, str]) -> str:
    if found := store.installed(model, environ):
        return "ready" if found.whose is store.Whose.OURS else f"ready ({found.whose})"
    if store.is_damaged(model, environ):
        return "damaged"
    begun = store.begun_bytes(model, environ)
    return f"begun ({amount(begun)})" if begun else "-"


def _chosen(words: Sequence[str]) -> Sequence[Model]:
    """All, or those that fit every word: a name, an engine, a kind, or a language to be heard."""
    chosen = list(catalogue().values())
    for word in words:
        fits = _named(word) or _speaking(word)
        chosen = [model for model in chosen if fits(model)]
    return chosen


def _named(word: str) -> Callable[[Model], bool] | None:
    known = {name for model in catalogue().values() for name in (model.name, model.engine, model.kind)}
    return (lambda model: word in (model.name, model.engine, model.kind)) if word in known else None


def _speaking(word: str) -> Callable[[Model], bool]:
    try:
        code = primary(language(word))
    except Refused:
        find(word)  # says which name is nearest
        raise
    return lambda model: model.speaks(code)
