"""An XTTS of TTS's own classes with random weights, and what its whole decode makes of a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from typing import Any

import pytest

ABSENT = find_spec("TTS") is None
REASON = "coqui-tts is not installed: pip install 'streamtts[xtts]'"
WIDTH, HEADS, CODES = 64, 2, 130
PREFIX, SPEAKER = 32, 512
TOKENS = [11, 5, 8, 21, 14, 9, 30, 7]
FULL_SHAPE = {
    "gpt_layers": 30,
    "gpt_n_model_channels": 1024,
    "gpt_n_heads": 16,
    "decoder_input_dim": 1024,
    "gpt_max_audio_tokens": 605,
    "gpt_max_text_tokens": 402,
    "gpt_num_audio_tokens": 1026,
    "gpt_start_audio_token": 1024,
    "gpt_stop_audio_token": 1025,
}
TINY_SHAPE = {
    "gpt_layers": 2,
    "gpt_n_model_channels": WIDTH,
    "gpt_n_heads": HEADS,
    "decoder_input_dim": WIDTH,
    "gpt_max_audio_tokens": 120,
    "gpt_max_text_tokens": 60,
    "gpt_num_audio_tokens": CODES,
    "gpt_start_audio_token": CODES - 2,
    "gpt_stop_audio_token": CODES - 1,
}
_NARROW = 32  # channels of the vocoder, not 512: its convolutions reach as far


@dataclass(frozen=True)
class Whole:
    """What upstream makes of a text at once: codes, their latents in rows, and samples."""

    codes: list[int]
    latents: Any
    sound: Any


def make_model(*, text_tokens: int = 60, shape: dict[str, int] | None = None) -> Any:
    """Without a tokenizer: tokens are given. `shape` is the tiny one with a narrow vocoder, or another."""
    if ABSENT:
        pytest.skip(REASON)
    from streamtts.synthesizers.xtts.upstream import quiet, upstream

    coqui = upstream()
    from TTS.tts.models import xtts

    coqui.torch.manual_seed(7)
    config = coqui.config()
    args = config.model_args
    for name, value in (shape or TINY_SHAPE).items():
        setattr(args, name, value)
    args.gpt_use_perceiver_resampler, args.d_vector_dim = True, SPEAKER
    args.gpt_number_text_tokens, args.gpt_start_text_token, args.gpt_stop_text_token = text_tokens, 3, 0
    with pytest.MonkeyPatch.context() as patch, quiet():
        if shape is None:
            patch.setattr(
                xtts, "HifiDecoder", partial(xtts.HifiDecoder, upsample_initial_channel_decoder=_NARROW)
            )
        model = coqui.model(config)
        model.eval()
    return model


@cache
def once() -> Any:
    """A tiny one that nobody changes."""
    return make_model()


def conditioning(width: int = WIDTH, seed: int = 3) -> tuple[Any, Any]:
    """What a voice is: latents for the network that writes, and an embedding for the vocoder."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    latents = torch.randn(1, PREFIX, width, generator=generator)
    speaker = torch.nn.functional.normalize(torch.randn(1, SPEAKER, 1, generator=generator), dim=1)
    return latents, speaker


def vocode(model: Any, latents: Any, speaker: Any, speed: float = 1.0) -> Any:
    """The whole sound of latents in rows, as `Xtts.inference` computes it."""
    import torch

    with torch.inference_mode():
        row = latents[None]
        if speed != 1.0:
            row = torch.nn.functional.interpolate(
                row.transpose(1, 2), scale_factor=1.0 / speed, mode="linear"
            ).transpose(1, 2)
        return model.hifigan_decoder(row, g=speaker).flatten()


def whole(
    model: Any, tokens: Sequence[int], latents: Any, speaker: Any, *, codes: int, penalty: float
) -> Whole:
    """The likeliest codes but the one that ends, as `Xtts.inference` finds them, their latents, the sound."""
    import torch

    from streamtts.synthesizers.xtts.upstream import quiet

    text = torch.tensor([tokens])
    with torch.inference_mode(), quiet():
        found = model.gpt.generate(
            cond_latents=latents,
            text_inputs=text,
            do_sample=False,
            num_beams=1,
            num_return_sequences=1,
            repetition_penalty=penalty,
            max_new_tokens=codes,
            suppress_tokens=[model.gpt.stop_audio_token],
            output_attentions=False,
        )
        lengths = torch.tensor([len(tokens)]), torch.tensor([found.shape[1] * model.gpt.code_stride_len])
        made = model.gpt(text, lengths[0], found, lengths[1], cond_latents=latents, return_latent=True)[0]
    return Whole(found[0].tolist(), made, vocode(model, made, speaker))


def difference_db(made: Any, wanted: Any) -> float:
    """How loud the largest difference is, against the loudness of what moves in the sound that was wanted."""
    assert made.shape == wanted.shape, f"{tuple(made.shape)} samples instead of {tuple(wanted.shape)}"
    moving = (wanted - wanted.mean()).square().mean().sqrt()
    return float(20 * ((made - wanted).abs().max() / moving).clamp(min=1e-12).log10())
