"""What stands in for torchaudio hears what torchaudio hears."""

import math
import sys
from importlib.util import find_spec

import pytest

from engines.xtts import tiny_folder

if tiny_folder.ABSENT:
    pytest.skip(tiny_folder.REASON, allow_module_level=True)

import librosa
import numpy as np
import torch

from streamtts.synthesizers.xtts import listening


@pytest.mark.parametrize("evened", [True, False])
@pytest.mark.parametrize(
    ("rate_hz", "lines", "high_hz", "bands"), [(22_050, 1025, 8000, 80), (16_000, 257, 8000, 64)]
)
def test_bands_are_those_of_librosa(
    rate_hz: int, lines: int, high_hz: float, bands: int, *, evened: bool
) -> None:
    ours = listening.mel_bank(lines, 0, high_hz, bands, rate_hz, evened=evened)
    theirs = librosa.filters.mel(
        sr=rate_hz,
        n_fft=2 * (lines - 1),
        n_mels=bands,
        fmax=high_hz,
        htk=True,
        norm="slaney" if evened else None,
    )
    assert np.allclose(ours.numpy().T, theirs, atol=1e-4)


def test_a_spectrogram_is_that_of_librosa() -> None:
    sound = torch.randn(1, 22_050, generator=torch.Generator().manual_seed(1))
    with listening.standing_in(torch):
        import torchaudio

        made = torchaudio.transforms.MelSpectrogram(
            sample_rate=22_050,
            n_fft=2048,
            win_length=1024,
            hop_length=256,
            n_mels=80,
            f_max=8000,
            norm="slaney",
        )
    assert sorted(made.state_dict()) == ["mel_scale.fb", "spectrogram.window"]
    theirs = librosa.feature.melspectrogram(
        y=sound[0].numpy(),
        sr=22_050,
        n_fft=2048,
        win_length=1024,
        hop_length=256,
        n_mels=80,
        fmax=8000,
        htk=True,
        norm="slaney",
        pad_mode="reflect",
    )
    assert np.allclose(made(sound)[0].numpy(), theirs, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(
    ("from_hz", "to_hz"), [(48_000, 22_050), (22_050, 16_000), (16_000, 22_050), (8000, 22_050)]
)
def test_a_tone_is_the_same_tone_at_another_rate(from_hz: int, to_hz: int) -> None:
    seconds, hz = 0.5, 440.0

    def tone(rate_hz: int) -> torch.Tensor:
        return torch.sin(torch.arange(math.ceil(seconds * rate_hz)) * (math.tau * hz / rate_hz))

    made = listening.resample(tone(from_hz)[None], from_hz, to_hz)[0]
    assert len(made) == math.ceil(seconds * to_hz)
    inner = slice(to_hz // 50, -to_hz // 50)
    assert torch.allclose(made[inner], tone(to_hz)[inner], atol=0.01)


def test_the_same_rate_changes_nothing() -> None:
    sound = torch.randn(2, 100)
    assert listening.resample(sound, 8000, 8000) is sound


def test_nothing_stands_in_afterwards() -> None:
    before = {name: sys.modules.get(name) for name in ("torchaudio", "torchcodec")}
    with pytest.raises(KeyError, match="within"), listening.standing_in(torch):  # noqa: PT012 - what is in it counts
        assert find_spec("torchaudio") is not None
        assert find_spec("torchcodec") is not None
        raise KeyError("within")
    assert {name: sys.modules.get(name) for name in before} == before
