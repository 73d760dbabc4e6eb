"""The two things of torchaudio that XTTS listens with, as modules that stand in for it.

torchaudio's wheel fits one build of torch alone, and on Linux PyPI has it for CUDA only.
"""

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_LOWPASS_WIDTH, _ROLLOFF = 6, 0.99
_STOOD_IN = ("torchaudio", "torchcodec")


@contextmanager
def standing_in(torch: Any) -> Iterator[None]:
    """Within the block `import torchaudio` finds what is here, and torchcodec seems to be installed."""
    audio, codec = (_module(name) for name in _STOOD_IN)
    audio.functional, audio.transforms = _module("functional"), _module("transforms")
    audio.functional.resample = resample
    audio.transforms.MelSpectrogram = _mel_spectrogram_of(torch)
    before = {name: sys.modules.get(name) for name in _STOOD_IN}
    sys.modules.update(zip(_STOOD_IN, (audio, codec), strict=True))
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def resample(sound: Any, rate_hz: int, wanted_hz: int) -> Any:
    """Rows of sound at another rate: a sinc with a Hann window, as torchaudio has it by default."""
    import torch
    from torch.nn import functional

    if rate_hz == wanted_hz:
        return sound
    common = math.gcd(rate_hz, wanted_hz)
    old, new = rate_hz // common, wanted_hz // common
    cutoff = min(old, new) * _ROLLOFF
    width = math.ceil(_LOWPASS_WIDTH * old / cutoff)
    places = torch.arange(-width, width + old, dtype=torch.float64)[None, None] / old
    times = torch.arange(0, -new, -1, dtype=torch.float64)[:, None, None] / new + places
    times = (times * cutoff).clamp(-_LOWPASS_WIDTH, _LOWPASS_WIDTH)
    kernel = torch.sinc(times) * torch.cos(times * math.pi / _LOWPASS_WIDTH / 2) ** 2 * (cutoff / old)
    rows = sound.reshape(-1, sound.shape[-1])
    padded = functional.pad(rows, (width, width + old))[:, None]
    made = functional.conv1d(padded, kernel.to(padded), stride=old).transpose(1, 2).flatten(1)
    length = math.ceil(new * sound.shape[-1] / old)
    return made[:, :length].reshape(*sound.shape[:-1], length)


def _mel_spectrogram_of(torch: Any) -> type:
    """The class, with the names of its buffers: checkpoints hold them."""

    class Spectrogram(torch.nn.Module):  # type: ignore[misc]
        def __init__(self, window: Any) -> None:
            super().__init__()
            self.register_buffer("window", window)

    class MelScale(torch.nn.Module):  # type: ignore[misc]
        def __init__(self, bank: Any) -> None:
            super().__init__()
            self.register_buffer("fb", bank)

    class MelSpectrogram(torch.nn.Module):  # type: ignore[misc]
        def __init__(
            self,
            *,
            sample_rate: int,
            n_fft: int,
            win_length: int,
            hop_length: int,
            n_mels: int,
            f_min: float = 0.0,
            f_max: float | None = None,
            power: float = 2.0,
            window_fn: Any = torch.hann_window,
            norm: str | None = None,
            normalized: bool = False,
        ) -> None:
            super().__init__()
            if normalized or norm not in (None, "slaney"):
                raise ValueError("this stands in for what XTTS needs of torchaudio, and no more")
            self._sizes = (n_fft, hop_length, win_length)
            self._power = power
            top_hz = sample_rate / 2 if f_max is None else f_max
            bank = mel_bank(n_fft // 2 + 1, f_min, top_hz, n_mels, sample_rate, evened=norm == "slaney")
            self.spectrogram = Spectrogram(window_fn(win_length))
            self.mel_scale = MelScale(bank)

        def forward(self, sound: Any) -> Any:
            n_fft, hop, length = self._sizes
            rows = sound.reshape(-1, sound.shape[-1])
            waves = torch.stft(
                rows, n_fft, hop, length, self.spectrogram.window, pad_mode="reflect", return_complex=True
            )
            bands = torch.matmul(waves.abs().pow(self._power).transpose(1, 2), self.mel_scale.fb)
            return bands.transpose(1, 2).reshape(*sound.shape[:-1], *bands.transpose(1, 2).shape[1:])

    return MelSpectrogram


def mel_bank(lines: int, low_hz: float, high_hz: float, bands: int, rate_hz: int, *, evened: bool) -> Any:
    """How much of each line of a spectrum each band takes in; `evened` gives all bands the same area."""
    import torch

    def mel(hz: float) -> float:
        return 2595.0 * math.log10(1.0 + hz / 700.0)

    line_hz = torch.linspace(0, rate_hz // 2, lines)
    mels = torch.linspace(mel(low_hz), mel(high_hz), bands + 2)
    edge_hz = 700.0 * (10.0 ** (mels / 2595.0) - 1.0)
    width_hz = edge_hz[1:] - edge_hz[:-1]
    slopes = edge_hz[None] - line_hz[:, None]
    falling, rising = -slopes[:, :-2] / width_hz[:-1], slopes[:, 2:] / width_hz[1:]
    bank = torch.minimum(falling, rising).clamp(min=0)
    return bank * (2.0 / (edge_hz[2:] - edge_hz[:-2])) if evened else bank


def _module(name: str) -> Any:
    module = ModuleType(name)
    module.__spec__ = ModuleSpec(name, None)
    return module
