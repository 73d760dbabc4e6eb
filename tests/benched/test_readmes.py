"""The READMEs show a run of `make bench` that was saved, and nothing that was typed."""

from pathlib import Path

import pytest

from suite.__main__ import READMES
from suite.highlights import HIGHLIGHTS
from suite.run import KEPT, ROOT, Run
from suite.tables import GROUPS, begin, page

RUN = Run.load(KEPT)
STAGES = {figure.stage for figure in RUN.figures}


@pytest.mark.parametrize("readme", READMES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_readme_shows_the_run_that_was_kept(readme: Path) -> None:
    shown = readme.read_text(encoding="utf-8")
    assert page(RUN, shown) == shown, "make bench-tables makes them"


def test_every_table_is_on_a_page() -> None:
    pages = "".join(readme.read_text(encoding="utf-8") for readme in READMES)
    assert all(pages.count(begin(name)) == 1 for name in (*GROUPS, "surroundings", "highlights"))
    assert {figure.group for figure in RUN.figures} == set(GROUPS)


def test_the_run_is_whole_and_right() -> None:
    assert not RUN.short
    assert RUN.failed == {}
    assert len(STAGES) == len(RUN.figures), "a stage has its name for itself"
    assert set(HIGHLIGHTS) <= STAGES


@pytest.mark.parametrize(
    "part",
    [
        "scan of", "cleaning", "splitting", "protected spans", "bytes to sentences", "the ring", "resampling",
        "stretching", "over the wire", "the whole pipeline", "hibari, en: the first sound",
        "hibari, en: a long", "first clause", "the sentence", "the sample at a PulseAudio monitor",
        "stop on the control socket", "--help", "the most memory", "resident after",
    ],
)  # fmt: skip
def test_every_stage_and_the_whole_are_measured(part: str) -> None:
    assert any(part in stage for stage in STAGES)
