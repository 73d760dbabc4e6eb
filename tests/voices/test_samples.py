"""What is made of a recording, and what is said of it."""

from pathlib import Path

import numpy as np
import pytest

from streamtts.cloned.measures import speech_in
from streamtts.cloned.sample import RATE_HZ, Sample, prepared
from streamtts.cloned.trouble import SampleError
from voices.recordings import Sound, noise, silence, speech, wav


def made_of(folder: Path, sound: Sound, rate_hz: int = RATE_HZ, kind: str = "i2") -> Sample:
    return prepared(wav(folder / "me.wav", sound, rate_hz, kind))


def heard(sample: Sample) -> Sound:
    return np.frombuffer(sample.pcm, "<i2") / 32768.0


def alike(one: Sample, other: Sample) -> bool:
    """Both begin where the speech does."""
    sounds = [heard(sample) for sample in (one, other)]
    common = min(map(len, sounds))
    return bool(np.corrcoef(sounds[0][:common], sounds[1][:common])[0, 1] > 0.999)


def only_warning(sample: Sample) -> str:
    (warning,) = sample.warnings
    return warning


def test_a_good_recording_is_taken_without_a_word(tmp_path: Path) -> None:
    sample = made_of(tmp_path, speech(6.0))
    assert list(sample.warnings) == []
    assert sample.length_s == pytest.approx(6.0, abs=0.3)


@pytest.mark.parametrize(
    ("kind", "near"), [("u1", 0.05), ("i3", 1e-3), ("i4", 1e-3), ("f4", 1e-3), ("f8", 1e-3)]
)
@pytest.mark.parametrize("extensible", [False, True])
def test_every_kind_of_wav_is_the_same_voice(
    tmp_path: Path, kind: str, near: float, extensible: bool
) -> None:
    sound = np.concatenate([silence(0.5), speech(5.5)])
    expected = heard(made_of(tmp_path, sound))
    got = heard(prepared(wav(tmp_path / "other.wav", sound, kind=kind, extensible=extensible)))
    common = min(len(expected), len(got))  # coarse steps hide the softest of the beginning and the end
    assert abs(len(got) - len(expected)) <= 0.04 * RATE_HZ
    if len(got) == len(expected):
        assert np.abs(got - expected)[:common].max() < near


@pytest.mark.parametrize("rate_hz", [16_000, 32_000, 44_100, 48_000, 96_000])
def test_every_rate_is_the_same_voice(tmp_path: Path, rate_hz: int) -> None:
    expected, got = (
        heard(made_of(tmp_path, np.concatenate([silence(0.5, rate), speech(5.5, rate)]), rate, "f8"))
        for rate in (RATE_HZ, rate_hz)
    )
    assert abs(len(got) - len(expected)) <= 1
    common = min(len(got), len(expected))
    wrong = got[:common] - expected[:common]
    assert np.square(wrong).mean() < 1e-4 * np.square(expected).mean()


@pytest.mark.parametrize("loud", [0.02, 0.1, 0.9])
def test_every_voice_is_as_loud_as_the_others(tmp_path: Path, loud: float) -> None:
    sound = heard(made_of(tmp_path, speech(6.0, loud=loud), kind="f4"))
    found = speech_in(sound, RATE_HZ)
    assert found is not None
    assert found.level_db == pytest.approx(-20, abs=1.5)
    assert np.abs(sound).max() < 0.96


def test_silence_around_goes(tmp_path: Path) -> None:
    sample = made_of(tmp_path, np.concatenate([silence(4), speech(6.0), silence(9)]))
    assert sample.length_s == pytest.approx(6.0, abs=0.4)
    assert list(sample.warnings) == []


@pytest.mark.parametrize("below_db", [6, 10, 15])
def test_noise_is_told_with_its_measure(tmp_path: Path, below_db: int) -> None:
    clean = np.concatenate([silence(0.5), speech(6.0, loud=0.2), silence(0.5)])
    told = only_warning(made_of(tmp_path, clean + noise(clean, below_db)))
    assert "me.wav is noisy" in told
    measured = int(told.partition("about ")[2].partition(" dB")[0])
    assert measured == pytest.approx(below_db, abs=3)


def test_a_little_noise_is_no_matter(tmp_path: Path) -> None:
    clean = np.concatenate([silence(0.5), speech(6.0, loud=0.2), silence(0.5)])
    assert list(made_of(tmp_path, clean + noise(clean, 30)).warnings) == []


def test_what_was_too_loud_for_the_microphone_is_told(tmp_path: Path) -> None:
    told = only_warning(made_of(tmp_path, np.clip(speech(6.0, loud=4.0), -1, 1)))
    assert "me.wav is clipped" in told
    assert list(made_of(tmp_path, speech(6.0, loud=1.0)).warnings) == []


def test_what_is_hardly_heard_is_told(tmp_path: Path) -> None:
    assert "me.wav is very quiet (-" in only_warning(made_of(tmp_path, speech(6.0, loud=0.01), kind="f4"))


def test_a_dull_rate_is_told(tmp_path: Path) -> None:
    sound = speech(6.0, 48_000)[::6]
    assert "only 8000 samples a second" in only_warning(made_of(tmp_path, sound, 8000))


def test_pauses_are_told(tmp_path: Path) -> None:
    parts = [speech(1.0), silence(3), speech(1.0), silence(3), speech(1.0)]
    assert "is mostly pauses" in only_warning(made_of(tmp_path, np.concatenate(parts)))


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (1.0, "has only 1.* seconds of speech: 3 are needed"),
        (31.9, "is 32 seconds long: cut out 5 to 10 seconds"),
        (61.0, "is 61 seconds long"),
        (400.0, "is 7 minutes long"),
    ],
)
def test_too_little_and_too_much_is_refused(tmp_path: Path, seconds: float, told: str) -> None:
    with pytest.raises(SampleError, match=told):
        made_of(tmp_path, speech(seconds, 8000), 8000)


def test_a_short_one_is_taken_and_told(tmp_path: Path) -> None:
    assert "better are 5 to 10 seconds" in only_warning(made_of(tmp_path, speech(4.0)))


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (
            0.0006,
            r"breaks off after 0.0 of 6.0 seconds, before anything is to be heard: copy or record it anew",
        ),
        (0.25, r"breaks off after 1.5 of 6.0 seconds, which is too short: copy or record it anew"),
    ],
)
def test_a_file_that_was_cut_short_is_told_to_be_so(tmp_path: Path, share: float, told: str) -> None:
    """Louder, or closer to the microphone, would not help."""
    path = wav(tmp_path / "me.wav", speech(6.0))
    content = path.read_bytes()
    path.write_bytes(content[: round(share * len(content))])
    with pytest.raises(SampleError, match=told):
        prepared(path)


def test_what_is_left_of_a_file_is_taken_and_told(tmp_path: Path) -> None:
    path = wav(tmp_path / "me.wav", speech(8.0))
    content = path.read_bytes()
    path.write_bytes(content[: 3 * len(content) // 4])
    warning = only_warning(prepared(path))
    assert warning == "me.wav breaks off after 6.0 of 8.0 seconds: the voice is made of what is there"
    path.write_bytes(content[:-100])
    assert prepared(path).warnings == []


@pytest.mark.parametrize("length", [0, 0x7FFF_F000, 0xFFFF_FFFF])
def test_a_wav_from_a_pipe_does_not_know_its_length(tmp_path: Path, length: int) -> None:
    path = wav(tmp_path / "me.wav", speech(6.0))
    head, data, sound = path.read_bytes().partition(b"data")
    path.write_bytes(head + data + length.to_bytes(4, "little") + sound[4:])
    assert prepared(path).warnings == []


def test_silence_is_no_voice(tmp_path: Path) -> None:
    for sound in (silence(6), silence(6) + 0.3, noise(speech(), 60) * 0.01):
        with pytest.raises(SampleError, match=r"nothing is to be heard in me\.wav"):
            made_of(tmp_path, sound, kind="f4")


def test_channels_that_agree_are_mixed(tmp_path: Path) -> None:
    one = speech(6.0)
    for beside in (one * 0.8, one * 0, one + noise(one, 40)):
        sample = made_of(tmp_path, np.stack([one, beside], axis=1))
        assert list(sample.warnings) == []
        assert alike(sample, made_of(tmp_path, one))


def test_channels_that_differ_are_not(tmp_path: Path) -> None:
    one = speech(6.0)
    for beside in (-one * 0.9, speech(6.0, pitch_hz=173.0) * 0.7):
        sample = made_of(tmp_path, np.stack([beside, one], axis=1))
        assert only_warning(sample) == "the channels of me.wav differ: only the loudest is kept"
        assert alike(sample, made_of(tmp_path, one))


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1e30])
def test_numbers_that_are_no_sound_are_refused(tmp_path: Path, wrong: float) -> None:
    sound = speech(6.0)
    sound[777] = wrong
    with pytest.raises(SampleError, match=r"me\.wav holds numbers that are no sound"):
        made_of(tmp_path, sound, kind="f4")
