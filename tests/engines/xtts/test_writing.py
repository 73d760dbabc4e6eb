"""The network that writes, against upstream's own with the same weights, and how codes are drawn."""

from collections import Counter
from typing import Any

import pytest

from engines.xtts import tiny_xtts
from engines.xtts.tiny_xtts import TOKENS
from streamtts.engine import Cancelled, Ticket

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'streamtts[xtts]'")
COUNT, PENALTY = 30, 5.0
STOP, START = tiny_xtts.CODES - 1, tiny_xtts.CODES - 2


@pytest.fixture(scope="module")
def wanted() -> tiny_xtts.Whole:
    model = tiny_xtts.make_model()
    return tiny_xtts.whole(model, TOKENS, *tiny_xtts.conditioning(), codes=COUNT, penalty=PENALTY)


def write(precision: str, **wishes: Any) -> list[tuple[int, Any]]:
    from streamtts.synthesizers.xtts.latents import Writer
    from streamtts.synthesizers.xtts.network import Network
    from streamtts.synthesizers.xtts.sampling import Sampling

    gpt = tiny_xtts.make_model().gpt
    network = Network(torch, gpt, precision)
    with torch.inference_mode():
        voice = network.listen(tiny_xtts.conditioning()[0])
    asked: dict[str, Any] = {"temperature": 0, "least_codes": COUNT, "most_codes": COUNT}
    sampling = Sampling(**(asked | {"repetition_penalty": PENALTY} | wishes))
    return list(Writer(torch, network, gpt).write(TOKENS, voice, sampling, Ticket()))


def test_codes_and_latents_are_those_of_upstream(wanted: tiny_xtts.Whole) -> None:
    written = write("float32")
    assert [code for code, _ in written] == wanted.codes
    assert len(set(wanted.codes)) > 5, "a network that says one thing shows nothing"
    found = torch.cat([latent for _, latent in written])
    assert (found - wanted.latents).abs().max() < 1e-5


@pytest.mark.parametrize(("precision", "most"), [("int8", 0.02), ("bfloat16", 0.03)])
def test_smaller_numbers_are_near(wanted: tiny_xtts.Whole, precision: str, most: float) -> None:
    """Up to where another code is chosen for the first time."""
    written = write(precision)
    same = 0
    while same < COUNT and written[same][0] == wanted.codes[same]:
        same += 1
    assert same > 3
    found = torch.cat([latent for _, latent in written[:same]])
    assert (found - wanted.latents[:same]).norm() < most * wanted.latents[:same].norm()


def test_a_row_in_eight_bits_is_as_exact_in_any_company() -> None:
    from streamtts.synthesizers.xtts import matrices

    if matrices.chosen(torch, torch.device("cpu"), "int8", None) != "int8":
        pytest.skip("this build of torch does not multiply eight bits")
    generator = torch.Generator().manual_seed(1)
    weight, bias = torch.randn(64, 96, generator=generator), torch.randn(96, generator=generator)
    rows = torch.randn(5, 64, generator=generator) * torch.tensor([[0.01], [1], [100], [1], [0]])
    multiply = matrices.matrix(torch, "int8", None, weight, bias)
    together = multiply(rows)
    exact = rows @ weight
    for number, row in enumerate(rows):
        alone = multiply(row[None])[0]
        size = exact[number].abs().max() + 1e-6
        assert (together[number] - alone).abs().max() < 0.04 * size
        assert (together[number] - bias - exact[number]).abs().max() < 0.04 * size


def test_the_code_that_ends_a_sentence_ends_it() -> None:
    plain = write("float32", temperature=0.75, seed=11, most_codes=100, least_codes=0)
    codes = [code for code, _ in plain]
    assert STOP not in codes[:-1]
    held = [code for code, _ in write("float32", temperature=0.75, seed=11, most_codes=100, least_codes=100)]
    assert len(held) == 100
    assert STOP not in held


def test_no_more_codes_than_there_are_places_for() -> None:
    written = write("float32", least_codes=10_000, most_codes=None)
    assert len(written) == tiny_xtts.once().gpt.max_gen_mel_tokens


def test_the_same_seed_says_the_same_another_something_else() -> None:
    def said(seed: int | None) -> list[int]:
        return [code for code, _ in write("float32", temperature=0.9, seed=seed)]

    assert said(1) == said(1)
    assert len({tuple(said(seed)) for seed in (1, 2, 3)}) > 1


def drawn(scores: Any, times: int = 400, **wishes: Any) -> Counter[int]:
    from streamtts.synthesizers.xtts.sampling import Chooser, Sampling

    asked: dict[str, Any] = {"temperature": 1.0, "top_p": 1.0, "repetition_penalty": 1.0, "seed": 1}
    chooser = Chooser(torch, Sampling(**(asked | wishes)), start=START, stop=STOP, scores=len(scores))
    return Counter(chooser.choose(scores) for _ in range(times))


@pytest.mark.parametrize(
    "wishes",
    [
        {},
        {"top_k": 5},
        {"top_p": 0.6},
        {"temperature": 0.5},
        {"temperature": 1.7, "top_k": 20, "top_p": 0.8},
        {"top_p": 0.01},
    ],
)
def test_what_is_drawn_is_what_transformers_would_draw_from(wishes: dict[str, Any]) -> None:
    from transformers import (
        LogitsProcessorList,
        TemperatureLogitsWarper,
        TopKLogitsWarper,
        TopPLogitsWarper,
    )

    scores = torch.randn(tiny_xtts.CODES, generator=torch.Generator().manual_seed(9)) * 2
    warpers = LogitsProcessorList(
        [
            TemperatureLogitsWarper(float(wishes.get("temperature", 1.0))),
            TopKLogitsWarper(wishes.get("top_k", 50)),
            TopPLogitsWarper(wishes.get("top_p", 1.0)),
        ]
    )
    shares = warpers(None, scores[None])[0].softmax(dim=0)
    found = drawn(scores, times=3000, **wishes)
    assert all(shares[code] > 0 for code in found)
    for code in shares.topk(3).indices.tolist():
        assert found[code] / 3000 == pytest.approx(float(shares[code]), abs=0.05)


def test_what_was_said_is_said_less() -> None:
    scores = torch.zeros(tiny_xtts.CODES)
    scores[:4] = torch.tensor([2.0, 0.0, 1.9, 1.8])
    scores[4:] = -50
    assert list(drawn(scores, times=3, temperature=0, repetition_penalty=5.0)) == [0, 2, 3]


def test_a_cancelled_ticket_ends_it_before_the_next_code() -> None:
    from streamtts.synthesizers.xtts.latents import Writer
    from streamtts.synthesizers.xtts.network import Network
    from streamtts.synthesizers.xtts.sampling import Sampling

    gpt = tiny_xtts.make_model().gpt
    network = Network(torch, gpt, "float32")
    with torch.inference_mode():
        voice = network.listen(tiny_xtts.conditioning()[0])
    ticket = Ticket()
    written = Writer(torch, network, gpt).write(TOKENS, voice, Sampling(least_codes=50), ticket)
    for _ in range(3):
        next(written)
    ticket.cancel()
    with pytest.raises(Cancelled):
        next(written)
