"""Our launchers as they run on a Mac: PyTorch's tensors on this processor, the simulator for Metal."""

import pytest

from metal import simulator
from streamtts.metal.launching import Kernels


@pytest.fixture(scope="session")
def kernels() -> Kernels:
    if not simulator.is_available():
        pytest.skip("no compiler for the simulator: pip install --group cross")
    import torch

    return Kernels(torch, simulator.compile_shader, device="cpu")


@pytest.fixture(autouse=True)
def _counted_from_here() -> None:
    simulator.launches.clear()
