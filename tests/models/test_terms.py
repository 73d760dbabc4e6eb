"""Terms are shown, accepted once, and never asked for on standard input."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.hub_server import serving
from models.rig import Rig
from streamtts.models import terms
from streamtts.models.catalogue import find
from streamtts.models.folder import data_folder

NAME = "xtts-v2"
FILES = {
    "config.json": b'{"model": "xtts"}',
    "model.pth": bytes(range(256)) * 100,
    "vocab.json": b"{}",
    "speakers_xtts.pth": b"speakers",
    "LICENSE.txt": b"Coqui Public Model License 1.0.0",
    "dvae.pth": b"for training",
}


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with serving("coqui/XTTS-v2", FILES, {"model.pth", "speakers_xtts.pth"}) as hub:
        yield Rig(tmp_path / "models", hub)


def record(rig: Rig) -> Path:
    return data_folder(rig.environ) / "licences" / "cpml-1.0.0.json"


def test_nothing_is_fetched_before_the_terms_are_accepted(rig: Rig) -> None:
    told = rig.refusal("pull", NAME)
    assert told == (
        "xtts-v2 is not fetched before its terms, above, are accepted: `streamtts models pull xtts-v2"
        " --accept-license`"
    )
    assert rig.hub.asked == []
    assert not record(rig).exists()


def test_the_terms_are_shown_and_accepted_once(rig: Rig) -> None:
    pulled = rig.models("pull", NAME, "--accept-license")
    assert pulled.status == 0
    for words in ("https://coqui.ai/cpml.txt", "non-commercial", "the sound that it makes", str(record(rig))):
        assert words in pulled.err
    kept = json.loads(record(rig).read_text(encoding="utf-8"))
    assert (kept["licence"], kept["model"]) == ("cpml-1.0.0", NAME)
    assert {file.name for file in (rig.folder / NAME).iterdir()} >= set(FILES) - {"dvae.pth"}
    assert not (rig.folder / NAME / "dvae.pth").exists()
    again = rig.models("pull", NAME)
    assert again.status == 0
    assert "coqui.ai" not in again.err
    assert record(rig).read_text(encoding="utf-8") == json.dumps(kept, indent=1) + "\n"


def test_the_terms_hold_for_files_of_ones_own_too(rig: Rig, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    for name, content in FILES.items():
        (given / name).write_bytes(content)
    assert "accepted" in rig.refusal("pull", NAME, "--from", given)
    assert rig.models("pull", NAME, "--from", given, "--accept-license").status == 0


def test_other_terms_are_other_terms(rig: Rig) -> None:
    rig.models("pull", NAME, "--accept-license")
    kept = json.loads(record(rig).read_text(encoding="utf-8"))
    record(rig).write_text(json.dumps({**kept, "terms_sha256": "0" * 64}), encoding="utf-8")
    assert "--accept-license" in rig.refusal("pull", NAME)


@pytest.mark.parametrize("content", [b"", b"[]", b"yes", b"\xff", b"[" * 9000, b'{"terms_sha256": 1}'])
def test_a_record_that_is_none_is_no_acceptance(rig: Rig, content: bytes) -> None:
    record(rig).parent.mkdir(parents=True)
    record(rig).write_bytes(content)
    assert not terms.accepted(find(NAME), rig.environ)


def test_a_record_that_cannot_be_kept_is_told(rig: Rig) -> None:
    record(rig).parent.parent.mkdir(parents=True)
    record(rig).parent.write_text("in the way", encoding="utf-8")
    assert "cannot write" in rig.refusal("pull", NAME, "--accept-license")
    assert rig.hub.asked == []


def test_models_without_terms_need_none(rig: Rig) -> None:
    assert terms.accepted(find("opus-mt-en-fr"), rig.environ)
    assert terms.text(find("opus-mt-en-fr")) == ""


def test_the_flag_belongs_to_pull(rig: Rig) -> None:
    assert "takes no --accept-license here" in rig.refusal("list", "--accept-license", status=2)


def test_why_a_model_may_not_be_used_yet(rig: Rig) -> None:
    reason = terms.why_not(NAME, rig.environ)
    assert reason is not None
    assert reason.endswith("`streamtts models pull xtts-v2 --accept-license`")
    rig.models("pull", NAME, "--accept-license")
    assert terms.why_not(NAME, rig.environ) is None
