"""Voices of the user's own, as they are kept: whole, or not at all, and for nobody else to read."""

import errno
import os
import stat
import unicodedata
import wave
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts import cloned
from streamtts.cloned.keeping import Given, check_name, keep, known_place, remove
from streamtts.cloned.names import is_name
from streamtts.cloned.sample import RATE_HZ, Sample
from streamtts.cloned.store import folder
from streamtts.cloned.voice import ClonedVoice, digest_of, read
from streamtts.engine import EngineError
from streamtts.errors import StreamttsError, UsageError

MADE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LEADING_ELSEWHERE = [
    *("../x", "/etc", "..", ".", "", "-rf", "_x", "a b", "a\nb", "a\x1b[31m", "a\0b", "a/b", "a:b", "en=a"),
    *("a,b", ".a", "x" * 41, "字" * 41, "\udcff", "a\u202eb"),
]
SAMPLE = Sample(b"\1\0\2\0" * RATE_HZ, ())


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}


def kept(environ: dict[str, str], name: str = "anna", **more: str) -> ClonedVoice:
    return keep(Given(name, "she agrees", **more), SAMPLE, environ)


def left(environ: dict[str, str]) -> list[str]:
    return sorted(os.listdir(folder(environ)))  # noqa: PTH208 - names are what is looked at


def test_a_voice_is_found_as_it_was_kept(environ: dict[str, str]) -> None:
    voice = kept(environ, transcript="Hello.", language="en")
    assert cloned.find("anna", environ) == voice == read(voice.place)
    assert cloned.every(environ) == [voice]
    assert (voice.length_s, voice.rate_hz, voice.consent) == (2.0, RATE_HZ, "she agrees")
    assert (voice.transcript, voice.language) == ("Hello.", "en")
    assert voice.digest == digest_of(voice.sample.read_bytes())
    with wave.open(str(voice.sample)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        assert file.readframes(file.getnframes()) == SAMPLE.pcm


def test_nobody_else_can_read_it(environ: dict[str, str]) -> None:
    old = os.umask(0)
    try:
        place = kept(environ).place
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (place.parent, place, *place.iterdir())}
    assert modes == {"voices": 0o700, "anna": 0o700, "sample.wav": 0o600, "voice.toml": 0o600}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_words_come_back(tmp_path_factory: pytest.TempPathFactory, words: str) -> None:
    place = tmp_path_factory.mktemp("voice")
    content = b"sound"
    (place / "sample.wav").write_bytes(content)
    voice = ClonedVoice("anna", place, RATE_HZ, 2.0, digest_of(content), MADE, words, words, "en")
    (place / "voice.toml").write_bytes(voice.as_toml().encode())
    assert read(place) == voice


def test_names_are_found_however_they_are_written(environ: dict[str, str]) -> None:
    kept(environ, "Jörg")
    for name in ("Jörg", "jörg", "JÖRG", unicodedata.normalize("NFD", "Jörg")):
        assert cloned.find(name, environ) is not None
        with pytest.raises(UsageError, match="there is a voice Jörg already"):
            check_name(name, [], environ)


@pytest.mark.parametrize("name", LEADING_ELSEWHERE)
def test_names_that_lead_elsewhere_are_refused(environ: dict[str, str], name: str) -> None:
    with pytest.raises(UsageError, match="a voice cannot be called") as caught:
        check_name(name, [], environ)
    assert str(caught.value).isprintable()
    assert cloned.find(name, environ) is None


@pytest.mark.parametrize("letter", ["a", "ö", "名", "\N{CJK UNIFIED IDEOGRAPH-20BB7}"])
def test_forty_letters_are_forty_in_any_script(letter: str) -> None:
    assert is_name(40 * letter)
    assert not is_name(41 * letter)


@given(st.text(max_size=50))
def test_a_name_is_one_harmless_word(name: str) -> None:
    if is_name(name):
        assert name.isprintable()
        assert not set(name) & set("/\\:=,. \0")
        assert name[0] not in "-_"


def test_a_voice_is_not_called_like_an_engine(environ: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="TONE is the name of an engine"):
        check_name("TONE", ["hibari", "tone"], environ)


def test_a_second_one_of_the_name_harms_nothing(environ: dict[str, str]) -> None:
    first = kept(environ)
    with pytest.raises(UsageError, match="there is a voice anna already"):
        kept(environ, transcript="another")
    assert cloned.find("anna", environ) == first
    assert left(environ) == ["anna"]


def test_a_full_disk_leaves_nothing(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StreamttsError, match=r"cannot keep the voice in .*: No space left on device"):
        kept(environ)
    assert left(environ) == []


def test_what_a_killed_process_left_goes(environ: dict[str, str]) -> None:
    root = kept(environ).place.parent
    for name in (".coming-999999999", ".going-999999999", f".coming-{os.getppid()}", ".other-1"):
        (root / name).mkdir()
        (root / name / "sample.wav").touch()
    kept(environ, "bert")
    assert left(environ) == sorted([f".coming-{os.getppid()}", ".other-1", "anna", "bert"])
    assert [voice.name for voice in cloned.every(environ)] == ["anna", "bert"]


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("sample.wav", None, "its sample.wav cannot be read: No such file"),
        ("sample.wav", b"RIFF", "its sample.wav is not as it was written"),
        ("voice.toml", None, "its voice.toml cannot be read: No such file"),
        ("voice.toml", b"", "its voice.toml is not as it was written"),
        ("voice.toml", b"name = 1", "its voice.toml is not as it was written"),
        ("voice.toml", b"\xff\xfe", "its voice.toml is not as it was written"),
    ],
)
def test_a_damaged_voice_says_what_to_do(
    environ: dict[str, str], file: str, content: bytes | None, told: str
) -> None:
    whole, place = kept(environ, "bert"), kept(environ).place
    if content is None:
        (place / file).unlink()
    else:
        (place / file).write_bytes(content)
    with pytest.raises(EngineError, match=told) as caught:
        cloned.find("anna", environ)
    assert str(caught.value).endswith("run `streamtts voices rm anna` and add it again")
    assert cloned.every(environ) == [whole]
    remove(known_place("anna", environ))
    assert cloned.find("anna", environ) is None


def test_a_link_goes_and_what_it_leads_to_stays(environ: dict[str, str], tmp_path: Path) -> None:
    place = kept(environ).place
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = place.with_name("link")
    link.symlink_to(elsewhere)
    remove(link)
    assert elsewhere.is_dir()
    assert left(environ) == [place.name]


def test_what_engines_made_of_it_goes_with_it(environ: dict[str, str]) -> None:
    place = kept(environ).place
    (place / "xtts").mkdir()
    (place / "xtts" / "latents").touch()
    remove(place)
    assert left(environ) == []


def test_a_name_that_is_nearly_right_is_told(environ: dict[str, str]) -> None:
    kept(environ)
    with pytest.raises(UsageError, match="'ana': did you mean anna"):
        known_place("ana", environ)


def test_where_nothing_was_ever_added_there_is_nothing(environ: dict[str, str]) -> None:
    assert cloned.every(environ) == []
    assert cloned.find("anna", environ) is None
