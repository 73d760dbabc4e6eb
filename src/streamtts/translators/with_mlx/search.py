"""Which token comes next: the likeliest each time, or the likeliest sentence of several that are followed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from streamtts.engine import Ticket
from streamtts.translators.with_mlx.cache import Cache
from streamtts.translators.with_mlx.network import Network

_NEVER = -1e9


@dataclass(frozen=True, slots=True)
class Search:
    """How translations are looked for; tokens are rows of the network's vocabulary."""

    mx: Any
    network: Network
    end: int
    ahead: bool = False  # whether the next step is begun before the last is looked at, as a GPU likes it

    def greedy(
        self, cache: Cache, begin: Sequence[int], limits: Sequence[int], ticket: Ticket
    ) -> Iterator[list[tuple[int, int]]]:
        """For each step the sentences that go on, by place, and their tokens; without begin and end."""
        live = list(range(len(limits)))
        following = self.network.likeliest(self._begun(begin, len(live)), cache)
        for step in range(max(limits)):
            ticket.check()
            current, following = following, None
            if self.ahead:
                following = self.network.likeliest(current, cache)
                self.mx.async_eval(following)
            tokens = current[:, 0].tolist()
            going = [i for i, place in enumerate(live) if tokens[i] != self.end and step < limits[place]]
            if not going:
                return
            yield [(live[i], tokens[i]) for i in going]
            if len(going) < len(live):
                live = [live[i] for i in going]
                cache.keep(going)
                chosen = self.mx.array(going)
                current = current[chosen]
                following = None if following is None else following[chosen]
            if following is None:
                following = self.network.likeliest(current, cache)

    def beams(
        self, cache: Cache, begin: Sequence[int], limits: Sequence[int], width: int, ticket: Ticket
    ) -> list[list[int]]:
        """The best translation of each sentence, with so many followed at a time; without begin and end."""
        hunts = [Hunt(width, self.end, limit) for limit in limits]
        scores = self._scored(self._begun(begin, len(hunts)), cache)
        live = list(range(len(hunts)))
        rows_each = 1  # all that are followed begin alike
        while True:
            ticket.check()
            best = self._best(scores, [hunts[place] for place in live], rows_each, 2 * width)
            origins: list[int] = []
            still: list[int] = []
            tokens: list[int] = []
            for at, place in enumerate(live):
                hunt = hunts[place]
                hunt.advance(best[at])
                if not hunt.over:
                    still.append(place)
                    origins += [at * rows_each + path.origin for path in hunt.paths]
                    tokens += [path.tokens[-1] for path in hunt.paths]
            if not still:
                return [hunt.best() for hunt in hunts]
            if rows_each == width and len(still) == len(live):
                cache.reorder(origins)
            else:
                cache.keep(origins)
            live, rows_each = still, width
            scores = self._scored(self.mx.array(tokens)[:, None], cache)

    def _begun(self, begin: Sequence[int], count: int) -> Any:
        return self.mx.array([list(begin)] * count)

    def _scored(self, tokens: Any, cache: Cache) -> Any:
        logits = self.network.logits(tokens, cache).astype(self.mx.float32)
        return logits - self.mx.logsumexp(logits, axis=-1, keepdims=True)

    def _best(
        self, scores: Any, hunts: "Sequence[Hunt]", rows_each: int, count: int
    ) -> "list[list[tuple[float, int, int]]]":
        """Of each sentence the best ways on: the score, which path goes on, and with which token."""
        mx, vocabulary = self.mx, scores.shape[-1]
        before = mx.array([path.score for hunt in hunts for path in hunt.paths[:rows_each]])
        flat = (scores + before[:, None]).reshape(len(hunts), -1)
        count = min(count, flat.shape[-1])
        places = mx.argpartition(flat, -count, axis=-1)[:, -count:]
        values = mx.take_along_axis(flat, places, axis=-1)
        found = zip(values.tolist(), places.tolist(), strict=True)
        return [
            [
                (value, *divmod(place, vocabulary))
                for value, place in sorted(zip(row, at, strict=True), key=lambda each: (-each[0], each[1]))
            ]
            for row, at in found
        ]


@dataclass(frozen=True, slots=True)
class Path:
    """One beginning of a translation."""

    score: float
    tokens: tuple[int, ...]
    origin: int  # which path of the step before it goes on


@dataclass(slots=True)
class Hunt:
    """The search for the translation of one sentence, by the rules of transformers' beam search."""

    width: int
    end: int
    limit: int
    paths: list[Path] = field(default_factory=lambda: [Path(0.0, (), 0)])
    found: list[tuple[float, tuple[int, ...]]] = field(default_factory=list)
    over: bool = False

    def advance(self, ways: Sequence[tuple[float, int, int]]) -> None:
        """Goes on in the best of these ways; what has ended is kept if it is among the best."""
        extended = [
            (Path(score, (*self.paths[origin].tokens, token), origin), token == self.end)
            for score, origin, token in ways
        ]
        length = len(self.paths[0].tokens) + 2  # with the language before it, and the token that is added
        is_last = length > self.limit
        ended = [path for path, is_end in extended[: self.width] if is_end or is_last]
        self.found += [(path.score / length, path.tokens) for path in ended]
        self.found = sorted(self.found, key=lambda each: -each[0])[: self.width]
        self.paths = [path for path, is_end in extended if not is_end][: self.width]
        self.over = is_last or not self._may_improve(length)

    def best(self) -> list[int]:
        tokens = self.found[0][1]
        return list(tokens[:-1] if tokens[-1] == self.end else tokens)

    def _may_improve(self, length: int) -> bool:
        """Judged by what the best path would be worth if it ended here."""
        if len(self.found) < self.width:
            return True
        return self.paths[0].score / length > self.found[-1][0]
