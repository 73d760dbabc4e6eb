"""The settings of one engine, a table of the config file: read, checked, and none unknown."""

import difflib
import math
from collections.abc import Mapping, Sequence

from streamtts.engine import EngineError

_MOST_SHOWN = 200


class Settings:
    """Every setting an engine knows is asked for once; `close` then refuses what is left.

    A voice has them in [engines.NAME], a translator in [translators.NAME].
    """

    def __init__(self, engine: str, given: Mapping[str, str], table: str = "engines") -> None:
        self._engine = engine
        self._table = table
        self._given = given
        self._known: list[str] = []

    def text(self, name: str, default: str) -> str:
        self._known.append(name)
        return self._given.get(name, default)

    def number(self, name: str, default: float, least: float, most: float) -> float:
        said = self.text(name, str(default))
        try:
            value = float(said)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise self._refusal(name, said, f"give a number from {least:.10g} to {most:.10g}")
        return value

    def count(self, name: str, default: int, least: int, most: int) -> int:
        """Half of a thread is no thread: what is no whole number is refused, not rounded."""
        value = self.number(name, default, least, most)
        if not value.is_integer():
            raise self._refusal(name, self._given[name], f"give a whole number from {least} to {most}")
        return int(value)

    def choice(self, name: str, default: str, choices: Sequence[str]) -> str:
        said = self.text(name, default)
        if said not in choices:
            raise self._refusal(name, said, f"choose from {', '.join(choices)}")
        return said

    def close(self) -> None:
        for name in self._given:
            if name not in self._known:
                near = difflib.get_close_matches(name, self._known, n=1)
                known = f"did you mean {near[0]}?" if near else f"it knows {', '.join(self._known) or 'none'}"
                raise EngineError(f"{self._engine} has no setting {name!r}: {known}")

    def _refusal(self, name: str, said: str, remedy: str) -> EngineError:
        return EngineError(f"{self._table}.{self._engine}.{name} is {said[:_MOST_SHOWN]!r}: {remedy}")
