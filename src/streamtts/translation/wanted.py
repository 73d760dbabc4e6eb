"""Which model is to be fetched so that a pair of languages can be translated."""

from collections.abc import Mapping, Sequence

from streamtts.errors import StreamttsError
from streamtts.models import store
from streamtts.models.catalogue import catalogue
from streamtts.translation import codes, translators


def wanted_model(specs: Sequence[str], source: str, target: str, environ: Mapping[str, str]) -> str:
    """The name of one that the best translator lacks, where none has what it needs; else empty."""
    pair = codes.canonical(source), codes.canonical(target)
    wanted = []
    for choice in translators.chain(map(translators.chosen, specs), pair):
        try:
            engine = translators.engine_of(choice.engine)
            can_run = engine.missing() is None and engine.speaks(*pair)
        except StreamttsError:
            continue
        if can_run:
            model = catalogue().get(choice.model or engine.model(*pair))
            if model is None or store.installed(model, environ):
                return ""
            wanted.append(model.name)
    return wanted[0] if wanted else ""
