"""Only what we have brought is taken away, and what it freed is told."""

from pathlib import Path

from models.rig import NAME, WANTED, WEIGHTS, Rig
from models.test_store import cached


def test_what_was_pulled_goes(rig: Rig) -> None:
    rig.pull()
    assert rig.models("rm", NAME).out == f"{NAME} is gone: 1.0 MB freed\n"
    assert not rig.place.exists()
    assert {path.name for path in rig.folder.iterdir()} <= {".locks", ".coming"}
    assert rig.refusal("rm", NAME) == f"{NAME} is not on this machine: there is nothing to remove"


def test_what_a_broken_pull_has_left_goes(rig: Rig) -> None:
    from models.hub_server import breaking_after, hanging_up

    rig.hub.content = [breaking_after(5000), *[hanging_up] * 9]
    rig.pull()
    assert rig.models("rm", NAME).out == f"{NAME} is gone: 5.0 kB freed\n"


def test_nothing_was_ever_there(rig: Rig) -> None:
    assert rig.refusal("rm", NAME) == f"{NAME} is not on this machine: there is nothing to remove"
    assert not rig.folder.exists()


def test_what_is_yours_stays(rig: Rig) -> None:
    rig.place.mkdir(parents=True)
    for name, content in WANTED.items():
        (rig.place / name).write_bytes(content)
    assert rig.refusal("rm", NAME) == f"{rig.place} is not from us, so it stays: remove it yourself"
    assert (rig.place / WEIGHTS).exists()


def test_what_you_put_beside_ours_stays(rig: Rig) -> None:
    rig.pull()
    (rig.place / "sub").mkdir()
    (rig.place / "sub/notes.txt").write_text("mine")
    told = rig.refusal("rm", NAME)
    assert f"{rig.place} holds 'sub/notes.txt', which is not from us, so all of it stays" in told
    assert rig.is_whole()


def test_a_link_stays_and_so_does_what_it_leads_to(rig: Rig, tmp_path: Path) -> None:
    rig.pull()
    moved = tmp_path / "moved"
    rig.place.rename(moved)
    rig.place.symlink_to(moved)
    assert rig.models("path", NAME).status == 0
    assert "is not from us, so it stays" in rig.refusal("rm", NAME)
    assert (moved / WEIGHTS).exists()


def test_a_link_inside_is_not_followed(rig: Rig, tmp_path: Path) -> None:
    rig.pull()
    precious = tmp_path / "precious"
    precious.write_bytes(WANTED[WEIGHTS])
    (rig.place / WEIGHTS).unlink()
    (rig.place / WEIGHTS).symlink_to(precious)
    assert rig.models("rm", NAME).status == 0
    assert precious.exists()


def test_the_hubs_own_cache_stays(rig: Rig) -> None:
    snapshot = cached(rig)
    told = rig.refusal("rm", NAME)
    assert told == (
        f"{NAME} lies in the Hugging Face cache, which other programs use too: remove {snapshot} yourself"
        " if nothing needs it"
    )
    assert (snapshot / WEIGHTS).exists()


def test_several_at_once(rig: Rig) -> None:
    rig.pull()
    outcome = rig.models("rm", NAME, "opus-mt-en-de")
    assert outcome.out == f"{NAME} is gone: 1.0 MB freed\n"
    assert outcome.status == 1
