"""Steps of a decoder, recorded once and played again: a GPU is told of hundreds of kernels at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from streamtts.translators.with_torch.memory import Memory
from streamtts.translators.with_torch.network import Network

_WIDTHS, _ROOMS = (
    64,
    256,
)  # rounded up to a multiple, so that one recording serves nearly all sentences
_MOST_RECORDINGS = 16

Play = Callable[[], None]


@dataclass(slots=True)
class _Recording:
    """Everything in it stays where it is; a sentence is copied in."""

    memory: Memory
    token: Any
    found: Any
    play: Play
    serves: Memory | None = None


class Recorded:
    """For one sentence at a time. `record` runs a step, and returns what runs it again: see cuda_graph."""

    def __init__(self, torch: Any, network: Network, record: Callable[[Callable[[], None]], Play]) -> None:
        self._torch = torch
        self._network = network
        self._record = record
        self._recordings: dict[tuple[int, int], _Recording] = {}

    def next(self, memory: Memory, tokens: Any) -> Any:
        """As the network's best row; the memory is only read, and only at the sentence's first step."""
        width, room = (int(pairs[0][0].shape[2]) for pairs in (memory.read, memory.written))
        key = _rounded(width, _WIDTHS), _rounded(room, _ROOMS)
        if key not in self._recordings:
            if len(self._recordings) >= _MOST_RECORDINGS:
                self._recordings.pop(next(iter(self._recordings)))
            self._recordings[key] = self._recorded(memory, tokens, *key)
        recording = self._recordings[key]
        if recording.serves is not memory:
            _copy(memory, recording.memory)
            recording.serves = memory
        recording.token.copy_(tokens)
        recording.memory.place.fill_(memory.length)  # type: ignore[union-attr]
        recording.play()
        memory.length += 1
        return recording.found.clone()

    def _recorded(self, memory: Memory, tokens: Any, width: int, room: int) -> _Recording:
        torch = self._torch
        words = torch.zeros(1, 1, 1, width, dtype=torch.bool, device=tokens.device)
        place = torch.zeros(1, dtype=torch.long, device=tokens.device)
        own = Memory(_empty(memory.read, width), words, _empty(memory.written, room), place=place)
        _copy(memory, own)
        token, found = (
            tokens.clone(),
            torch.zeros(1, dtype=torch.long, device=tokens.device),
        )

        def step() -> None:
            found.copy_(self._network.write(own, token).argmax(dim=-1))

        return _Recording(own, token, found, self._record(step))


def cuda_graph(torch: Any) -> Callable[[Callable[[], None]], Play]:
    """Records on an NVIDIA GPU."""

    def record(step: Callable[[], None]) -> Play:
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(2):  # libraries choose their kernels at first
                step()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            step()
        replay: Play = graph.replay
        return replay

    return record


def _rounded(count: int, step: int) -> int:
    return -(-count // step) * step


def _empty(pairs: list[tuple[Any, Any]], length: int) -> list[tuple[Any, Any]]:
    """Zeros, for what is masked is multiplied all the same."""
    shape = (*pairs[0][0].shape[:2], length, pairs[0][0].shape[3])
    return [(keys.new_zeros(shape), values.new_zeros(shape)) for keys, values in pairs]


def _copy(source: Memory, target: Memory) -> None:
    width = source.read[0][0].shape[2]
    target.mask.fill_(value=False)  # type: ignore[union-attr]
    target.mask[..., :width] = True if source.mask is None else source.mask  # type: ignore[index]
    for place, (keys, values) in enumerate(source.read):
        target.read[place][0][:, :, :width] = keys
        target.read[place][1][:, :, :width] = values
    for place, (keys, values) in enumerate(source.written):
        target.written[place][0][:, :, : source.length] = keys[:, :, : source.length]
        target.written[place][1][:, :, : source.length] = values[:, :, : source.length]
