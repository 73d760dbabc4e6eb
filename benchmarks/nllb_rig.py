"""A model of the shape of NLLB-200 distilled 600M with random weights, and what is measured with it.

python benchmarks/nllb_rig.py FOLDER THREADS    # memory of the engine nllb in a process of its own
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

ROWS, WIDTH, INNER, LAYERS, HEADS = 256_206, 1024, 4096, 12, 16
SOURCE_TOKENS, NEW_TOKENS = 20, 24  # with language and end, and with the language
LANGUAGES = ("eng_Latn", "jpn_Jpan")

_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
# How many tokens a real vocabulary has of each script, more or less: most serve Latin languages.
_SHARES = {"latin": 0.62, "cyrillic": 0.12, "japanese": 0.05, "han": 0.06, "arabic": 0.08, "devanagari": 0.07}
_ALPHABETS = {
    "latin": "abcdefghijklmnopqrstuvwxyz",
    "cyrillic": "".join(map(chr, range(0x430, 0x450))),
    "japanese": "".join(map(chr, (*range(0x3042, 0x3094), *range(0x30A2, 0x30F5)))),
    "han": "".join(map(chr, range(0x4E00, 0x5A00))),
    "arabic": "".join(map(chr, range(0x627, 0x64B))),
    "devanagari": "".join(map(chr, range(0x905, 0x93A))),
}


def make_model(folder: Path, layers: int = LAYERS, rows: int = ROWS) -> Path:
    """In half floats: what it weighs on the disk is 1.2 GB."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "model_type": "m2m_100", "architectures": ["M2M100ForConditionalGeneration"], "vocab_size": rows,
        "d_model": WIDTH, "encoder_layers": layers, "decoder_layers": layers,
        "encoder_attention_heads": HEADS, "decoder_attention_heads": HEADS,
        "encoder_ffn_dim": INNER, "decoder_ffn_dim": INNER,
        "max_position_embeddings": 1024, "scale_embedding": True, "activation_function": "relu",
        "bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2,
        "tie_word_embeddings": True,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    about = {"tokenizer_class": "NllbTokenizer", "additional_special_tokens": LANGUAGES}
    (folder / "tokenizer_config.json").write_text(json.dumps(about))
    save_file(_arrays(layers, rows), folder / "model.safetensors", metadata={"format": "pt"})
    _make_tokenizer(folder / "tokenizer.json", rows - 2)
    return folder


def source(seed: int, words: int = SOURCE_TOKENS - 2) -> list[int]:
    """Some words of the source language, by their tokens, framed as the model wants it."""
    chosen = random.Random(seed)
    return [4, *(chosen.randrange(100, 50_000) for _ in range(words)), 2]


def _arrays(layers: int, rows: int) -> dict[str, Any]:
    import torch

    torch.manual_seed(1)
    made = {"model.shared.weight": torch.randn(rows, WIDTH).mul_(0.03).half()}

    def line(name: str, outputs: int, inputs: int) -> None:
        made[f"{name}.weight"] = torch.randn(outputs, inputs).mul_(0.03).half()
        made[f"{name}.bias"] = torch.randn(outputs).mul_(0.03).half()

    def norm(name: str) -> None:
        made[f"{name}.weight"], made[f"{name}.bias"] = torch.randn(WIDTH).half(), torch.zeros(WIDTH).half()

    for side, attentions in (("encoder", ("self_attn",)), ("decoder", ("self_attn", "encoder_attn"))):
        for stem in (f"model.{side}.layers.{place}" for place in range(layers)):
            for attention in attentions:
                for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
                    line(f"{stem}.{attention}.{part}", WIDTH, WIDTH)
                norm(f"{stem}.{attention}_layer_norm")
            line(f"{stem}.fc1", INNER, WIDTH)
            line(f"{stem}.fc2", WIDTH, INNER)
            norm(f"{stem}.final_layer_norm")
        norm(f"model.{side}.layer_norm")
    return made


def _make_tokenizer(file: Path, tokens: int) -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    chosen = random.Random(1)
    names = [*_SPECIAL, *LANGUAGES, "▁", *"".join(_ALPHABETS.values())]
    vocabulary = {name: place for place, name in enumerate(names)}
    merges: list[tuple[str, str]] = []
    for script, share in _SHARES.items():
        mine = list(_ALPHABETS[script])
        for _ in range(int(share * (tokens - len(names)))):
            left, right = chosen.choice(mine[:3000]), chosen.choice(mine[:300])
            if left + right not in vocabulary:
                vocabulary[left + right] = len(vocabulary)
                merges.append((left, right))
                mine.append(left + right)
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True))  # noqa: S106
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in (*_SPECIAL, *LANGUAGES)])
    tokenizer.save(str(file))


def resident_mb(field: str = "VmRSS") -> int:
    """Of a million bytes each."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) * 1024 // 10**6


def main() -> None:
    from streamtts import _core
    from streamtts.engine import Ticket, TranslatorOptions
    from streamtts.translators.nllb import Nllb

    _core.return_large_blocks()  # as the program does
    translator = Nllb(TranslatorOptions("en", "ja", sys.argv[1], int(sys.argv[2]), {"device": "cpu"}))
    for text in ("a b c d e f", "a b c d e f g h i j k l m n o p q r s t"):
        for _ in translator.translate(text, Ticket()):
            pass
    found = {
        "resident_mb": resident_mb(),
        "anonymous_mb": resident_mb("RssAnon"),
        "peak_mb": resident_mb("VmHWM"),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
