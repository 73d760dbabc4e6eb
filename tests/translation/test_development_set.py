"""The sentences that translations are measured on are themselves beyond reproach, and so is the measure."""

import pytest

from chrf import chrf
from score_translation import load, stumble
from streamtts._core import protected_spans
from streamtts.translation.japanese import tidied


@pytest.mark.parametrize(
    ("translations", "references", "score"),  # as sacrebleu 2.6.0 has it
    [
        (["the cat sat on the mat"], ["the cat is on the mat"], 64.5779420625287),
        (["テストが通りました。"], ["テストはすべて通りました。"], 41.90104765546261),
        (["abc", "Les tests passent."], ["abd", "Tous les tests passent maintenant."], 48.07612998440886),
        (["a"], ["b"], 0.0),
        ([""], ["abc"], 0.0),
        (["同じ"], ["同じ"], 100.0),
    ],
)
def test_chrf_is_what_everybody_measures(
    translations: list[str], references: list[str], score: float
) -> None:
    assert chrf(zip(translations, references, strict=True)) == pytest.approx(score)


@pytest.mark.parametrize(("target", "least"), [("ja", 120), ("fr", 40)])
def test_there_are_enough_sentences_and_none_twice(target: str, least: int) -> None:
    pairs = load(target)
    assert len(pairs) == len({pair.source for pair in pairs}) >= least


@pytest.mark.parametrize("target", ["ja", "fr"])
def test_no_reference_makes_a_listener_stumble(target: str) -> None:
    judged = {pair.reference: stumble(pair.reference, pair.source, target) for pair in load(target)}
    assert {reference: why for reference, why in judged.items() if why} == {}


def test_japanese_references_are_written_as_translations_will_be() -> None:
    for pair in load("ja"):
        if not protected_spans(pair.source):
            assert tidied(pair.reference) == pair.reference
