"""Files that are no recordings, or hardly: one sentence each, and no waiting."""

import os
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamtts.cloned import recording
from streamtts.cloned.trouble import SampleError
from streamtts.errors import StreamttsError, UsageError
from voices.recordings import RATE_HZ, chunk, speech, wav

_FORM = (1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16)
_PLAIN = b"".join(n.to_bytes(size, "little") for n, size in zip(_FORM, (2, 2, 4, 4, 2, 2), strict=True))


def refused(path: Path) -> str:
    with pytest.raises(StreamttsError) as caught:
        recording.read(path)
    told = str(caught.value)
    assert "\n" not in told
    return told


def test_a_file_that_is_none_is_told_at_once(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe.wav"
    os.mkfifo(fifo)
    assert refused(fifo) == f"{fifo} is no file: give the file of a recording"
    assert refused(tmp_path) == f"{tmp_path} is a folder: give the file of a recording"
    assert refused(Path("/dev/zero")).startswith("/dev/zero is no file")
    assert refused(tmp_path / "gone.wav").endswith("gone.wav: No such file or directory")
    assert refused(Path("a\0b")).endswith("no file can be called so")
    with pytest.raises(UsageError):
        recording.read(tmp_path / ("x" * 1000))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "me.wav is empty"),
        (b"this is a text\n" * 1000, "me.wav is no sound file: give a recording"),
        (b"RIFF\0\0\0\0WAVE", "me.wav is a broken WAV file, there is no sound in it"),
        (b"RIFF\0\0\0\0WAVE" + b"a text instead of chunks\n" * 100, "me.wav is a broken WAV file"),
        (chunk(b"RIFF", b"WAVE" + chunk(b"data", bytes(100))), "it does not say what its samples are"),
        (chunk(b"RIFF", b"WAVE" + chunk(b"fmt ", b"\1\0\1\0")), "it does not say what its samples are"),
        (
            chunk(b"RIFF", b"WAVE" + chunk(b"fmt ", _PLAIN) + chunk(b"data", b"")),
            "there is no sound in it",
        ),
        (
            chunk(b"RIFF", b"WAVE" + chunk(b"fmt ", _PLAIN) + chunk(b"data", bytes(1000))[:8]),
            "it breaks off before its sound",
        ),
        (chunk(b"RIFF", b"WAVE" + chunk(b"fmt ", b"\1\0\0\0" + _PLAIN[4:])), "it has no channels"),
        (bytes(4) + b"ftypM4A " + bytes(99), "convert it, as with `ffmpeg"),
        (b"\xff" * 5000, "me.wav"),
    ],
)
def test_what_holds_no_sound_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    pytest.importorskip("soundfile")
    path = tmp_path / "me.wav"
    path.write_bytes(content)
    assert told in refused(path)


@pytest.mark.parametrize(
    ("rate_hz", "channels", "told"),
    [
        (0, 1, "has 0 samples a second"),
        (4000, 1, "has 4000 samples a second: record it with 24000"),
        (4_000_000_000, 1, "samples a second"),
        (192_000, 65_000, "is no sound|there is no sound|has 65000 channels"),
    ],
)
def test_a_header_is_not_believed(tmp_path: Path, rate_hz: int, channels: int, told: str) -> None:
    head = (1, channels, rate_hz, 0, 2, 16)
    form = b"".join(n.to_bytes(size, "little") for n, size in zip(head, (2, 2, 4, 4, 2, 2), strict=True))
    path = tmp_path / "me.wav"
    path.write_bytes(chunk(b"RIFF", b"WAVE" + chunk(b"fmt ", form) + chunk(b"data", bytes(1000))))
    with pytest.raises(SampleError, match=told):
        recording.read(path)


def test_two_hours_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    size = 2 * 3600 * RATE_HZ * 2
    with path.open("wb") as file:
        file.write(b"RIFF\0\0\0\0WAVE" + chunk(b"fmt ", _PLAIN) + b"data" + size.to_bytes(4, "little"))
        file.truncate(size + 100)  # takes no room on the disk
    assert refused(path).startswith("long.wav is 2 hours long: cut out 5 to 10 seconds")


@pytest.mark.parametrize("said", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_a_length_that_was_not_known_is_what_there_is(tmp_path: Path, said: int) -> None:
    path = wav(tmp_path / "me.wav", speech(4.0))
    content = path.read_bytes()
    at = content.index(b"data") + 4
    path.write_bytes(content[:at] + said.to_bytes(4, "little") + content[at + 4 :])
    assert len(recording.read(path).frames) == 4 * RATE_HZ


def test_a_file_that_was_cut_off_is_what_is_left(tmp_path: Path) -> None:
    path = wav(tmp_path / "me.wav", speech(4.0))
    path.write_bytes(path.read_bytes()[: -RATE_HZ - 1])
    assert len(recording.read(path).frames) == 4 * RATE_HZ - RATE_HZ // 2 - 1


@given(st.binary(max_size=300), st.integers(0, 60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
def test_no_file_does_more_than_be_refused(tmp_path: Path, content: bytes, at: int) -> None:
    whole = chunk(b"RIFF", b"WAVE" + chunk(b"fmt ", _PLAIN) + chunk(b"data", bytes(100)))
    path = tmp_path / "any.wav"
    path.write_bytes(whole[:at] + content + whole[at + len(content) :])
    with suppress(StreamttsError):
        assert np.isfinite(recording.read(path).frames).all()


@pytest.mark.parametrize("form", ["FLAC", "OGG", "MP3", "AIFF", "AU", "CAF", "W64", "RF64"])
def test_other_formats_are_read(tmp_path: Path, form: str) -> None:
    soundfile = pytest.importorskip("soundfile")
    if form not in soundfile.available_formats():
        pytest.skip(f"this libsndfile knows no {form}")
    sound = speech(5.0)
    path = tmp_path / "me.sound"
    soundfile.write(path, sound, RATE_HZ, format=form)
    found = recording.read(path)
    assert found.rate_hz == RATE_HZ
    assert abs(len(found.frames) - len(sound)) < 0.1 * RATE_HZ
    assert np.abs(found.frames).max() == pytest.approx(0.3, abs=0.1)


def test_a_coded_wav_is_read_too(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    path = tmp_path / "me.wav"
    soundfile.write(path, speech(5.0), RATE_HZ, subtype="ULAW")
    assert len(recording.read(path).frames) == 5 * RATE_HZ


def test_without_soundfile_wav_is_read_and_others_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "soundfile", None)
    assert len(recording.read(wav(tmp_path / "me.wav", speech(4.0))).frames) == 4 * RATE_HZ
    for head in (b"fLaC", b"OggS", b"ID3\4", b"\xff\xfb\x90\x64"):
        path = tmp_path / "me.sound"
        path.write_bytes(head + bytes(1000))
        assert refused(path).endswith("soundfile is needed: pip install 'streamtts[clone]'")
    path.write_bytes(b"this is a text\n" * 100)
    assert "is no sound file" in refused(path)
