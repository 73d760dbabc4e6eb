"""What is on the machine is found where it lies, and nothing is ever fetched to find it."""

import json
from pathlib import Path

import pytest

from models.rig import NAME, WANTED, WEIGHTS, Rig
from streamtts import models
from streamtts.engine import EngineError
from streamtts.errors import UsageError
from streamtts.models.folder import folder

GGUF = "qwen2.5-coder-1.5b-instruct-q4"
COMMIT = "f86cb2c1fa58255f8052cc32aeede1b7482d4361"


def cached(rig: Rig, commit: str = COMMIT) -> Path:
    """A snapshot as the hub's own library leaves it: links to files that are named by their digests."""
    from hashlib import sha256

    repository = Path(rig.environ["HF_HOME"]) / "hub/models--Helsinki-NLP--opus-mt-en-es"
    snapshot = repository / "snapshots" / commit
    (repository / "blobs").mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs/main").write_text(commit)
    snapshot.mkdir(parents=True)
    for name, content in WANTED.items():
        blob = repository / "blobs" / sha256(content).hexdigest()
        blob.write_bytes(content)
        (snapshot / name).symlink_to(Path("../../blobs") / blob.name)
    return snapshot


def test_what_is_absent_names_the_one_command(rig: Rig) -> None:
    with pytest.raises(EngineError) as caught:
        models.path(NAME, environ=rig.environ)
    told = f"the model {NAME} is not on this machine: run `streamtts models pull {NAME}` (316 MB)"
    assert str(caught.value) == told
    assert rig.hub.asked == []
    assert not rig.folder.exists()


def test_names_that_are_none(rig: Rig) -> None:
    with pytest.raises(UsageError, match="there is no model 'opus-mt-en-fe': did you mean opus-mt-en-fr\\?"):
        models.path("opus-mt-en-fe", environ=rig.environ)
    with pytest.raises(UsageError, match=r"'qwen': did you mean qwen2\.5-7b-.* or qwen2\.5-coder-[^ ]*\?$"):
        models.path("qwen", environ=rig.environ)
    with pytest.raises(UsageError, match="`streamtts models` lists what there is"):
        models.path("", environ=rig.environ)
    assert "there is no model" in rig.refusal("pull", "../evil", status=2)


def test_a_path_is_itself(rig: Rig, tmp_path: Path) -> None:
    mine = tmp_path / "mine.gguf"
    mine.write_bytes(b"GGUF")
    assert models.path(str(mine), environ=rig.environ) == mine
    for name in ("/nowhere/x.gguf", "org/name", "~nobody-of-that-name/x", "/" + "a" * 5000):
        with pytest.raises(EngineError, match=r"there is no model '.*': give the path of one"):
            models.path(name, environ=rig.environ)
    with pytest.raises(UsageError, match="there is no model"):
        models.path("a" * 5000, environ=rig.environ)


def test_a_file_beside_us_needs_no_slash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.gguf").write_bytes(b"GGUF")
    assert models.path("mine.gguf") == Path("mine.gguf")


def test_the_environment_of_the_process_is_the_default(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.pull()
    monkeypatch.setenv("STREAMTTS_MODELS", str(rig.folder))
    assert models.path(NAME) == rig.place


def test_the_hubs_own_cache_is_used_where_it_lies(rig: Rig) -> None:
    snapshot = cached(rig)
    assert models.path(NAME, environ=rig.environ) == snapshot
    assert f"is here already, every byte of it right: {snapshot}" in rig.pull().out
    assert rig.hub.asked == []
    assert not rig.place.exists()


@pytest.mark.parametrize("variable", ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"])
def test_the_cache_may_be_elsewhere(rig: Rig, tmp_path: Path, variable: str) -> None:
    snapshot = cached(rig)
    moved = tmp_path / "moved"
    (Path(rig.environ["HF_HOME"]) / "hub").rename(moved)
    found = models.path(NAME, environ={**rig.environ, variable: str(moved)})
    assert found == moved / snapshot.relative_to(Path(rig.environ["HF_HOME"]) / "hub")


def test_the_cache_is_in_the_home_folder(rig: Rig, tmp_path: Path) -> None:
    snapshot = cached(rig)
    home = tmp_path / "home"
    (home / ".cache").mkdir(parents=True)
    Path(rig.environ["HF_HOME"]).rename(home / ".cache/huggingface")
    found = models.path(NAME, environ={"HOME": str(home), "STREAMTTS_MODELS": str(rig.folder)})
    assert found.name == snapshot.name


@pytest.mark.parametrize("ref", ["../../../../etc", "", "main", "\xff"])
def test_a_cache_that_leads_elsewhere_is_none(rig: Rig, ref: str) -> None:
    snapshot = cached(rig)
    (snapshot.parent.parent / "refs/main").write_text(ref, encoding="latin-1")
    with pytest.raises(EngineError, match="is not on this machine"):
        models.path(NAME, environ=rig.environ)


def test_a_cache_that_lacks_a_file_is_none(rig: Rig) -> None:
    (cached(rig) / WEIGHTS).resolve().unlink()
    with pytest.raises(EngineError, match="is not on this machine"):
        models.path(NAME, environ=rig.environ)


def test_a_cache_that_is_damaged_is_not_trusted(rig: Rig) -> None:
    weights = (cached(rig) / WEIGHTS).resolve()
    weights.write_bytes(b"X" + weights.read_bytes()[1:])
    pulled = rig.pull()
    assert "is damaged: fetching" in pulled.err
    assert rig.is_whole()
    assert models.path(NAME, environ=rig.environ) == rig.place


def test_what_you_put_there_yourself_is_used(rig: Rig) -> None:
    rig.place.mkdir(parents=True)
    for name, content in WANTED.items():
        (rig.place / name).write_bytes(content)
    assert models.path(NAME, environ=rig.environ) == rig.place
    assert "ready (yours)" in rig.models("list", NAME).out
    assert "is here already" in rig.pull().out
    assert rig.hub.asked == []


def test_a_model_of_one_file_is_that_file(rig: Rig) -> None:
    place = rig.folder / GGUF
    place.mkdir(parents=True)
    (place / "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf").write_bytes(b"GGUF")
    assert models.path(GGUF, environ=rig.environ) == place / "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"


def test_a_known_digest_is_held_against_what_is_yours(rig: Rig) -> None:
    test_a_model_of_one_file_is_that_file(rig)
    told = rig.refusal("pull", GGUF)
    assert "is damaged, and not from us: remove it, then run `streamtts models pull" in told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"model": "x", "source": "", "files": []}',
        json.dumps({"model": NAME, "source": "", "files": [{"name": "../x", "size": 1, "sha256": ""}]}),
        json.dumps({"model": NAME, "source": "", "files": [{"name": "x", "size": "many", "sha256": ""}]}),
    ],
)
def test_a_manifest_that_is_not_ours_says_nothing(rig: Rig, text: str) -> None:
    rig.place.mkdir(parents=True)
    (rig.place / ".streamtts-model.json").write_text(text)
    with pytest.raises(EngineError):
        models.path(NAME, environ=rig.environ)


def test_where_models_lie(tmp_path: Path) -> None:
    home = {"HOME": "/h"}
    assert folder(home, "linux") == Path("/h/.local/share/streamtts/models")
    assert folder({**home, "XDG_DATA_HOME": "/d"}, "linux") == Path("/d/streamtts/models")
    assert folder({**home, "XDG_DATA_HOME": "relative"}, "linux") == Path("/h/.local/share/streamtts/models")
    assert folder(home, "darwin") == Path("/h/Library/Application Support/streamtts/models")
    for platform in ("linux", "darwin"):
        assert folder({**home, "STREAMTTS_MODELS": "~/m"}, platform) == Path("/h/m")
        assert folder({**home, "STREAMTTS_MODELS": str(tmp_path)}, platform) == tmp_path
    assert folder({"STREAMTTS_MODELS": "m"}) == Path.cwd() / "m"


def test_what_engines_make_of_a_model_has_a_place_of_its_own(rig: Rig) -> None:
    rig.pull()
    place = models.derived(NAME, rig.environ)
    assert not place.exists()
    place.mkdir(parents=True)
    (place / "shortlist.bin").write_bytes(bytes(1_000_000))
    assert rig.pull().out.startswith(f"{NAME} is here already")
    assert rig.models("rm", NAME).out == f"{NAME} is gone: 2.0 MB freed\n"
    assert not place.exists()


def test_the_list_says_what_is_here(rig: Rig) -> None:
    assert rig.models("list", NAME).out.splitlines()[1].split()[:4] == [NAME, "-", "316", "MB"]
    rig.pull()
    assert rig.models("list", NAME).out.splitlines()[1].split()[1] == "ready"
    (rig.place / WEIGHTS).unlink()
    assert rig.models("list", NAME).out.splitlines()[1].split()[1] == "damaged"


def test_the_list_for_programs(rig: Rig) -> None:
    rig.pull()
    rows = {row["name"]: row for row in json.loads(rig.models("--json").out)}
    assert rows[NAME]["path"] == str(rig.place)
    assert rows[NAME]["size_bytes"] == sum(map(len, WANTED.values()))
    assert (rows[NAME]["from"], rows[NAME]["to"], rows[NAME]["commercial"]) == (["en"], ["es"], True)
    nllb = rows["nllb-200-distilled-600m"]
    assert (nllb["licence"], nllb["commercial"], nllb["path"]) == ("CC-BY-NC-4.0", False, None)


def test_the_list_can_be_narrowed(rig: Rig) -> None:
    def names(*words: str) -> list[str]:
        return [row["name"] for row in json.loads(rig.models("list", *words, "--json").out)]

    assert names("es", "opus-mt-en-es") == ["opus-mt-en-es"]
    assert "opus-mt-en-fr" in names("fr", "nllb")
    assert "opus-mt-en-es" not in names("fr", "nllb")
    assert {"piper-siwis", "xtts-v2"} <= set(names("voice"))
    assert "opus-mt-en-es" not in names("voice")
    assert "nllb-200-3.3b" in names("sw")
    assert "did you mean piper-siwis?" in rig.refusal("list", "piper-swis", status=2)


def test_wrong_words(rig: Rig) -> None:
    for words, told in (
        (["pull"], "name the model: streamtts models pull NAME"),
        (["fetch", NAME], "ACTION cannot be 'fetch'"),
        (["path", NAME, "--json"], "`streamtts models path` takes no --json"),
        (["rm", NAME, "--from", "x"], "`streamtts models rm` takes no --from"),
        (["pull", NAME, NAME, "--from", "x"], "`streamtts models pull` takes no --from"),
        (["list", "--to", "ct2"], "`streamtts models list` takes no --to"),
        (["pull", NAME, "nothing"], "there is no model 'nothing'"),
    ):
        assert told in rig.refusal(*words, status=2)
    assert rig.hub.asked == []


def test_nothing_heavy_is_loaded_to_look() -> None:
    import subprocess
    import sys

    script = "import sys; from streamtts import models; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    modules = set(loaded.stdout.split())
    assert modules.isdisjoint({"http.client", "urllib.request", "ssl", "tomllib"})
