"""The likeliest word by our kernel: the scores of a vocabulary never leave it."""

from typing import Any

from streamtts.metal.launching import Kernels
from streamtts.metal.linear import MOST_ROWS, EightBits, rows_together

_CANDIDATES_A_SIMDGROUP, _MOST_SIMDGROUPS, _SIMD_WIDTH = 4, 1024, 32
_GROUP_SIZE = (64, 1)


class Best:
    """Which output of `head` is the greatest, for each row; of equal ones the first."""

    def __init__(self, kernels: Kernels, head: EightBits) -> None:
        self._kernels, self._head = kernels, head

    def takes(self, rows: Any) -> bool:
        bias, (_, inputs) = self._head.bias, self._head.weights[0].shape
        read = (rows,) if bias is None else (rows, bias)
        known = self._kernels.number_name(*read) is not None and self._kernels.has("argmax_vocab")
        lies = rows.ndim == 2 and rows.shape[1] == inputs and rows.stride(1) == 1
        return known and lies and 0 < len(rows) <= MOST_ROWS and inputs % 8 == 0

    def __call__(self, rows: Any) -> Any:
        """Numbers of outputs; ask `takes` before."""
        torch, (whole, scales) = self._kernels.torch, self._head.weights
        (count, inputs), words = rows.shape, self._head.outputs
        blocks = min(_MOST_SIMDGROUPS, -(-words // _CANDIDATES_A_SIMDGROUP))
        candidates = _CANDIDATES_A_SIMDGROUP * blocks
        ranks = torch.empty((count, candidates), dtype=torch.int32, device=rows.device)
        best = torch.empty_like(ranks)
        bias = rows if self._head.bias is None else self._head.bias
        shape = [
            *(count, words, inputs, inputs, words, rows.stride(0), blocks, 0, 0),
            int(self._head.bias is not None),
        ]
        together = rows_together(count)
        name = f"argmax_vocab_int8_{self._kernels.number_name(rows)}_float_{together}"
        scored = (whole, rows, bias, best, best, ranks, best, shape, scales)
        threads = (_SIMD_WIDTH * blocks, -(-count // together))
        self._kernels.launch("argmax_vocab", name, *scored, threads=threads, group_size=_GROUP_SIZE)
        word = torch.empty(count, dtype=torch.int64, device=rows.device)
        score = torch.empty(count, dtype=torch.float32, device=rows.device)
        chosen = (ranks, best, word, score, [count, candidates])
        self._kernels.launch(
            "argmax_vocab",
            "argmax_vocab_best",
            *chosen,
            threads=_SIMD_WIDTH * count,
            group_size=_SIMD_WIDTH,
        )
        return word
