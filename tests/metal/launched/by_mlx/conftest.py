"""Our launchers for MLX as they run on a Mac: arrays on this processor, the simulator for Metal."""

from collections.abc import Callable
from typing import Any

import pytest

from metal import simulator


@pytest.fixture(scope="session")
def mx() -> Any:
    return pytest.importorskip("mlx.core", reason="mlx is not installed: make test-engines has it")


@pytest.fixture(scope="session")
def launched(mx: Any) -> Callable[..., Any]:
    """Makes Kernels whose sources are first edited; `switched_off` are families."""
    if not simulator.is_available():
        pytest.skip("no compiler for the simulator: pip install --group cross")
    from metal.mlx_stand_in import metal_kernel
    from streamtts.metal.with_mlx.launching import Kernels

    def make(right: str = "", wrong: str = "", switched_off: Any = ()) -> Kernels:
        def edited(**how: Any) -> Any:
            for part in ("header", "source") if right else ():
                how[part] = how[part].replace(right, wrong)
            return metal_kernel(**how)

        return Kernels(mx, edited, switched_off=switched_off, compiled=lambda function: function)

    return make


@pytest.fixture(scope="session")
def kernels(launched: Callable[..., Any]) -> Any:
    return launched()
