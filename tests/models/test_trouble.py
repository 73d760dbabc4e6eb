"""What a hub, the network or the disk can do to a pull ends in one sentence that says what to do."""

import errno
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from cli.support import FakeClock
from models.hub_server import COMMIT, breaking_after, endless, hanging_up, refusing, sending, spoiling
from models.rig import FILES, NAME, REPOSITORY, WEIGHTS, Rig, with_token
from streamtts.models.web import Web, WebError

ALWAYS = 99


def test_no_network(rig: Rig) -> None:
    told = rig.refusal("pull", NAME, HF_ENDPOINT="http://127.0.0.1:9")
    assert told == "127.0.0.1:9 takes no connections: check the network, and HF_ENDPOINT"
    assert rig.clock.sleeps == [1, 2, 4, 8]


def test_a_name_that_leads_nowhere(rig: Rig) -> None:
    told = rig.refusal("pull", NAME, HF_ENDPOINT="https://hub.invalid")
    assert told == "hub.invalid cannot be found: check the network"


@pytest.mark.parametrize(
    "endpoint", ["ftp://x", "huggingface.co", "http://", "http://[", "http://a b/", "http://u:p@x"]
)
def test_an_endpoint_that_is_none(rig: Rig, endpoint: str) -> None:
    told = rig.refusal("pull", NAME, HF_ENDPOINT=endpoint)
    assert told == "HF_ENDPOINT is no address: give one like https://huggingface.co"


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, f"shows {REPOSITORY} to nobody without a token: set HF_TOKEN to yours"),
        (403, f"keeps {NAME} for those who accept its terms: do so at "),
        (404, f"/{REPOSITORY} is not there (any more): update streamtts, or give the files with"),
        (410, "is not there (any more)"),
        (418, "answers 418: try again later"),
        (429, "wants fewer questions (429): try again later, or set HF_TOKEN to your token"),
        (500, "answers 500: try again later"),
        (503, "answers 503: try again later"),
        (204, "answers 204: try again later"),
    ],
)
@pytest.mark.parametrize("where", ["api", "content"])
def test_a_hub_that_refuses(rig: Rig, status: int, told: str, where: str) -> None:
    getattr(rig.hub, where).extend([refusing(status)] * ALWAYS)
    assert told in rig.refusal("pull", NAME)
    passing = status in (429, 500, 503)
    assert len(rig.clock.sleeps) == (4 if passing else 0)


def test_a_token_that_is_refused(rig: Rig) -> None:
    rig.hub.api = [refusing(401)]
    assert "does not accept HF_TOKEN: set it to a valid one" in rig.refusal(
        "pull", NAME, more=with_token("hf_old")
    )


def test_a_token_that_is_none(rig: Rig) -> None:
    told = rig.refusal("pull", NAME, more=with_token("a\r\nX: b"))
    assert told == "HF_TOKEN is no token: set it to one of your account, or unset it"
    assert rig.hub.asked == []


def test_a_token_never_goes_unencrypted(rig: Rig) -> None:
    told = rig.refusal("pull", NAME, HF_ENDPOINT="http://hub.example", more=with_token("hf_secret"))
    assert told.startswith("HF_TOKEN would go to HF_ENDPOINT unencrypted")


def test_what_passes_is_waited_for(rig: Rig) -> None:
    rig.hub.api = [refusing(503), refusing(429, Retry_After="30"), hanging_up]
    assert rig.pull().status == 0
    assert rig.clock.sleeps == [1.0, 30.0, 4.0]


def test_a_long_wait_is_told(rig: Rig) -> None:
    rig.hub.api = [refusing(429, Retry_After="3600")]
    assert "wants us to come back in 60 minutes: try again then" in rig.refusal("pull", NAME)
    assert rig.clock.sleeps == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>captive portal</html>",
        b"[]",
        b"{}",
        b"null",
        b'{"sha": "main", "siblings": []}',
        b'{"sha": 7, "siblings": []}',
        b'{"sha": "%s", "siblings": [{"rfilename": []}]}' % COMMIT.encode(),
        b'{"sha": "%s", "siblings": 7}' % COMMIT.encode(),
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_no_hubs(rig: Rig, body: bytes) -> None:
    rig.hub.api = [sending(body)]
    assert "does not answer as a model hub does: check HF_ENDPOINT" in rig.refusal("pull", NAME)


@pytest.mark.parametrize(
    "row", [{"size": None}, {"size": -1}, {"size": True}, {"size": "7"}, {"blobId": "x"}]
)
def test_what_the_list_leaves_out_the_file_says(rig: Rig, row: dict[str, object]) -> None:
    rows = [{**each, **row, "lfs": None} for each in rig.hub.rows()]
    rig.hub.listing = {"sha": COMMIT, "siblings": rows}
    assert rig.pull(**with_token("hf_secret")).status == 0
    assert rig.is_whole()
    assert {each.token for each in rig.hub.asked if each.server == "elsewhere"} == {""}


@pytest.mark.parametrize(
    "headers", [{}, {"ETag": '"abc"'}, {"X-Linked-Etag": "0" * 64, "X-Linked-Size": "-3"}, {"ETag": '"x"; y'}]
)
def test_a_file_that_could_not_be_checked(rig: Rig, headers: dict[str, str]) -> None:
    rig.hub.listing = {"sha": COMMIT, "siblings": [{"rfilename": name} for name in FILES]}
    rig.hub.heads = [refusing(200, **headers)]
    assert "does not say what config.json must be, so it could not" in rig.refusal("pull", NAME)


def test_a_file_that_is_missing(rig: Rig) -> None:
    del rig.hub.files["vocab.json"]
    told = rig.refusal("pull", NAME)
    assert "has no vocab.json any more: update streamtts, or give the files with" in told


@pytest.mark.parametrize(
    "name",
    [
        "../../evil",
        "/etc/evil",
        "a/../../evil",
        "pytorch_model/../../../evil.bin",
        "pytorch_model\x1b[2J.bin",
    ],
)
def test_a_name_that_leads_elsewhere_is_none(rig: Rig, name: str) -> None:
    listed = [*rig.hub.rows(), {"rfilename": name, "size": 4, "blobId": "0" * 40}]
    rig.hub.listing = {"sha": COMMIT, "siblings": listed}
    assert rig.pull().status == 0
    assert rig.is_whole()
    assert not list(rig.folder.parent.rglob("*evil*"))
    assert not any("evil" in each.path for each in rig.hub.asked)


def test_content_that_is_wrong(rig: Rig) -> None:
    rig.hub.always = spoiling
    told = rig.refusal("pull", NAME)
    assert f"sends as {WEIGHTS} is not what it announces (its digest is wrong), so nothing was kept" in told
    assert len(rig.hub.ranges) == 1
    assert not rig.place.exists()
    assert (rig.folder / ".coming" / NAME / f"{WEIGHTS}.part").stat().st_size == 0


def test_a_small_file_that_is_wrong(rig: Rig) -> None:
    """The hub gives git's own digest for what is no large file."""
    rows = rig.hub.rows()
    rig.hub.files["config.json"] = b'{"model_type": "hostil"}'
    rig.hub.listing = {"sha": COMMIT, "siblings": rows}
    assert "sends as config.json is not what it announces" in rig.refusal("pull", NAME)


def test_content_that_never_ends(rig: Rig) -> None:
    rig.hub.content = [endless] * ALWAYS
    assert "sends more than it announced: try again later" in rig.refusal("pull", NAME)
    part = rig.folder / ".coming" / NAME / f"{WEIGHTS}.part"
    assert part.stat().st_size <= len(FILES[WEIGHTS])


def test_a_list_that_never_ends(rig: Rig) -> None:
    rig.hub.api = [endless]
    assert "sends more than it announced: try again later" in rig.refusal("pull", NAME)


def test_content_that_always_breaks(rig: Rig) -> None:
    """A little each time is not worth going on for ever."""
    rig.hub.content = [breaking_after(10)] * ALWAYS
    assert "closed the connection in the middle: check the network" in rig.refusal("pull", NAME)
    assert len(rig.hub.ranges) == 5


def test_a_server_that_goes_round_in_circles(rig: Rig) -> None:
    rig.hub.api = [refusing(302, Location=f"/api/models/{REPOSITORY}/revision/main")] * ALWAYS
    assert "sends us round in circles: try again later" in rig.refusal("pull", NAME)


@pytest.mark.parametrize("location", ["", "file:///etc/passwd", "ftp://x/y", "http://[", "http://a b/"])
def test_a_redirect_to_nowhere(rig: Rig, location: str) -> None:
    rig.hub.api = [refusing(302, Location=location)]
    assert "sends us nowhere: try again later" in rig.refusal("pull", NAME)


def test_encryption_is_never_given_up() -> None:
    web = Web("https://hub.example", "", FakeClock())
    with pytest.raises(WebError, match="without encryption"):
        web.onward("https://hub.example/a", "http://hub.example/a")
    assert web.onward("https://hub.example/a", "/b") == "https://hub.example/b"
    assert web.onward("http://hub.example/a", "http://cdn.example/a") == "http://cdn.example/a"


class RunningClock(FakeClock):
    """A minute passes whenever somebody looks."""

    def now(self) -> float:
        self.time_s += 60
        return self.time_s


def test_a_server_that_drips(rig: Rig) -> None:
    rig.hub.content = [sending(FILES[WEIGHTS][:500])] * ALWAYS
    rig.clock = RunningClock()
    assert "sends next to nothing: check the network" in rig.refusal("pull", NAME)


def test_a_server_that_is_silent(rig: Rig) -> None:
    """The first request waits for an answer that does not come."""
    import threading

    over = threading.Event()
    rig.hub.api = [lambda handler, _: (over.wait(20), hanging_up(handler, b""))[1]]  # type: ignore[func-returns-value]
    web = Web(rig.hub.address, "", FakeClock(), timeout_s=0.2)
    with pytest.raises(WebError, match="does not answer: check the network") as caught:
        web.json(f"/api/models/{REPOSITORY}/revision/main")
    over.set()
    assert caught.value.passing


def test_signatures_of_addresses_are_not_shown(rig: Rig) -> None:
    rig.hub.content = [refusing(403)]
    outcome = rig.pull(**with_token("hf_secret"))
    assert "secret" not in outcome.err + outcome.out


Usage = namedtuple("Usage", "total used free")


def test_a_disk_that_is_too_small(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 10**6))
    told = rig.refusal("pull", NAME)
    assert told == (
        f"{NAME} needs 1.0 MB and {rig.folder} has 1.0 MB free: make room for 64 MB more,"
        " or set STREAMTTS_MODELS to a folder on a larger disk"
    )
    assert rig.hub.ranges == []


def test_what_was_begun_counts(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.hub.content = [breaking_after(900_000)] + [hanging_up] * 9
    rig.pull()
    rig.hub.content.clear()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 0, 64_200_000))
    assert rig.pull().status == 0


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up(rig: Rig, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def full(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr("streamtts.models.download.write_all", full)
        told = rig.refusal("pull", NAME)
    assert "is full: free some space, or set STREAMTTS_MODELS to a folder elsewhere" in told
    assert rig.pull().status == 0


def test_a_folder_that_cannot_be_written(rig: Rig) -> None:
    rig.folder.write_text("a file in its place")
    told = rig.refusal("pull", NAME)
    assert told.startswith(f"cannot write {rig.folder}")
    assert told.endswith("set STREAMTTS_MODELS to a folder that is yours")


def test_something_of_yours_in_the_way(rig: Rig) -> None:
    rig.place.mkdir(parents=True)
    (rig.place / "notes.txt").write_text("mine")
    told = rig.refusal("pull", NAME)
    assert told == f"{rig.place} is in the way, and not from us: move it elsewhere"
    assert (rig.place / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "link", [NAME, f".coming/{NAME}", ".coming", f".coming/{NAME}/{WEIGHTS}.part", f".locks/{NAME}.lock"]
)
def test_links_are_not_written_through(rig: Rig, tmp_path: Path, link: str) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    if link.endswith((".part", ".lock")):
        target = target / "precious"
        target.write_text("precious")
    at = rig.folder / link
    at.parent.mkdir(parents=True)
    at.symlink_to(target)
    assert rig.pull().status == 1
    assert not target.is_dir() or list(target.iterdir()) == []
    assert target.is_dir() or target.read_text() == "precious"


def test_offline(rig: Rig, tmp_path: Path) -> None:
    for variable, why in (
        ("HF_HUB_OFFLINE", "HF_HUB_OFFLINE"),
        ("STREAMTTS_OFFLINE", "the setting offline (STREAMTTS_OFFLINE)"),
    ):
        told = rig.pull(**{variable: "1"}).err.removeprefix("streamtts: ")
        assert told.startswith(f"{NAME} is not on this machine, and {why} forbids the network: allow it, or")
    config = tmp_path / "config.toml"
    config.write_text("offline = true\n")
    assert "the setting offline" in rig.refusal("pull", NAME, STREAMTTS_CONFIG=str(config))
    assert rig.hub.asked == []
