"""Sound in pieces is the sound of the whole, wherever it is cut, in the vocoder of TTS."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.xtts import tiny_xtts

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'streamtts[xtts]'")
LATENTS, MOST_DB = 24, -60


@pytest.fixture(scope="module")
def model() -> Any:
    return tiny_xtts.make_model()


@pytest.fixture(scope="module")
def latents() -> Any:
    return torch.randn(LATENTS, tiny_xtts.WIDTH, generator=torch.Generator().manual_seed(5)) * 3


@pytest.fixture(scope="module")
def speaker() -> Any:
    return tiny_xtts.conditioning()[1]


@pytest.fixture(scope="module")
def wanted(model: Any, latents: Any, speaker: Any) -> Any:
    return tiny_xtts.vocode(model, latents, speaker)


def in_pieces(model: Any, latents: Any, speaker: Any, cuts: Sequence[int], speed: float = 1.0) -> list[Any]:
    from streamtts.synthesizers.xtts.vocoding import Vocoder

    vocoder = Vocoder(torch, model.hifigan_decoder)
    ends = [0, *sorted(cuts)]
    with torch.inference_mode():
        sound = vocoder.begin(vocoder.tint(speaker), speed)
        pieces = [sound.feed(latents[start:end]) for start, end in pairwise(ends)]
        return [*pieces, sound.feed(latents[ends[-1] :], last=True)]


def test_folding_the_norm_of_the_weights_changes_nothing(speaker: Any, latents: Any) -> None:
    from streamtts.synthesizers.xtts.vocoding import Vocoder

    fresh = tiny_xtts.make_model()
    before = tiny_xtts.vocode(fresh, latents, speaker)
    Vocoder(torch, fresh.hifigan_decoder)
    Vocoder(torch, fresh.hifigan_decoder)  # a second voice of one model
    assert tiny_xtts.difference_db(tiny_xtts.vocode(fresh, latents, speaker), before) < MOST_DB


@pytest.mark.parametrize("cut", range(1, LATENTS))
def test_two_pieces_are_the_whole_wherever_they_meet(
    model: Any, latents: Any, speaker: Any, wanted: Any, cut: int
) -> None:
    joined = torch.cat(in_pieces(model, latents, speaker, [cut]))
    assert tiny_xtts.difference_db(joined, wanted) < MOST_DB


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_pieces_of_one_size_are_the_whole(
    model: Any, latents: Any, speaker: Any, wanted: Any, size: int
) -> None:
    joined = torch.cat(in_pieces(model, latents, speaker, range(size, LATENTS, size)))
    assert tiny_xtts.difference_db(joined, wanted) < MOST_DB


@given(cuts=st.lists(st.integers(0, LATENTS), max_size=6), count=st.integers(3, LATENTS))
@settings(max_examples=20)
def test_any_cuts_of_any_sentence_are_its_whole(cuts: list[int], count: int) -> None:
    """Empty pieces among them, and sentences shorter than what the convolutions reach over."""
    made, speaker = tiny_xtts.once(), tiny_xtts.conditioning()[1]
    latents = torch.randn(count, tiny_xtts.WIDTH, generator=torch.Generator().manual_seed(count)) * 3
    joined = torch.cat(in_pieces(made, latents, speaker, [min(cut, count) for cut in cuts]))
    assert tiny_xtts.difference_db(joined, tiny_xtts.vocode(made, latents, speaker)) < MOST_DB


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
def test_another_speed_is_that_of_upstream(model: Any, latents: Any, speaker: Any, speed: float) -> None:
    wanted = tiny_xtts.vocode(model, latents, speaker, speed)
    for size in (1, 4, LATENTS):
        joined = torch.cat(in_pieces(model, latents, speaker, range(size, LATENTS, size), speed))
        assert tiny_xtts.difference_db(joined, wanted) < MOST_DB


def test_pieces_that_know_nothing_of_each_other_are_not_the_whole(
    model: Any, latents: Any, speaker: Any, wanted: Any
) -> None:
    """What the other tests would say of a vocoder that forgets."""
    alone = torch.cat([in_pieces(model, part, speaker, [])[0] for part in (latents[:12], latents[12:])])
    assert len(alone) >= len(wanted) - 256
    apart = tiny_xtts.difference_db(alone[: len(wanted)], wanted[: len(alone)])
    assert apart > MOST_DB + 30


def test_each_latent_is_computed_once(
    model: Any, latents: Any, speaker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However small the pieces, the convolutions make as many places as for the whole."""
    places: list[int] = []
    convolve = torch.nn.functional.conv1d

    def counted(row: Any, weight: Any, *more: Any, **others: Any) -> Any:
        made = convolve(row, weight, *more, **others)
        places.append(made.shape[2])
        return made

    monkeypatch.setattr(torch.nn.functional, "conv1d", counted)
    in_pieces(model, latents, speaker, [])
    at_once = sum(places)
    places.clear()
    in_pieces(model, latents, speaker, range(1, LATENTS))
    assert sum(places) == at_once


def test_what_is_kept_between_pieces_does_not_grow(model: Any, latents: Any, speaker: Any) -> None:
    from streamtts.synthesizers.xtts.vocoding import Vocoder

    vocoder = Vocoder(torch, model.hifigan_decoder)
    with torch.inference_mode():
        sound = vocoder.begin(vocoder.tint(speaker))
        sizes = set()
        for _ in range(40):
            sound.feed(latents[:5])
            sizes.add(_kept(sound))
    assert max(sizes) < 2 * min(size for size in sizes if size)
    assert len(sizes) < 20


def _kept(part: Any) -> int:
    """Numbers that are held by the parts of a sound, the weights left out."""
    if isinstance(part, torch.Tensor):
        return int(part.numel())
    if isinstance(part, list | tuple):
        return sum(map(_kept, part))
    if type(part).__module__.startswith("streamtts."):
        return sum(_kept(value) for name, value in vars(part).items() if name not in ("_weight", "_bias"))
    return 0
