"""What a quality mode prefers on a machine: only an order. Whether a candidate is ready shows elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from streamtts.quality.machine import Machine, this_machine
from streamtts.quality.table import Need, Row, table
from streamtts.types import Quality

DEFAULT: Quality = "balanced"  # what the others go on with

_NO_NEED = Need()


@dataclass(frozen=True, slots=True)
class Policy:
    """A mode on a machine."""

    mode: Quality = DEFAULT
    machine: Machine = field(default_factory=this_machine)

    def voices(self, language: str) -> Sequence[str]:
        """Who is to speak a language, by its primary code: ENGINE or ENGINE:VOICE, best first."""
        return self._order(table().voices, language)

    def translators(self, source: str, target: str) -> Sequence[str]:
        """Who is to translate, ENGINE or ENGINE:MODEL, best first."""
        return self._order(table().translators, f"{source}-{target}")

    def too_large_voices(self, language: str) -> Sequence[tuple[str, str]]:
        """Those that the mode would prefer on a larger machine, and what this one lacks."""
        return self._too_large(table().voices, language)

    def too_large_translators(self, source: str, target: str) -> Sequence[tuple[str, str]]:
        return self._too_large(table().translators, f"{source}-{target}")

    def _order(self, rows: Sequence[Row], matter: str) -> Sequence[str]:
        fitting = (label for label in self._preferred(rows, matter) if not self._lacking(label))
        return [*dict.fromkeys((*fitting, *self._taken(rows, matter, DEFAULT)))]

    def _too_large(self, rows: Sequence[Row], matter: str) -> Sequence[tuple[str, str]]:
        preferred = dict.fromkeys(self._preferred(rows, matter))
        return [(label, lacking) for label in preferred if (lacking := self._lacking(label))]

    def _preferred(self, rows: Sequence[Row], matter: str) -> Iterable[str]:
        return self._taken(rows, matter, self.mode) if self.mode != DEFAULT else ()

    def _taken(self, rows: Sequence[Row], matter: str, mode: Quality) -> Iterable[str]:
        for row in rows:
            if row.fits(mode, matter, self.machine.hardware):
                yield from row.take

    def _lacking(self, label: str) -> str:
        return table().needs.get(label, _NO_NEED).lacking(self.machine)


def understood(engine: str, language: str) -> bool:
    """False where it was measured that nobody understands the engine's voice for the language."""
    return all(each.understood for each in table().figures if each.of == engine and language in each.matters)


def figure(engine: str, model: str, matter: str) -> str:
    """What was measured of an engine with a model, in a language or between two."""
    label = f"{engine}:{model}" if model else engine
    return next(
        (
            each.says
            for each in table().figures
            if each.of == label and (not each.matters or matter in each.matters)
        ),
        "not measured",
    )
