"""`precision = "int4"`: the text of transformers in 64 bits, with weights that were rounded here."""

from typing import Any

import pytest

from metal.number_types import FLOAT
from metal.quantised import numbers_int4, numbers_int8, quantised_int4, quantised_int8
from streamtts.engine import EngineError, Ticket
from streamtts.translators.nmt.loaded import Loaded
from translators import tiny_models
from translators.nllb.pair import SHAPES, Pair, needed, opened, pair, written

MORE = 16
TEXTS = tiny_models.sentences()[:48:4]
GROUPS = (64, 32, 16, 8)


@pytest.fixture(params=SHAPES)
def both(request: pytest.FixtureRequest) -> Pair:
    needed()
    return pair(request.param)


def rounded(both: Pair) -> Any:
    """Of the decoder's words 8 bits, of all other matrices 4; words that are read are exact."""
    import torch
    from transformers import AutoModelForSeq2SeqLM

    model = AutoModelForSeq2SeqLM.from_pretrained(both.folder, local_files_only=True).eval().double()
    decoder, words = model.model.decoder, model.get_output_embeddings().weight.detach().numpy()
    model.get_output_embeddings().weight = torch.nn.Parameter(
        torch.from_numpy(numbers_int8(*quantised_int8(words, words.shape[1], FLOAT), FLOAT))
    )
    decoder.embed_tokens.weight = model.get_output_embeddings().weight
    for name, part in model.model.named_modules():
        if isinstance(part, torch.nn.Linear):
            weight = part.weight.detach().numpy()
            group = next(size for size in GROUPS if weight.shape[1] % size == 0)
            numbers = numbers_int4(*quantised_int4(weight, group, FLOAT), FLOAT)
            assert abs(numbers - weight).max() > 0, name
            part.weight.data = torch.from_numpy(numbers)
    return model


def said(loaded: Loaded, model: Any, row: list[int]) -> tuple[list[int], float]:
    """Greedily; and by how much, at the closest, the chosen token was likelier than the next."""
    import torch

    tokens, least = [loaded.shape.start, *loaded.tokens.begin], float("inf")
    begin = len(tokens)
    with torch.inference_mode():
        encoded = model.get_encoder()(torch.tensor([row]))
        for _ in range(MORE):
            found = model(encoder_outputs=encoded, decoder_input_ids=torch.tensor([tokens])).logits[0, -1]
            found[list(loaded.shape.never)] = -torch.inf
            first, second = found.topk(2).values.tolist()
            least = min(least, first - second)
            tokens.append(int(found.argmax()))
            if tokens[-1] == loaded.shape.end:
                return tokens[begin:-1], least
    return tokens[begin:], least


def test_tokens_are_those_of_64_bits(both: Pair) -> None:
    ours = opened(both.ours(precision="int4", shortlist="off"))
    model, compared = rounded(both), 0
    for text in TEXTS:
        row = ours.tokens.framed(ours.tokens.encode(text))
        truth, least = said(ours, model, row)
        if least > 1e-3:  # else rounding may choose
            assert written(ours, [row], MORE) == [truth]
            compared += 1
    assert compared > len(TEXTS) / 2


def test_text_is_that_of_the_tokens_and_not_that_of_exact_weights(both: Pair) -> None:
    ours, exact = (both.ours(precision=precision) for precision in ("int4", "float32"))
    texts = [["".join(each.translate(text, Ticket())) for text in TEXTS] for each in (ours, exact)]
    assert ours.translate_batch(TEXTS, Ticket()) == texts[0]
    assert texts[0] != texts[1]  # else nothing was rounded


def test_other_bits_are_refused_with_those_that_there_are() -> None:
    needed()
    with pytest.raises(
        EngineError, match=r"translators\.nllb\.precision is 'int3': choose from .*int8, int4"
    ):
        pair("nllb").ours(precision="int3")
