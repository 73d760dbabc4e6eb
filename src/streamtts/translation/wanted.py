"""Which model is to be fetched so that a pair of languages can be translated."""

from collections.abc import Mapping, Sequence

from streamtts.engine import TranslatorOptions
from streamtts.errors import StreamttsError
from streamtts.models import store
from streamtts.models.catalogue import catalogue
from streamtts.quality.policy import Policy
from streamtts.translation import codes, translators


def wanted_model(
    specs: Sequence[str],
    source: str,
    target: str,
    environ: Mapping[str, str],
    policy: Policy | None = None,
) -> str:
    """The name of one that the best translator lacks, where none has what it needs; else empty."""
    pair = codes.canonical(source), codes.canonical(target)
    wanted = []
    for choice in translators.chain(map(translators.chosen, specs), pair, policy or Policy()):
        try:
            engine = translators.engine_of(choice.engine)
            can_run = engine.missing() is None and engine.speaks(*pair)
        except StreamttsError:
            continue
        if not can_run:
            continue
        model = catalogue().get(choice.model or engine.model(*pair))
        if model is not None and not store.installed(model, environ):
            wanted.append(model.name)
        elif model is not None or engine.wants(TranslatorOptions(*pair, choice.model)) is None:
            return ""
    return wanted[0] if wanted else ""
