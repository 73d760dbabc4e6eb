"""Writes docs/apple-performance.md, the cost of a token on Apple silicon; --check tells if it is fresh."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMMITTED = Path(__file__).resolve().parent.parent / "docs/apple-performance.md"

CHIPS = {"M1": 68, "M2 Max": 400, "M4 Max": 546}  # GB/s, as Apple tells them
DISPATCH_US = 2.0  # between kernels that wait for each other: taken, not measured
READ, WRITTEN = 20, 24  # tokens of a sentence and of its translation
READINGS = -(-READ // 8)  # of the encoder's weights by our kernels, of which eight tokens share one
SHORTLIST = 16_000
FOUR_BITS = 0.5 + 4 / 64  # bytes of a weight: 64 share a scale and a minimum of 16 bits each
OURS_A_LAYER = {"decoder": 8, "gpt": 5}  # counted: tests/metal/launched, tests/engines/xtts
THEIRS_A_LAYER = {"decoder": 23, "gpt": 21}


@dataclass(frozen=True, slots=True)
class Network:
    name: str
    kind: str  # a decoder that looks at what was read, or a GPT
    layers: int
    width: int
    inner: int
    words: int

    @property
    def layer(self) -> int:
        """Weights that a token reads; the keys and values of what was read are made once a sentence."""
        attention = 6 if self.kind == "decoder" else 4
        return attention * self.width**2 + 2 * self.width * self.inner

    @property
    def encoder(self) -> int:
        """Weights that a sentence reads, whatever its length."""
        if self.kind == "gpt":
            return 0
        reading = 4 * self.width**2 + 2 * self.width * self.inner
        return self.layers * (reading + 2 * self.width**2)

    def remembered(self, places: float) -> float:
        """Bytes of keys and values in 16 bits."""
        return self.layers * 2 * places * self.width * 2


@dataclass(frozen=True, slots=True)
class Form:
    name: str
    weight_bytes: float
    words: int | None  # None: all of them
    ours: bool
    word_bytes: int

    def token_bytes(self, network: Network) -> float:
        words = network.words if self.words is None else min(self.words, network.words)
        places = WRITTEN / 2 + (READ if network.kind == "decoder" else 60)
        layers = network.layers * network.layer * self.weight_bytes
        return layers + words * network.width * self.word_bytes + network.remembered(places)

    def dispatches(self, network: Network) -> int:
        """A token: its layers, and what leads into them and out (embedding, last norm, scores, choice)."""
        layer = (OURS_A_LAYER if self.ours else THEIRS_A_LAYER)[network.kind]
        return network.layers * layer + (6 if self.ours else 8)


NETWORKS = (
    Network("NLLB-200 600M", "decoder", 12, 1024, 4096, 256_206),
    Network("NLLB-200 3.3B", "decoder", 24, 2048, 8192, 256_206),
    Network("XTTS v2's GPT", "gpt", 30, 1024, 4096, 1026),
)
FORMS = (
    Form("transformers, 16 bits", 2, None, ours=False, word_bytes=2),
    Form("16 bits, short vocabulary", 2, SHORTLIST, ours=False, word_bytes=2),
    Form("8 bits, short vocabulary", 1, SHORTLIST, ours=False, word_bytes=1),
    Form("the same, our kernels", 1, SHORTLIST, ours=True, word_bytes=1),
    Form("4 bits, our kernels", FOUR_BITS, SHORTLIST, ours=True, word_bytes=1),
)

EIGHT_BITS = FORMS[3]

_RATES = ", ".join(f"{chip} {rate} GB/s" for chip, rate in CHIPS.items())

HEAD = f"""\
# Apple silicon, on paper

**Everything on this page is computed, not measured**: nobody who builds streamtts has a Mac. It says why
the kernels are what they are, and what to look for on the first Mac: `streamtts doctor --apple` measures
them, and until it has found a family right and fast on a machine, PyTorch computes there.

One sentence at a time, a network waits for memory: each token reads every weight once. So what counts is
bytes a token (fewer bits, fewer words of the vocabulary), and after that the number of dispatches, since
each waits for the one before it. The floor is bytes divided by the bandwidth of the memory as Apple tells
it ({_RATES}). With dispatches, {DISPATCH_US:g} µs are taken for each of the decoder's, which is a guess.
A sentence has {READ} tokens, its translation {WRITTEN}. 4 bits are for who asks (`precision = "int4"`): 64
weights share a scale and a minimum of 16 bits each, and the words to choose from keep 8 bits. Our kernels
multiply up to eight tokens at a time, so the encoder's weights are read {READINGS} times a sentence.
"""

TAIL = """\
## The goal

A sentence from English into Japanese in 15 ms on an M4 Max, with NLLB-200 600M in 8 bits: on paper
{goal:.1f} ms, of which {floor:.1f} are the floor. With the 35 ms that openjtalk takes for its first sound
on one core of the x86-64 machine of [engines.md](engines.md), where that was measured, sound begins after
{sound:.0f} ms; the goal was 50.

## What each kernel takes away

| kernel | instead of |
|---|---|
| `attention_decode` | two appends to the cache, and attention |
| `gemv_int8`, `gemv_int4` | unpacking, layer norm, product, bias, activation, residual |
| `argmax_vocab` | the scores of all words, written and read again, and the choice |
| `attention_prefill` | the same as PyTorch's; for reading a sentence, with any mask |
| `layernorm_residual`, `bias_activation` | two dispatches each, where layers are evened out after they end |

How many operations PyTorch computes for a layer was counted by running transformers on a CPU
(`tests/metal/launched/dispatches.py`): 23 for M2M100 and 21 for GPT-2, views left out. On MPS some of
them are more than one dispatch, so the truth is above. Ours were counted by launching the kernels in the
simulator.

## With MLX

`nllb-mlx` launches the same functions through `mx.fast.metal_kernel`, a family of them where it was found
right and faster than what this version of MLX has itself. A layer of the decoder with weights of few bits
is 19 dispatches by MLX, compiled: three layer norms, six products, after each its bias with what follows,
two attentions, two appends. With `gemv_int8` and `gemv_int4`, which read what `mx.quantize` writes, it is
10: the six products are all else but attention and appends. That was counted in what MLX records of a step
(`tests/metal/launched/by_mlx`), but for what its compiler brings together, which is reckoned.
`argmax_vocab` is two dispatches, as MLX's own choice is, and writes no scores. `layernorm_residual` takes
one away where weights keep all bits; with few, MLX adds residual and bias at once already.
`attention_decode` is left out: what a kernel of MLX's writes is a new array, so a key could only be appended
by copying the cache, while MLX's own appends write in place, and its attention is one dispatch.

What the page cannot know: how near to its bandwidth a GPU comes with rows of a thousand weights, what a
dispatch costs on which chip and system, whether Apple's compiler keeps our loops in registers, and what
else the GPU is asked for meanwhile.
"""

FIRST_SOUND_MS = 35  # of openjtalk, in docs/engines.md


def page() -> str:
    size, count = _whole(NETWORKS[0], EIGHT_BITS)
    floor, goal = _floor(size, "M4 Max"), _told(size, count, "M4 Max")
    tail = TAIL.format(goal=goal, floor=floor, sound=goal + FIRST_SOUND_MS)
    return "\n".join([HEAD, *(section for network in NETWORKS for section in _section(network)), tail])


def _section(network: Network) -> Iterator[str]:
    unit = "token" if network.kind == "decoder" else "code (46 ms of sound)"
    chips = "".join(f" {chip} |" for chip in CHIPS)
    yield f"## {network.name}\n"
    yield f"| a {unit} | bytes | dispatches |" + chips
    yield "|---|---|---|" + "---|" * len(CHIPS)
    for form in FORMS if network.kind == "decoder" else (FORMS[0], *FORMS[2:]):
        name = form.name if network.kind == "decoder" else form.name.replace(", short vocabulary", "")
        size, count = form.token_bytes(network), form.dispatches(network)
        times = "".join(f" {_floor(size, chip):.2f} ms, {_told(size, count, chip):.2f} |" for chip in CHIPS)
        yield f"| {name} | {size / 1e6:.0f} MB | {count} |{times}"
    yield "\nThe floor, and with dispatches.\n"
    if network.kind == "decoder":
        yield from _sentence(network)


def _sentence(network: Network) -> Iterator[str]:
    yield "| a sentence |" + "".join(f" {chip} |" for chip in CHIPS)
    yield "|---|" + "---|" * len(CHIPS)
    for form in FORMS:
        size, count = _whole(network, form)
        times = "".join(f" {_floor(size, chip):.1f} ms, {_told(size, count, chip):.1f} |" for chip in CHIPS)
        yield f"| {form.name} |{times}"
    yield ""


def _whole(network: Network, form: Form) -> tuple[float, int]:
    """Bytes and the decoder's dispatches of a sentence; the encoder reads it in a few."""
    readings = READINGS if form.ours else 1
    size = readings * network.encoder * form.weight_bytes + WRITTEN * form.token_bytes(network)
    return size, WRITTEN * form.dispatches(network)


def _floor(size: float, chip: str) -> float:
    return size / (CHIPS[chip] * 1e9) * 1e3


def _told(size: float, dispatches: int, chip: str) -> float:
    return _floor(size, chip) + dispatches * DISPATCH_US / 1e3


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        return int(COMMITTED.read_text(encoding="utf-8") != page())
    COMMITTED.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
