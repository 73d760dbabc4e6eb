"""The table names no engine, model or language that there is not."""

import pytest

from streamtts import registry
from streamtts.engine import ANY_LANGUAGE
from streamtts.models.catalogue import catalogue
from streamtts.quality.machine import HARDWARE
from streamtts.quality.table import Row, table
from streamtts.translation import codes

MODES = ("fast", "balanced", "best")


def rows(which: str) -> list[Row]:
    return list(table().voices if which == "voices" else table().translators)


@pytest.mark.parametrize("row", [*table().voices, *table().translators], ids=str)
def test_modes_and_hardware_are_known(row: Row) -> None:
    assert row.mode in MODES
    assert row.hardware
    assert row.hardware <= set(HARDWARE)
    assert row.take


@pytest.mark.parametrize("row", rows("voices"), ids=str)
def test_voices_speak_the_languages_that_they_are_named_for(row: Row) -> None:
    assert row.matters, "no voice is good for every language"
    for label in row.take:
        languages = registry.synthesizer(label.partition(":")[0]).languages
        assert ANY_LANGUAGE not in languages
        assert row.matters <= set(languages)


@pytest.mark.parametrize("row", rows("translators"), ids=str)
def test_translators_know_the_languages_that_they_are_named_for(row: Row) -> None:
    for pair in row.matters:
        source, target = pair.split("-")
        assert (codes.canonical(source), codes.canonical(target)) == (source, target)
        for label in row.take:
            assert registry.translator(label.partition(":")[0]).speaks(source, target)
    for label in row.take:
        engine, _, model = label.partition(":")
        known = registry.translator(engine)
        assert not known.cloud
        assert not model or catalogue()[model].engine == known.models_of


@pytest.mark.parametrize("row", rows("translators"), ids=str)
def test_a_model_for_one_pair_stands_in_its_row(row: Row) -> None:
    for label in row.take:
        model = catalogue().get(label.partition(":")[2])
        if model is not None and ANY_LANGUAGE not in model.sources:
            pairs = {f"{source}-{target}" for source in model.sources for target in model.targets}
            assert row.matters == pairs


def test_figures_and_needs_are_of_candidates_that_there_are() -> None:
    voices, translators = registry.synthesizer_names(), registry.translator_names()
    for label in [*table().needs, *(figure.of for figure in table().figures)]:
        engine, _, model = label.partition(":")
        assert engine in (*voices, *translators)
        assert not model or model in catalogue()
    preferred = {label for row in (*table().voices, *table().translators) for label in row.take}
    assert table().needs.keys() <= preferred


def test_a_narrow_figure_stands_before_a_wide_one() -> None:
    seen: set[str] = set()
    for figure in table().figures:
        assert figure.of not in seen, "it is never reached"
        if not figure.matters:
            seen.add(figure.of)
