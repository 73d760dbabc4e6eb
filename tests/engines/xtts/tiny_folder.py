"""The folder of a small XTTS with random weights, as `streamtts models pull` would leave the large one."""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from streamtts.engine import VoiceOptions
from streamtts.models import terms
from streamtts.models.catalogue import find
from streamtts.synthesizers.xtts.text import LANGUAGES

WIDTH = 64
SPEAKERS = ("Tiny Voice", "Ana Florence")
REASON = "coqui-tts is not installed: pip install 'streamtts[xtts]'"
ABSENT = find_spec("TTS") is None

_SENTENCES = (
    "the build passed, and three tests failed.",
    "kono biru do wa toorimashita. tesuto wa desu.",
    "der bau ist fertig und die tests sind grün.",
)


def make(folder: Path) -> Path:
    """Makes it with the classes of coqui-tts."""
    from streamtts.synthesizers.xtts.upstream import quiet, upstream

    coqui = upstream()
    torch = coqui.torch
    torch.manual_seed(7)
    folder.mkdir(parents=True)
    _make_vocabulary(folder)
    config = coqui.config()
    args = config.model_args
    args.gpt_layers, args.gpt_n_model_channels, args.gpt_n_heads = 2, WIDTH, 2
    args.gpt_max_audio_tokens, args.gpt_max_text_tokens = 24, 300
    args.gpt_num_audio_tokens, args.gpt_start_audio_token, args.gpt_stop_audio_token = 130, 128, 129
    args.gpt_use_perceiver_resampler, args.decoder_input_dim = True, WIDTH
    with quiet():
        model = coqui.model(config)
        model.tokenizer = coqui.tokenizer(folder / "vocab.json")
        model.init_models()
    torch.save({"model": model.state_dict(), "config": {}}, folder / "model.pth")
    with quiet():
        (folder / "config.json").write_text(json.dumps(config.to_dict()), encoding="utf-8")
    torch.save(
        {name: _speaker(torch, number) for number, name in enumerate(SPEAKERS)}, folder / "speakers_xtts.pth"
    )
    return folder


def _speaker(torch: Any, seed: int) -> Mapping[str, Any]:
    generator = torch.Generator().manual_seed(seed)
    embedding = torch.nn.functional.normalize(torch.randn(1, 512, 1, generator=generator), dim=1)
    return {
        "gpt_cond_latent": torch.randn(1, 32, WIDTH, generator=generator) * 0.5,
        "speaker_embedding": embedding,
    }


def _make_vocabulary(folder: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))  # noqa: S106 - no secret
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    languages = [f"[{'zh-cn' if language == 'zh' else language}]" for language in LANGUAGES]
    special = ["[STOP]", "[UNK]", "[SPACE]", "[START]", *languages]
    tokenizer.train_from_iterator(_SENTENCES, trainers.BpeTrainer(vocab_size=200, special_tokens=special))
    tokenizer.save(str(folder / "vocab.json"))


def options(folder: Path, voice: str = "", language: str = "en", **more: str) -> VoiceOptions:
    return VoiceOptions(voice, language, 1, {"model": str(folder), "seed": "1", "device": "cpu", **more})


def accept(environ: Mapping[str, str]) -> None:
    terms.accept(find("xtts-v2"), environ)
