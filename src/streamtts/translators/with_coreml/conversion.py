"""Makes two Core ML packages of an NLLB or Marian model: one reads, one writes, its memory a state.

They can be made and looked at anywhere, and run on macOS 15 or newer alone.
"""

import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError
from streamtts.models.converters import Converter
from streamtts.models.folder import check_space, unwritable
from streamtts.models.trouble import ModelError
from streamtts.translators.nmt import shape as nmt_shape
from streamtts.translators.nmt.checkpoint import Checkpoint, files
from streamtts.translators.nmt.shape import Shape
from streamtts.translators.with_coreml.halves import reader, writer
from streamtts.translators.with_torch.layers import layers, source_table
from streamtts.translators.with_torch.precision import Form

FORM = "coreml"
READER, WRITER, ABOUT = "reader.mlpackage", "writer.mlpackage", "coreml.json"
MOST_TOKENS = 256  # of a sentence, and of its translation

_NEEDS = ("coremltools", "torch")
_USUAL_TOKENS = 24
_PART_THAT_IS_LEFT = (
    0.75  # of the weights, at most: those of 32 bits become 8, the table of words is there twice
)


def convert(source: Path, target: Path, say: Callable[[str], None]) -> None:
    """From a Hugging Face folder into an empty one. Raises EngineError."""
    shape = nmt_shape.read(source)
    room = min(MOST_TOKENS, shape.most_positions)
    try:
        size = sum(file.stat().st_size for file in files(source))
        check_space(target, int(_PART_THAT_IS_LEFT * size), f"the form {FORM}")
        _fill(source, target, shape, room, say)
        about = {"start": shape.start, "end": shape.end, "padding": shape.padding, "most_tokens": room}
        (target / ABOUT).write_text(json.dumps(about) + "\n", encoding="utf-8")
    except OSError as error:
        raise EngineError(str(unwritable(target, error))) from error
    except ModelError as error:
        raise EngineError(str(error)) from error
    except (RuntimeError, ValueError, TypeError, NotImplementedError) as error:
        why = " ".join(str(error).partition("\n")[0].split())[:160] or type(error).__name__
        raise EngineError(f"coremltools could not convert the model in {source}: {why}") from error


def _fill(source: Path, target: Path, shape: Shape, room: int, say: Callable[[str], None]) -> None:
    import torch

    with torch.no_grad(), _quiet():
        form = Form(torch.device("cpu"), torch.float32)
        made = layers(torch, shape, form, Checkpoint(torch, source), None)
        table = source_table(shape, Checkpoint(torch, source)).float()
        read = reader(torch, shape, made, table)
        _reader_package(torch, read, room).save(str(target / READER))
        say("what reads a sentence is made")
        heard = read(torch.zeros((1, min(_USUAL_TOKENS, room)), dtype=torch.long))
        write = writer(torch, shape, made, room)
        _writer_package(torch, write, heard, room).save(str(target / WRITER))


def _reader_package(torch: Any, module: Any, room: int) -> Any:
    import coremltools as ct
    import numpy as np

    example = torch.zeros((1, min(_USUAL_TOKENS, room)), dtype=torch.long)
    tokens = ct.TensorType("tokens", (1, _up_to(room)), dtype=np.int32)
    heard = ct.TensorType("heard", dtype=np.float16)
    return _package(torch.jit.trace(module, example, check_trace=False), [tokens], heard, [])


def _writer_package(torch: Any, module: Any, heard: Any, room: int) -> Any:
    import coremltools as ct
    import numpy as np

    states = [
        ct.StateType(ct.TensorType(shape=tuple(kept.shape), dtype=np.float16), name=name)
        for name, kept in module.named_buffers()
    ]
    one = torch.zeros(1, dtype=torch.long)
    traced = torch.jit.trace(module, (one, one, heard), check_trace=False)
    parts, heads, _, each = heard.shape
    inputs = [ct.TensorType(name, (1,), dtype=np.int32) for name in ("token", "place")]
    inputs.append(ct.TensorType("heard", (parts, heads, _up_to(room), each), dtype=np.float16))
    return _package(traced, inputs, ct.TensorType("scores", dtype=np.float16), states)


def _up_to(room: int) -> Any:
    import coremltools as ct

    return ct.RangeDim(1, room, default=min(_USUAL_TOKENS, room))


def _package(traced: Any, inputs: list[Any], output: Any, states: list[Any]) -> Any:
    """In 16 bits, its large weights in 8, with one scale for each row."""
    import coremltools as ct
    from coremltools.optimize import coreml as smaller

    whole = ct.convert(
        traced,
        inputs=inputs,
        outputs=[output],
        states=states or None,
        minimum_deployment_target=ct.target.macOS15,
        compute_precision=ct.precision.FLOAT16,
        skip_model_load=True,
    )
    rule = smaller.OpLinearQuantizerConfig(mode="linear_symmetric", dtype="int8")
    return smaller.linear_quantize_weights(whole, smaller.OptimizationConfig(global_config=rule))


@contextmanager
def _quiet() -> Iterator[None]:
    """coremltools tells of bars, of versions and of what only a Mac has; what goes wrong, it raises."""
    nowhere, log = io.StringIO(), logging.getLogger("coremltools")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), redirect_stdout(nowhere), redirect_stderr(nowhere):
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)


def _missing() -> str | None:
    absent = [name for name in _NEEDS if find_spec(name) is None]
    if not absent:
        return None
    return (
        f"converting to {FORM} needs {absent[0]}, which is not installed:"
        " pip install 'streamtts[convert-coreml]'"
    )


converter = Converter(
    form=FORM,
    summary="int8 for Core ML, in two packages; runs on macOS 15 or newer",
    engines=("nllb",),
    missing=_missing,
    convert=convert,
)
