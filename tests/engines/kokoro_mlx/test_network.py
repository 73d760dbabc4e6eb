"""What is computed: as mlx-audio does it, the same each time, stopped within a phrase, in little memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engines.kokoro_mlx import tiny_folder
from streamtts.engine import Cancelled, Ticket

PHONEMES = "ˈɔl tˈɛsts pˈæs."


class Impatient(Ticket):
    """Cancelled when it has been looked at so often."""

    def __init__(self, patience: int) -> None:
        super().__init__()
        self.looks = 0
        self._patience = patience

    def check(self) -> None:
        self.looks += 1
        if self.looks == self._patience:
            self.cancel()
        super().check()


@pytest.fixture(scope="module")
def loaded(tiny: Path) -> Iterator[Any]:
    """MLX, the plain model of the package, our network of another one, styles, symbols."""
    from streamtts.synthesizers.kokoro.phrases import tokens
    from streamtts.synthesizers.kokoro_mlx import checkpoint, shape
    from streamtts.synthesizers.kokoro_mlx.network import Network
    from streamtts.synthesizers.kokoro_mlx.upstream import upstream

    mlx, found = upstream(), shape.read(tiny)
    plain, ours = checkpoint.network(mlx, tiny, found), checkpoint.network(mlx, tiny, found)
    styles = checkpoint.styles(mlx, tiny, "af_heart", found)
    yield mlx.mx, plain, Network(mlx, ours, found), styles, tokens(PHONEMES, found.vocabulary)
    mlx.mx.clear_cache()


@pytest.mark.parametrize("speed", [0.5, 1.0])
def test_it_is_what_the_package_computes(loaded: Any, speed: float) -> None:
    import numpy as np

    mx, plain, network, styles, symbols = loaded
    ours = network.sound(symbols, styles, speed, Ticket())
    mx.random.seed(1)
    theirs = np.array(plain(PHONEMES, styles[len(symbols) - 1][None], speed)).ravel()
    assert len(ours) == len(theirs) > 24_000
    assert np.abs(ours - theirs).max() < 1e-4 * np.abs(theirs).max()


def test_the_same_phrase_sounds_the_same_and_slower_is_longer(loaded: Any) -> None:
    _, _, network, styles, symbols = loaded
    first, again = (network.sound(symbols, styles, 1.0, Ticket()) for _ in range(2))
    assert (first == again).all()
    assert len(network.sound(symbols, styles, 0.5, Ticket())) > 1.5 * len(first)


@pytest.mark.parametrize("patience", [1, 2, 9])
def test_a_phrase_is_left_in_the_middle(loaded: Any, patience: int) -> None:
    _, _, network, styles, symbols = loaded
    patient, impatient = Impatient(0), Impatient(patience)
    network.sound(symbols, styles, 1.0, patient)
    assert patient.looks > 15
    with pytest.raises(Cancelled):
        network.sound(symbols, styles, 1.0, impatient)
    assert impatient.looks == patience
    assert len(network.sound(symbols, styles, 1.0, Ticket())) > 0


def test_a_short_phrase_and_a_long_one(loaded: Any) -> None:
    _, _, network, styles, symbols = loaded
    for count in (1, 2, 3, 128):
        assert len(network.sound((symbols * 128)[:count], styles, 1.0, Ticket())) > 1_000 * count


def test_memory_stays_as_it_is_over_many_phrases(loaded: Any) -> None:
    mx, _, network, styles, symbols = loaded
    used = []
    for count in range(2, 18):
        network.sound(symbols[:count], styles, 1.0, Ticket())
        used.append(mx.get_active_memory())
    assert max(used[4:]) <= used[3] + 1_000_000
    assert mx.get_cache_memory() <= 256 << 20


def test_the_file_of_the_test_is_in_the_names_of_the_hub(tiny: Path) -> None:
    from streamtts.models.safetensors import safetensors

    listed = dict(safetensors(tiny / tiny_folder.WEIGHTS))
    assert {
        "bert.embeddings.word_embeddings.weight",
        "predictor.lstm.weight_ih_l0_reverse",
        "text_encoder.cnn.0.1.gamma",
        "decoder.generator.ups.0.weight_v",
    } <= listed.keys()
    assert listed["predictor.F0_proj.weight"].shape == (1, 256, 1)
    assert {tensor.kind for tensor in listed.values()} == {"bfloat16"}
