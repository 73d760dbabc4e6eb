"""Models come whole, checked, and with as few bytes as can be, whatever the connection does."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.hub_server import (
    answering_another_range,
    breaking_after,
    hanging_up,
    ignoring_the_range,
    refusing,
    spoiling,
)
from models.rig import FILES, NAME, REPOSITORY, WANTED, WEIGHTS, Rig, with_token


def test_a_model_is_pulled_and_found(rig: Rig) -> None:
    pulled = rig.pull()
    assert pulled.status == 0
    assert pulled.out == f"{NAME} is ready, 1.0 MB in {rig.place}\n"
    assert f"{NAME} (Apache-2.0) from 127.0.0.1:" in pulled.err
    assert rig.is_whole()
    found = {file.name for file in rig.place.iterdir()} - {".streamtts-model.json"}
    assert found == set(WANTED)
    assert rig.models("path", NAME).out == f"{rig.place}\n"
    assert not (rig.folder / ".coming" / NAME).exists()


def test_what_is_here_is_checked_and_not_fetched(rig: Rig) -> None:
    rig.pull()
    rig.hub.asked.clear()
    assert "is here already" in rig.pull().out
    assert rig.hub.asked == []


def test_what_is_damaged_is_mended(rig: Rig) -> None:
    rig.pull()
    spoiled = rig.place / WEIGHTS
    spoiled.write_bytes(b"X" + spoiled.read_bytes()[1:])
    mended = rig.pull()
    assert f"{WEIGHTS} in {rig.place} is damaged" in mended.err
    assert "is ready" in mended.out
    assert rig.is_whole()


def test_what_is_too_short_is_never_found(rig: Rig) -> None:
    rig.pull()
    (rig.place / WEIGHTS).write_bytes(b"short")
    told = rig.refusal("path", NAME)
    assert told == f"the model {NAME} is damaged: run `streamtts models pull {NAME}`, which mends it"
    assert rig.pull().status == 0
    assert rig.is_whole()


def test_one_commit_is_asked_for_throughout(rig: Rig) -> None:
    rig.pull()
    asked = [each.path for each in rig.hub.asked if each.server == "home"]
    assert asked[0] == f"/api/models/{REPOSITORY}/revision/main?blobs=true"
    assert all(path.startswith(f"/{REPOSITORY}/resolve/0123456789abcdef") for path in asked[1:])


def test_a_token_stays_with_the_hub(rig: Rig) -> None:
    assert rig.pull(**with_token("hf_secret")).status == 0
    tokens = {each.server: {each.token} for each in rig.hub.asked}
    assert tokens == {"home": {"Bearer hf_secret"}, "elsewhere": {""}}


def test_a_broken_connection_goes_on_where_it_broke(rig: Rig) -> None:
    rig.hub.content = [breaking_after(1000), breaking_after(500), hanging_up]
    assert rig.pull().status == 0
    assert rig.is_whole()
    assert rig.hub.ranges[:4] == ["", "bytes=1000-", "bytes=1500-", "bytes=1500-"]
    assert rig.clock.sleeps == [1.0, 2.0, 4.0]


def test_an_ended_pull_goes_on_the_next_time(rig: Rig) -> None:
    rig.hub.content = [breaking_after(4000)] + [hanging_up] * 9
    assert rig.pull().status == 1
    assert rig.models("list", NAME).out.splitlines()[1].split()[1:3] == ["begun", "(4.0"]
    rig.hub.content.clear()
    rig.hub.asked.clear()
    assert rig.pull().status == 0
    assert rig.hub.ranges[0] == "bytes=4000-"
    assert rig.is_whole()


@pytest.mark.parametrize("misdeed", [ignoring_the_range, answering_another_range, refusing(416)])
def test_a_server_that_cannot_go_on_begins_anew(rig: Rig, misdeed: object) -> None:
    rig.hub.content = [breaking_after(1000), misdeed]  # type: ignore[list-item]
    assert rig.pull().status == 0
    assert rig.is_whole()


def test_a_beginning_of_something_else_is_thrown_away(rig: Rig) -> None:
    part = rig.folder / ".coming" / NAME / f"{WEIGHTS}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"of last year" * 100)
    (part.parent / "old.bin").write_bytes(b"of a file that is no more")
    assert rig.pull().status == 0
    assert rig.is_whole()
    assert not (rig.place / "old.bin").exists()


def test_what_was_spoiled_once_is_asked_for_again_only_after_a_break(rig: Rig) -> None:
    """A break may have joined two versions; one answer that is wrong is wrong for good."""
    rig.hub.content = [breaking_after(1000), spoiling]
    part = rig.folder / ".coming" / NAME / f"{WEIGHTS}.part"
    assert rig.pull().status == 0
    assert not part.exists()
    assert rig.is_whole()


def test_weights_in_shards_come_together(tmp_path: Path) -> None:
    from models.rig import rig as new_rig

    shards = {f"pytorch_model-0000{at}-of-00002.bin": b"weights" * at for at in (1, 2)}
    files = {**{n: c for n, c in FILES.items() if n != WEIGHTS}, **shards}
    with new_rig(tmp_path, files) as made:
        assert made.pull().status == 0
        assert all((made.place / name).read_bytes() == content for name, content in shards.items())
        made.models("rm", NAME)
        del made.hub.files["pytorch_model-00002-of-00002.bin"]
        assert "has no pytorch_model-00002-of-00002.bin" in made.refusal("pull", NAME)


def test_safe_weights_are_preferred(rig: Rig) -> None:
    rig.hub.files["model.safetensors"] = b"safe"
    rig.hub.lfs.add("model.safetensors")
    assert rig.pull().status == 0
    assert (rig.place / "model.safetensors").exists()
    assert not (rig.place / WEIGHTS).exists()


def test_the_manifest_says_where_it_came_from(rig: Rig) -> None:
    rig.pull()
    told = json.loads((rig.place / ".streamtts-model.json").read_text())
    assert told["model"] == NAME
    assert told["source"].endswith(REPOSITORY)
    assert all(len(file["sha256"]) == 64 for file in told["files"])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 300_000), max_size=4))
def test_however_it_breaks_the_file_is_the_same(rig: Rig, sizes: list[int]) -> None:
    rig.hub.content = [breaking_after(size) for size in sizes]
    assert rig.pull().status == 0
    assert rig.is_whole()
    assert rig.models("rm", NAME).status == 0
