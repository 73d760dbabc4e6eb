"""What a token costs nllb-mlx: bytes read, by calculation, and what the short vocabulary saves on a CPU.

Weights are random, in the shape of NLLB-200 distilled 600M. MLX on a CPU is for tests; that its time falls
where fewer bytes are read says nothing about how fast a Mac is.
"""

import gc
import time
from collections.abc import Iterator
from typing import Any

import pytest

from streamtts.engine import Ticket
from streamtts.translators.nmt.shape import NLLB, Shape, Stack
from streamtts.translators.with_mlx.form import Form
from streamtts.translators.with_mlx.network import Network
from streamtts.translators.with_mlx.search import Search

ROWS, WIDTH, INNER, LAYERS = 256_206, 1024, 4096, 12
LISTED = 16_000
SOURCE, TARGET = 20, 8  # tokens
FORMS = (Form("float32"), Form("float16"), Form("float16", 8), Form("float16", 4))

# What is measured: the decoder whole, one layer of the encoder, which the vocabulary does not concern.
SHAPE = Shape(
    NLLB,
    ROWS,
    WIDTH,
    Stack(1, 16),
    Stack(LAYERS, 16),
    "relu",
    32.0,
    1024,
    padding=1,
    start=2,
    end=2,
    never=(),
)


def bench_bytes_of_a_token() -> None:
    """Each step reads the decoder's weights and every row that is compared; keys and values are little."""
    print()
    for form in FORMS:
        layers, whole, short = read_bytes(form, 0), read_bytes(form, ROWS), read_bytes(form, LISTED)
        print(
            f"{form.name:13} decoder {layers / 1e6:5.0f} MB, with {ROWS} rows {whole / 1e6:5.0f} MB a token,"
            f" with {LISTED} {short / 1e6:5.0f} MB: {whole / short:.2f}x less (computed)"
        )
        assert whole / short > 2


@pytest.mark.parametrize("form", [Form("float32"), Form("float32", 8)], ids=lambda form: form.name)
def bench_short_vocabulary_on_a_cpu(form: Form) -> None:
    mx = pytest.importorskip(
        "mlx.core", reason="mlx.core is not installed: pip install 'streamtts[nllb-mlx]'"
    )
    arrays = small(mx, dict(random_arrays(mx, SHAPE)), form)
    whole_s, whole = timed(mx, form, arrays)
    listed = sorted({*range(4), *whole, *range(100_000, 100_000 + LISTED - 4 - len(set(whole)))})
    chosen = mx.array(listed)
    short_arrays = {
        name: array[chosen] if name.startswith("embedding.") else array for name, array in arrays.items()
    }
    held = [held_bytes(each) for each in (arrays, short_arrays)]
    del arrays
    gc.collect()
    short_s, short = timed(mx, form, short_arrays, {token: row for row, token in enumerate(listed)})
    assert [listed[row] for row in short] == whole
    assert abs(read_bytes(form, LISTED) / step_bytes(short_arrays) - 1) < 0.02
    expected = read_bytes(form, ROWS) / read_bytes(form, LISTED)
    print(
        f"\n{form.name}: {whole_s / TARGET:.3f} s of CPU a token with all rows, {short_s / TARGET:.3f} s with"
        f" {len(listed)}: {whole_s / short_s:.2f}x (by bytes {expected:.2f}x), the same {len(whole)} tokens;"
        f" decoder and embedding in memory {held[0] / 1e6:.0f} and {held[1] / 1e6:.0f} MB"
    )
    assert whole_s / short_s > 1.2


def read_bytes(form: Form, rows: int) -> float:
    """Of a step: what looks back, what looks at the source, the feed-forward part, and the rows compared."""
    wide = (6 * WIDTH * WIDTH + WIDTH * INNER) * form.bytes_per_weight(WIDTH)
    return LAYERS * (
        wide + WIDTH * INNER * form.bytes_per_weight(INNER)
    ) + rows * WIDTH * form.bytes_per_weight(WIDTH)


def step_bytes(arrays: dict[str, Any]) -> int:
    """The same, of the arrays themselves."""
    once = ("encoder", "embedding.bias")
    return sum(
        array.nbytes
        for name, array in arrays.items()
        if not name.startswith(once) and "source_memory" not in name
    )


def held_bytes(arrays: dict[str, Any]) -> int:
    return sum(array.nbytes for name, array in arrays.items() if not name.startswith("encoder"))


def random_arrays(mx: Any, shape: Shape) -> Iterator[tuple[str, Any]]:
    mx.random.seed(1)

    def line(name: str, outputs: int, inputs: int) -> Iterator[tuple[str, Any]]:
        yield f"{name}.weight", 0.03 * mx.random.normal((outputs, inputs))
        yield f"{name}.bias", 0.03 * mx.random.normal((outputs,))

    def norm(name: str) -> Iterator[tuple[str, Any]]:
        yield f"{name}.weight", mx.random.normal((shape.width,))
        yield f"{name}.bias", mx.zeros((shape.width,))

    width = shape.width
    yield "embedding.weight", 0.03 * mx.random.normal((shape.rows, width))
    for side, stack in (("encoder", shape.encoder), ("decoder", shape.decoder)):
        yield from norm(f"{side}.norm")
        for at in (f"{side}.{layer}" for layer in range(stack.layers)):
            yield from norm(f"{at}.self_norm")
            yield from line(f"{at}.self_in", 3 * width, width)
            yield from line(f"{at}.self_out", width, width)
            if side == "decoder":
                yield from norm(f"{at}.source_norm")
                yield from line(f"{at}.source_query", width, width)
                yield from line(f"{at}.source_memory", 2 * width, width)
                yield from line(f"{at}.source_out", width, width)
            yield from norm(f"{at}.inner_norm")
            yield from line(f"{at}.inner_in", INNER, width)
            yield from line(f"{at}.inner_out", width, INNER)


def small(mx: Any, arrays: dict[str, Any], form: Form) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in list(arrays):
        array, stem = arrays.pop(name), name.removesuffix(".weight")
        if form.bits and array.ndim == 2:
            group = form.group(array.shape[-1])
            packed = mx.quantize(array, group_size=group, bits=form.bits)
            made[name], made[f"{stem}.scales"], made[f"{stem}.zeros"] = packed
        else:
            made[name] = array
        mx.eval(list(made.values())[-3:])
    return made


def timed(
    mx: Any, form: Form, arrays: dict[str, Any], short: dict[int, int] | None = None
) -> tuple[float, list[int]]:
    """Seconds of CPU for the steps after the first, and the tokens."""
    table = 0.03 * mx.random.normal((SOURCE, WIDTH), key=mx.random.key(2))
    network = Network(
        mx, SHAPE, form, arrays, padding=1, source_rows=lambda wanted: table[: len(wanted)], compiled=False
    )
    search = Search(mx, network, end=-1)
    begin = [(short or {}).get(token, token) for token in (2, 3)]
    said: list[int] = []
    began = 0.0
    for step in search.greedy(network.encode([list(range(SOURCE))]), begin, [TARGET + 1], Ticket()):
        if not said:
            began = time.process_time()
        said.append(step[0][1])
    return time.process_time() - began, said
