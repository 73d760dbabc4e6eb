"""Small models with random weights in the real formats, made for tests by transformers."""

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "data/translation"
LANGUAGES = ("eng_Latn", "fra_Latn", "jpn_Jpan")

_SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")


@cache
def sentences() -> list[str]:
    """What a vocabulary is learned from: English, French and Japanese."""
    rows: list[str] = []
    for target in ("fr", "ja"):
        found = json.loads((DATA / f"dev_en_{target}.json").read_text(encoding="utf-8"))["sentences"]
        rows += [each[side] for each in found for side in ("source", "reference")]
    return rows


@cache
def _learned(tokens: int) -> dict[str, Any]:
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))  # noqa: S106
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    trainer = trainers.BpeTrainer(vocab_size=tokens, special_tokens=list(_SPECIALS), show_progress=False)
    tokenizer.train_from_iterator(sentences(), trainer)
    learned: dict[str, Any] = json.loads(tokenizer.to_str())["model"]
    return learned


def nllb(folder: Path, *, seed: int = 1, tokens: int = 1200, **shape: Any) -> Path:
    """A folder as `save_pretrained` leaves it; `shape` goes to M2M100Config."""
    import torch
    from transformers import GenerationConfig, M2M100Config, M2M100ForConditionalGeneration, NllbTokenizer

    learned = _learned(tokens)
    tokenizer = NllbTokenizer(
        vocab=learned["vocab"],
        merges=[tuple(pair) for pair in learned["merges"]],
        src_lang=LANGUAGES[0],
        tgt_lang=LANGUAGES[-1],
        additional_special_tokens=list(LANGUAGES),
    )
    tokenizer.save_pretrained(folder)
    settings = {
        "d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4,
        "decoder_attention_heads": 4, "encoder_ffn_dim": 64, "decoder_ffn_dim": 64,
        "max_position_embeddings": 1024,
        "scale_embedding": True, "activation_function": "relu", "bos_token_id": 0, "pad_token_id": 1,
        "eos_token_id": 2, "decoder_start_token_id": 2,
    }  # fmt: skip
    config = M2M100Config(vocab_size=len(tokenizer), tokenizer_class="NllbTokenizer", **{**settings, **shape})
    torch.manual_seed(seed)
    model = M2M100ForConditionalGeneration(config).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.normal_(
                1.0 if name.endswith("norm.weight") else 0.0, 0.2
            )  # biases too, which start as zeros
        # Else each token, which is compared with itself, would be followed by itself.
        model.model.decoder.layer_norm.weight.normal_()
        model.model.decoder.layer_norm.bias.normal_(std=0.05)
    model.generation_config = GenerationConfig(
        bos_token_id=0, pad_token_id=1, eos_token_id=2, decoder_start_token_id=2
    )
    model.save_pretrained(folder)
    return folder


def marian(folder: Path, *, seed: int = 3, tokens: int = 600, **shape: Any) -> Path:
    """An English-French model as those of Helsinki-NLP are; `shape` goes to MarianConfig."""
    import torch
    from transformers import GenerationConfig, MarianConfig, MarianMTModel

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = _marian_vocabulary(folder, tokens)
    pad, rows = vocabulary["<pad>"], len(vocabulary)
    settings = {
        "d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4,
        "decoder_attention_heads": 4, "encoder_ffn_dim": 64, "decoder_ffn_dim": 64,
        "max_position_embeddings": 512, "scale_embedding": True, "activation_function": "swish",
        "static_position_embeddings": True, "eos_token_id": 0, "bos_token_id": 0, "pad_token_id": pad,
        "decoder_start_token_id": pad, "forced_eos_token_id": None, "tokenizer_class": "MarianTokenizer",
    }  # fmt: skip
    torch.manual_seed(seed)
    model = MarianMTModel(
        MarianConfig(vocab_size=rows, decoder_vocab_size=rows, **{**settings, **shape})
    ).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            mean = 1.0 if name.endswith("norm.weight") else 0.0
            weight.normal_(mean, 0.05 if name.endswith("bias") else 0.35)
        model.model.decoder.layers[-1].final_layer_norm.weight.normal_()
        model.model.shared.weight[pad].zero_()  # every translation starts from it
        model.final_logits_bias.normal_(std=0.1)
    model.generation_config = GenerationConfig(
        pad_token_id=pad, eos_token_id=0, decoder_start_token_id=pad, bad_words_ids=[[pad]]
    )
    model.save_pretrained(folder)
    return folder


def _marian_vocabulary(folder: Path, tokens: int) -> dict[str, int]:
    """Two lists of pieces, and one vocabulary for both."""
    from io import BytesIO

    from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

    pieces: list[str] = []
    for side, file in (("source", "source.spm"), ("reference", "target.spm")):
        rows = json.loads((DATA / "dev_en_fr.json").read_text(encoding="utf-8"))["sentences"]
        learned = BytesIO()
        SentencePieceTrainer.train(
            sentence_iterator=iter([row[side] for row in rows] * 3), model_writer=learned,
            vocab_size=tokens, hard_vocab_limit=False, bos_id=-1, eos_id=1, unk_id=0, minloglevel=2,
        )  # fmt: skip
        (folder / file).write_bytes(learned.getvalue())
        model = SentencePieceProcessor(model_proto=learned.getvalue())
        pieces += [model.id_to_piece(place) for place in range(model.get_piece_size())]
    names = list(dict.fromkeys(["</s>", "<unk>", *pieces, "<pad>"]))
    vocabulary = {name: place for place, name in enumerate(names)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"source_lang": "en", "target_lang": "fr", "tokenizer_class": "MarianTokenizer"}),
        encoding="utf-8",
    )
    return vocabulary
