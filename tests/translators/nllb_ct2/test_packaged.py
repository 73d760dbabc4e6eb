"""opus-mt en-fr, whose weights packages carry: pulled, converted and used as anybody would."""

import json
import os
from pathlib import Path

import pytest

from chrf import chrf
from cli.support import run
from models.rig import world
from streamtts.engine import Ticket, TranslatorOptions
from streamtts.models.catalogue import find
from streamtts.models.parcels import installed_parcels
from translators import tiny_models
from translators.nllb_ct2 import rig
from translators.nllb_ct2.rig import loaded, said

NAME = "opus-mt-en-fr"


@pytest.fixture
def converted(tmp_path: Path) -> None:
    rig.needed()
    if installed_parcels(find(NAME), world({})) is None:
        pytest.skip("the packages that carry opus-mt-en-fr are not installed: make test-engines has them")
    environ = {
        "STREAMTTS_CONFIG": os.devnull,
        "STREAMTTS_MODELS": os.environ["STREAMTTS_MODELS"],
        "STREAMTTS_OFFLINE": "1",
        "HOME": str(tmp_path),
    }
    for words in (("pull", NAME), ("convert", NAME, "--to", "ct2")):
        assert run("models", *words, environ=environ).status == 0


@pytest.mark.usefixtures("converted")
def test_it_is_french() -> None:
    rows = json.loads((tiny_models.DATA / "dev_en_fr.json").read_text(encoding="utf-8"))["sentences"]
    texts = [row["source"] for row in rows]
    with loaded(TranslatorOptions("en", "fr", settings={"shortlist": "off"})) as whole:
        wanted = said(whole, texts[:12])
    with loaded(TranslatorOptions("en", "fr")) as cut:
        given = said(cut, texts)
        (clause, *more) = cut.translate("I fixed the parser, and then the suite passed.", Ticket())
    assert given[:12] == wanted
    assert chrf((text, row["reference"]) for text, row in zip(given, rows, strict=True)) > 68
    assert clause.endswith(", ")
    assert more
