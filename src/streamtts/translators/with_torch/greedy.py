"""The most likely next token, again and again, for one sentence or many at once."""

from collections.abc import Iterator, Sequence
from typing import Any

from streamtts.engine import Ticket
from streamtts.translators.with_torch.memory import Memory
from streamtts.translators.with_torch.network import Network
from streamtts.translators.with_torch.recorded import Recorded


class Greedy:
    """Tokens are rows of the network's head here."""

    def __init__(
        self,
        torch: Any,
        network: Network,
        device: Any,
        *,
        begin: Sequence[int],
        end: int,
        recorded: Recorded | None = None,
    ) -> None:
        self._torch = torch
        self._network = network
        self._recorded = recorded
        self._device = device
        self._begin = list(begin)
        self._end = end

    def steps(
        self, sources: list[list[int]], limits: Sequence[int], ticket: Ticket
    ) -> Iterator[list[tuple[int, int]]]:
        """After each step the sentences that go on, by their places, and the token of each."""
        torch = self._torch
        with torch.inference_mode():
            memory = self._network.read(sources, len(self._begin) + max(limits))
            tokens = torch.tensor([self._begin] * len(sources), device=self._device)
        going = list(range(len(sources)))  # a row of the memory for each, until they are sorted out
        done: set[int] = set()
        for count in range(1, max(limits) + 1):
            ticket.check()
            with torch.inference_mode():
                found = self._next(memory, tokens)
                chosen = found.tolist()
            said = [
                (place, token)
                for place, token in zip(going, chosen, strict=True)
                if place not in done and token != self._end
            ]
            if said:
                yield said
            alive = {place for place, _ in said if count < limits[place]}
            if not alive:
                return
            done.update(place for place in going if place not in alive)
            with torch.inference_mode():
                if 2 * len(alive) <= len(going):
                    rows = torch.tensor([row for row, place in enumerate(going) if place in alive])
                    rows = rows.to(self._device)
                    memory, found = memory.only(rows), found[rows]
                    going = [place for place in going if place in alive]
                tokens = found[:, None]

    def _next(self, memory: Memory, tokens: Any) -> Any:
        """The likeliest row for each sentence; a single one goes on in recorded steps once it has begun."""
        if self._recorded and memory.sentences == 1 and memory.length:
            return self._recorded.next(memory, tokens)
        return self._network.best(memory, tokens)
