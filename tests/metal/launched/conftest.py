"""Our launchers as they run on a Mac: PyTorch's tensors on this processor, the simulator for Metal."""

import pytest

from metal import simulator
from streamtts.metal.launching import Kernels

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-engines")
if not simulator.is_available():
    pytest.skip("no compiler for the simulator: pip install --group cross", allow_module_level=True)


@pytest.fixture(scope="session")
def kernels() -> Kernels:
    return Kernels(torch, simulator.compile_shader, device="cpu")


@pytest.fixture(autouse=True)
def _counted_from_here() -> None:
    simulator.launches.clear()
