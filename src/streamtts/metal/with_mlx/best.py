"""The likeliest word by our kernel: the scores of a vocabulary never leave it."""

from typing import Any

from streamtts.metal.linear import MOST_ROWS, rows_together
from streamtts.metal.with_mlx.launching import Body, Kernels, Made
from streamtts.metal.with_mlx.packed import Packed, reading

_FAMILY = "argmax_vocab"
_CANDIDATES_A_SIMDGROUP, _MOST_SIMDGROUPS, _SIMD_WIDTH = 4, 1024, 32
_GROUP_SIZE = 64

# There is neither a bias nor a list of words; what is not read may be any array.
_SCORE = """
const uint inputs = x_shape[1];
const uint words = weights_shape[0];
const uint blocks = threads_per_grid.x / kSimdWidth;
const Vocabulary task = {{uint(x_shape[0]), words, inputs, inputs, words, inputs, blocks, 0, false, false}};
const device int* none = reinterpret_cast<const device int*>(x);
{call}<ROWS>(
    {weights},
    x, x, none, none, ranks, best, task, thread_position_in_grid.xy, thread_index_in_simdgroup);
"""


def _scoring(bits: int) -> Body:
    call, weights = ("argmax_candidates", reading(bits)) if bits else ("argmax_vocab_block", "weights")
    parts = ("weights", "scales", "minima") if bits else ("weights",)
    text = _SCORE.format(call=call, weights=weights)
    return Body(_FAMILY, f"argmax_{bits or 'all'}_bits", (*parts, "x"), ("ranks", "best"), text)


_SCORES = {bits: _scoring(bits) for bits in (0, 4, 8)}
_CHOOSES = Body(
    _FAMILY,
    "argmax_best",
    ("ranks", "best"),
    ("word", "score"),
    """
argmax_best(ranks, best, word, score, uint(ranks_shape[0]), uint(ranks_shape[1]), thread_position_in_grid.x,
            thread_index_in_simdgroup);
""",
)


class Best:
    """Which row of a table has the greatest product with each row; of equal ones the first."""

    def __init__(self, kernels: Kernels, table: Any) -> None:
        """`table` is Packed, or words by inputs in the numbers of the rows."""
        self._kernels, self._table = kernels, table
        self._parts = table.parts if isinstance(table, Packed) else (table,)

    def __call__(self, rows: Any) -> Any | None:
        """Numbers of rows of the table, as mx.argmax has them; None: not made for this."""
        if not self._takes(rows):
            return None
        mx, count = self._kernels.mx, len(rows)
        blocks = min(_MOST_SIMDGROUPS, -(-len(self._parts[0]) // _CANDIDATES_A_SIMDGROUP))
        together = rows_together(count)
        candidates = (count, _CANDIDATES_A_SIMDGROUP * blocks)
        ranked = self._kernels.launch(
            _SCORES[self._table.bits if isinstance(self._table, Packed) else 0],
            (*self._parts, rows),
            [Made(candidates, mx.uint32), Made(candidates, mx.int32)],
            threads=(_SIMD_WIDTH * blocks, -(-count // together)),
            group_size=_GROUP_SIZE,
            template=[("ROWS", together)],
        )
        word, _ = self._kernels.launch(
            _CHOOSES,
            ranked,
            [Made((count,), mx.uint32), Made((count,), mx.float32)],
            threads=(_SIMD_WIDTH * count,),
            group_size=_SIMD_WIDTH,
        )
        return word

    def _takes(self, rows: Any) -> bool:
        table, takes = self._table, self._kernels.takes
        if rows.ndim != 2 or not 0 < len(rows) <= MOST_ROWS or len(self._parts[0]) <= _CANDIDATES_A_SIMDGROUP:
            return False
        if isinstance(table, Packed):
            return table.fits(rows) and takes(_FAMILY, rows) and takes(_FAMILY, table.scales, table.minima)
        inputs = rows.shape[1]
        return takes(_FAMILY, rows, table) and table.shape[1] == inputs and inputs % 8 == 0
