"""The two halves that become Core ML packages write what our network writes."""

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-engines")

from streamtts.translators.nmt import shape as nmt_shape  # noqa: E402
from streamtts.translators.nmt.checkpoint import Checkpoint  # noqa: E402
from streamtts.translators.with_coreml.halves import reader, writer  # noqa: E402
from streamtts.translators.with_torch.layers import layers, source_table  # noqa: E402
from streamtts.translators.with_torch.network import Network  # noqa: E402
from streamtts.translators.with_torch.precision import Form  # noqa: E402
from translators import tiny_models  # noqa: E402

MOST_DIFFERENCE = 1e-4
ROOM = 24


@pytest.fixture(params=["nllb", "marian"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    made: Path = getattr(tiny_models, request.param)(tmp_path)
    return made


def test_token_by_token_the_scores_are_those_of_the_network(folder: Path) -> None:
    shape = nmt_shape.read(folder)
    form = Form(torch.device("cpu"), torch.float32)
    with torch.inference_mode():
        made = layers(torch, shape, form, Checkpoint(torch, folder), None)
        table = source_table(shape, Checkpoint(torch, folder)).float()
        network = Network(torch, shape, form, made, table)
        for sources in ([5, 40, 77, 9, shape.end], [7], list(range(10, 40))):
            memory = network.read([sources], ROOM)
            heard = reader(torch, shape, made, table)(torch.tensor([sources]))
            write = writer(torch, shape, made, ROOM)
            for place, token in enumerate([shape.start, 6, 50, 60, 60, 70]):
                scores = write(torch.tensor([token]), torch.tensor([place]), heard)
                assert difference(scores, network.write(memory, torch.tensor([[token]]))) < MOST_DIFFERENCE


def difference(scores: Any, others: Any) -> float:
    """Of those that are finite; what no translation has is so in both."""
    never = torch.isinf(others)
    assert torch.equal(torch.isinf(scores), never)
    return float((scores - others)[~never].abs().max())
