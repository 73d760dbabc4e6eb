"""What is made of a model once, and found again at the next start."""

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.engine import EngineError, Ticket, TranslatorOptions
from streamtts.translators.nllb import Nllb
from streamtts.translators.nmt import mapped_tokens, shape, tokens
from streamtts.translators.with_core import kept
from translators import tiny_models
from translators.nllb.pair import opened, pair, written

TEXT = "The tests pass, and the parser works."


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(pair("nllb").folder, tmp_path / "nllb"))


def load(folder: Path, target: str = "ja") -> Nllb:
    return Nllb(TranslatorOptions("en", target, str(folder), 1, {"device": "cpu", "precision": "int8"}))


def said(folder: Path) -> list[list[int]]:
    loaded = opened(load(folder))
    return written(loaded, [loaded.tokens.framed(loaded.tokens.encode(TEXT))], 20)


def made(folder: Path, begin: str) -> list[Path]:
    return [place for place in (folder.parent / "models").rglob(f"{begin}*") if place.name.startswith(begin)]


def test_weights_and_tokens_are_made_once(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = said(model)
    (weights,), (names,) = made(model, "int8-"), made(model, "tokens-")
    before = weights.stat().st_mtime_ns, names.stat().st_mtime_ns

    def never(*_: object) -> None:
        pytest.fail("it is made again")

    monkeypatch.setattr(kept, "_write", never)
    monkeypatch.setattr(mapped_tokens, "_write", never)
    assert said(model) == first
    assert (weights.stat().st_mtime_ns, names.stat().st_mtime_ns) == before


def test_another_model_in_the_same_place_is_noticed(model: Path) -> None:
    first = said(model)
    other = tiny_models.nllb(model.parent / "other", seed=9)
    shutil.copyfile(other / "model.safetensors", model / "model.safetensors")
    os.utime(model / "model.safetensors", ns=(1, 1))
    assert said(model) == said(other) != first


def test_another_language_has_weights_of_its_own(model: Path) -> None:
    load(model)
    load(model, "fr")
    assert len(made(model, "int8-")) == 2
    assert len(made(model, "tokens-")) == 1


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 100)


def empty(file: Path) -> None:
    os.truncate(file, 0)


def spoil_the_end(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100] + bytes(100))


def point_elsewhere(file: Path) -> None:
    content = file.read_bytes()
    size = int.from_bytes(content[-8:], "little")
    index = json.loads(content[-8 - size : -8])
    index["arrays"]["embedding.weight"] = [10**12, 10**12 + 64]
    spoiled = json.dumps(index).encode()
    file.write_bytes(content[: -8 - size] + spoiled + len(spoiled).to_bytes(8, "little"))


@pytest.mark.parametrize("harm", [cut, empty, spoil_the_end], ids=lambda harm: harm.__name__)
def test_weights_that_are_not_whole_are_made_anew(model: Path, harm: Callable[[Path], None]) -> None:
    first = said(model)
    (file,) = made(model, "int8-")
    size = file.stat().st_size
    harm(file)
    assert said(model) == first
    assert file.stat().st_size == size


def test_weights_that_do_not_fit_are_refused_in_words(model: Path) -> None:
    load(model)
    (file,) = made(model, "int8-")
    point_elsewhere(file)
    with pytest.raises(EngineError, match=r"is damaged \(the network has no embedding that fits\)"):
        load(model)


@pytest.mark.parametrize(
    "name", ["names.bin", "merges.bin", "letters.json", "normalizer.json", "tokens.json"]
)
@pytest.mark.parametrize("harm", [cut, empty, Path.unlink], ids=["cut", "empty", "unlink"])
def test_files_of_tokens_that_are_damaged_are_made_anew(
    model: Path, name: str, harm: Callable[[Path], None]
) -> None:
    first = said(model)
    (folder,) = made(model, "tokens-")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    harm(folder / name)
    assert said(model) == first
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_full_disk_costs_memory_alone(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = said(model)
    shutil.rmtree(model.parent / "models")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(kept, "_write", full)
    monkeypatch.setattr(mapped_tokens, "_write", full)
    assert said(model) == first
    assert not any(place.is_file() and "int8" in place.name for place in (model.parent / "models").rglob("*"))
    assert not made(model, ".begun")


def test_a_place_that_is_none_costs_memory_alone(model: Path) -> None:
    first = said(model)
    shutil.rmtree(model.parent / "models")
    (model.parent / "models").write_text("a file")
    assert said(model) == first


def test_what_somebody_was_killed_over_is_taken_away(model: Path) -> None:
    load(model)
    (file,) = made(model, "int8-")
    file.unlink()
    old, new = (file.with_name(f".{number}-int8-0.bin") for number in (1, 2))
    for part in (old, new):
        part.write_bytes(b"x")
    os.utime(old, (0, time.time() - 7200))
    load(model)
    assert (old.exists(), new.exists()) == (False, True)


def test_a_table_that_ends_early_is_one_sentence(model: Path) -> None:
    loaded = load(model)
    os.truncate(model / "model.safetensors", 2000)
    with pytest.raises(EngineError, match="has no row for the token"):
        list(loaded.translate(TEXT, Ticket()))


def test_torch_is_not_needed(model: Path) -> None:
    script = (
        "import sys\nfrom streamtts.engine import Ticket, TranslatorOptions\n"
        "from streamtts.translators.nllb import Nllb\n"
        "ours = Nllb(TranslatorOptions('en', 'ja', sys.argv[1], 1, {'device': 'cpu'}))\n"
        "assert list(ours.translate('The tests pass.', Ticket()))\n"
        "print({'torch', 'numpy', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(model)], check=True, capture_output=True, text=True
    )
    assert done.stdout == "set()\n"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[tokens.Tokens, tokens.Tokens]:
    """Our reading, and that of the tokenizers package."""
    folder = pair("nllb").folder
    form = shape.read(folder)
    keep_in = tmp_path_factory.mktemp("tokens")
    mapped = mapped_tokens.tokens(folder, form, "en", "ja", keep_in)
    assert isinstance(mapped, mapped_tokens.MappedTokens)
    return mapped, tokens.opened(folder, form, "en", "ja")


@given(text=st.text(max_size=80))
def test_any_text_is_read_as_the_package_reads_it(
    both: tuple[tokens.Tokens, tokens.Tokens], text: str
) -> None:
    ours, theirs = both
    assert ours.encode(text) == theirs.encode(text)


@given(data=st.data())
def test_any_tokens_are_written_as_the_package_writes_them(
    both: tuple[tokens.Tokens, tokens.Tokens], data: st.DataObject
) -> None:
    ours, theirs = both
    chosen = data.draw(st.lists(st.integers(0, len(theirs.names) - 1), max_size=30))
    assert ours.decode(chosen) == theirs.decode(chosen)


def test_names_and_signs_are_those_of_the_package(both: tuple[tokens.Tokens, tokens.Tokens]) -> None:
    ours, theirs = both
    known = len(theirs.names)
    assert list(ours.names)[:known] == ours.names[:known] == list(theirs.names)
    assert not any(ours.names[known:])
    assert (sorted(ours.special), ours.begin) == (sorted(theirs.special), theirs.begin)
    for text in ("<s> </s> eng_Latn", *tiny_models.sentences()[:20]):
        assert ours.framed(ours.encode(text)) == theirs.framed(theirs.encode(text))
