"""In which form the weights are kept: the numbers that are computed with, and how many bits are stored."""

from dataclasses import dataclass

from streamtts.engine import EngineError

PRECISIONS = ("auto", "float32", "bfloat16", "float16", "int8", "int4")

_GROUPS = (64, 32)  # weights that share a scale


@dataclass(frozen=True, slots=True)
class Form:
    """`kind` is that of what is computed; 0 bits are weights of the same kind."""

    kind: str
    bits: int = 0

    @property
    def name(self) -> str:
        return f"int{self.bits}-{self.kind}" if self.bits else self.kind

    def group(self, columns: int) -> int:
        """How many weights share a scale; 0 where the columns cannot be divided so, and stay as they are."""
        return next((group for group in _GROUPS if columns % group == 0), 0) if self.bits else 0

    def bytes_per_weight(self, columns: int) -> float:
        """With the scale and the zero of its group."""
        width = 4 if self.kind == "float32" else 2
        group = self.group(columns)
        return self.bits / 8 + 2 * width / group if group else width


def chosen(precision: str, *, metal: bool) -> Form:
    """On a GPU every step waits for weights to be read, so they are small; a CPU is faster with floats."""
    kind = "float16" if metal else "float32"
    if precision == "auto":
        precision = "int8" if metal else "float32"
    if precision.startswith("int"):
        return Form(kind, int(precision.removeprefix("int")))
    if precision not in PRECISIONS:
        raise EngineError(f"nllb-mlx knows no precision {precision!r}: choose from {', '.join(PRECISIONS)}")
    return Form(precision)
