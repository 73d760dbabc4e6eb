"""What the user has, and what installed packages carry, needs no network."""

import sys
import zlib
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from models.rig import FILES, NAME, SMALL, WANTED, WEIGHTS, Rig, Silent, world
from streamtts.models import catalogue, digest
from streamtts.models.catalogue import Model, Packages, Slice, find
from streamtts.models.pull import pull
from streamtts.models.trouble import ModelError

GGUF = "qwen2.5-7b-instruct-q3"
OFFLINE = {"HF_HUB_OFFLINE": "1"}


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """The model, as the user has it."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


def test_a_folder_is_taken(rig: Rig, mine: Path) -> None:
    taken = rig.models("pull", NAME, "--from", mine, **OFFLINE)
    assert taken.out == f"{NAME} is ready, 1.0 MB in {rig.place}\n"
    assert rig.is_whole()
    assert not (rig.place / "tf_model.h5").exists()
    assert rig.hub.asked == []


def test_a_file_is_taken_for_a_model_of_one(rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "downloaded.gguf").write_bytes(b"GGUF")
    taken = rig.models("pull", GGUF, "--from", tmp_path / "downloaded.gguf")
    assert taken.status == 0
    assert rig.models("path", GGUF).out == f"{rig.folder}/{GGUF}/qwen2.5-7b-instruct-q3_k_m.gguf\n"


def test_a_folder_may_hold_flat_what_the_hub_nests(rig: Rig, tmp_path: Path) -> None:
    for name in ("de_DE-thorsten-medium.onnx", "de_DE-thorsten-medium.onnx.json"):
        (tmp_path / name).write_bytes(b"voice")
    assert rig.models("pull", "piper-thorsten", "--from", tmp_path).status == 0
    found = rig.models("path", "piper-thorsten").out
    assert found == f"{rig.folder}/piper-thorsten/de/de_DE/thorsten/medium/de_DE-thorsten-medium.onnx\n"


def test_what_is_known_of_it_is_checked(rig: Rig, tmp_path: Path) -> None:
    name = "qwen2.5-coder-1.5b-instruct-q4"
    (tmp_path / "x.gguf").write_bytes(b"GGUF")
    told = rig.refusal("pull", name, "--from", tmp_path / "x.gguf")
    assert told == (
        f"{tmp_path}/x.gguf is not the qwen2.5-coder-1.5b-instruct-q4_k_m.gguf of {name} (its digest is"
        " wrong): fetch it anew"
    )
    assert not (rig.folder / name).exists()


def test_what_cannot_be_taken(rig: Rig, mine: Path) -> None:
    assert rig.refusal("pull", NAME, "--from", "/nowhere") == (
        "/nowhere is not there: give the folder that holds the files"
    )
    assert "is no folder: give the one that holds config.json" in rig.refusal(
        "pull", NAME, "--from", mine / WEIGHTS
    )
    assert "is not there" in rig.refusal("pull", NAME, "--from", "a" * 5000)
    (mine / WEIGHTS).unlink()
    told = rig.refusal("pull", NAME, "--from", mine)
    assert told == f"{mine} has no pytorch_model*.bin, which {NAME} needs: add it"


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Model, list[Path]]:
    """A model whose packages are installed: its files in a row, cut into three; some are deflated."""
    row, slices = b"before", []
    for name, content in WANTED.items():
        deflated = name not in SMALL
        stored = _deflated(content) if deflated else content
        slices.append(Slice(name, len(row), len(stored), deflated, len(content), sha256(content).hexdigest()))
        row += stored + b"between"
    site = tmp_path / "site"
    third = len(row) // 3
    pieces = [row[:third], row[third : 2 * third], row[2 * third :]]
    paths = [_installed(site, number, piece) for number, piece in enumerate(pieces, 7)]
    monkeypatch.syspath_prepend(str(site))
    packages = Packages("weights-of-{}", "weights_of_{0}/part{0:02}.bin", "1.0", 7, 9, tuple(slices))
    return replace(find(NAME), packages=packages), paths


def _deflated(content: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(content) + deflater.flush()


def _installed(site: Path, number: int, piece: bytes) -> Path:
    package, about = site / f"weights_of_{number}", site / f"weights_of_{number}-1.0.dist-info"
    package.mkdir(parents=True)
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: weights-of-{number}\nVersion: 1.0\n")
    (package / "__init__.py").write_text("raise RuntimeError('nobody may run this')")
    part = package / f"part{number:02}.bin"
    part.write_bytes(piece)
    return part


def test_packages_are_joined(rig: Rig, parts: tuple[Model, list[Path]]) -> None:
    report = Silent()
    done = pull(parts[0], world({**rig.environ, **OFFLINE}, report))
    assert done.source == "the packages weights-of-7 to weights-of-9"
    assert report.done == report.total == sum(map(len, WANTED.values()))
    assert rig.is_whole()
    assert rig.hub.asked == []
    assert not any(name.startswith("weights_of") for name in sys.modules)


@pytest.mark.parametrize("damage", [b"", b"\xff" * 400_000, b"\0" * 3])
def test_a_package_that_is_damaged(rig: Rig, parts: tuple[Model, list[Path]], damage: bytes) -> None:
    parts[1][1].write_bytes(damage)
    with pytest.raises(
        ModelError, match="in the packages weights-of-7 to weights-of-9 is damaged: install them"
    ):
        pull(parts[0], world(rig.environ))
    assert not rig.place.exists()


def test_a_package_that_inflates_without_end(rig: Rig, parts: tuple[Model, list[Path]]) -> None:
    """No more is written than the catalogue knows of."""
    model, paths = parts
    assert model.packages is not None
    bomb = _deflated(bytes(50_000_000))
    paths[0].write_bytes(bomb + bytes(6_000_000))
    slices = tuple(replace(each, at=0, stored=len(bomb), deflated=True) for each in model.packages.files)
    bombed = replace(model, packages=replace(model.packages, files=slices))
    with pytest.raises(ModelError, match="is damaged"):
        pull(bombed, world(rig.environ))
    assert sum(path.stat().st_size for path in rig.folder.rglob("*.part")) < 2_000_000


def test_a_package_that_is_missing_leaves_the_hub(rig: Rig, parts: tuple[Model, list[Path]]) -> None:
    parts[1][2].unlink()
    assert "127.0.0.1" in pull(parts[0], world(rig.environ)).source
    assert rig.is_whole()


def test_the_catalogue_is_sound() -> None:
    for name, model in catalogue.catalogue().items():
        assert name == model.name == name.lower()
        assert model.kind in ("translator", "voice")
        assert model.summary
        assert model.licence
        assert model.targets
        assert model.hub.count("/") == 1
        assert all("*" not in file for file in model.files)
        assert not model.opens or model.opens in model.files
        for file, known in model.sha256.items():
            assert file in model.files
            assert len(known) == 64
        if model.packages:
            carried = [each.name for each in model.packages.files]
            assert model.pick(carried) == catalogue.Picked(tuple(sorted(carried)), ())
            for each in model.packages.files:
                assert each.deflated or each.stored == each.size
                assert model.sha256.get(each.name, each.sha256) == each.sha256


def test_no_licence_is_called_free_that_is_not() -> None:
    for model in catalogue.catalogue().values():
        forbids_sale = "NC" in model.licence or model.licence.startswith("CPML")
        assert model.commercial != forbids_sale


def test_a_digest_without_anything_to_compare_knows_the_size() -> None:
    taken = digest.Digest(digest.Expected("x", 3))
    taken.update(b"ab")
    assert not taken.good
    taken.update(b"c")
    assert taken.good
