"""Each installed translator translates the development set: chrF against references, stumbles, refusals."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from chrf import chrf
from score_translation import Pair, load, stumble, translated
from streamtts import registry
from streamtts.engine import EngineError, TranslatorOptions

# ENGINE[:MODEL] and a language of which there is a development set; what is not installed says why.
SUBJECTS = (
    ("llama", "ja"),
    ("llama", "fr"),
    ("nllb:fugumt-en-ja", "ja"),
    ("nllb:nllb-200-distilled-600m", "ja"),
    ("nllb:opus-mt-en-fr", "fr"),
    ("nllb-ct2:opus-mt-en-fr", "fr"),
    ("nllb-mlx:nllb-200-distilled-600m", "ja"),
)

Row = dict[str, Any]


def check(pairs: Sequence[Pair], target: str) -> None:
    """A score that cannot tell right from wrong says nothing."""
    references = [pair.reference for pair in pairs]
    assert chrf(zip(references, references, strict=True)) > 99.999
    others = [*references[1:], references[0]]
    assert chrf(zip(others, references, strict=True)) < 50
    assert stumble("", pairs[0].source, target), "nothing is no translation"


def some(pairs: Sequence[Pair], count: int) -> list[Pair]:
    """So many, spread over all of them; 0 is all."""
    return [pairs[at * len(pairs) // count] for at in range(count)] if 0 < count < len(pairs) else list(pairs)


def why_not(spec: str, target: str, threads: int) -> str:
    """Why it cannot translate here; empty if it can."""
    name, _, model = spec.partition(":")
    engine = registry.translator(name)
    if reason := engine.missing():
        return reason
    try:
        engine.create(TranslatorOptions("en", target, model, threads)).close()
    except EngineError as error:
        return str(error)
    return ""


def measured(spec: str, target: str, count: int, threads: int = 1) -> Row:
    pairs = some(load(target), count)
    check(pairs, target)
    outcomes, spent_s = [], []
    began_s = time.process_time()
    for outcome in translated(spec, target, [pair.source for pair in pairs], threads, bare=False):
        spent_s.append(time.process_time() - began_s)
        outcomes.append(outcome)
        began_s = time.process_time()
    stumbles = list(_stumbles(pairs, [outcome.text for outcome in outcomes], target))
    return {
        "translator": spec,
        "target": target,
        "sentences": len(pairs),
        "of": len(load(target)),
        "chrf": chrf((each.text, pair.reference) for pair, each in zip(pairs, outcomes, strict=True)),
        "stumbles": stumbles,
        "refusals": [each.refused for each in outcomes if each.refused],
        "cpu_s_a_sentence": sum(spent_s[1:]) / max(1, len(spent_s) - 1),  # the first one loads the model
    }


def _stumbles(pairs: Sequence[Pair], texts: Sequence[str], target: str) -> Iterator[Row]:
    for pair, text in zip(pairs, texts, strict=True):
        if why := stumble(text, pair.source, target):
            yield {"source": pair.source, "text": text, "why": why}
