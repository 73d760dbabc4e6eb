"""The figures of a run as a table for people, or as values for programs."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from streamtts.measured.account import Account
from streamtts.measured.reader import Reader
from streamtts.reported.figures import Summary, summary

Ear = Literal["device", "clock", "file"]  # what takes the sound

_NAME_COLUMNS = 26
_HEADINGS = ("p50", "p95", "p99", "most", "of")
_LEGEND = """\
arrive is how long the agent took to write a sentence; scan, clean and split are
of one line of the log. A wait is behind earlier sentences, and so is the ring:
what is ready early waits there until its turn. A gap of up to 350 ms is a
breath that is meant. Last byte to the ear: of sentences that found the voice
free."""

_EAR_LEGENDS: Mapping[Ear, str] = {
    "device": "",
    "clock": "Nobody hears this: the ear is a clock that counts as a device would.",
    "file": "The ear is a file, which takes sound as soon as it is made: it has no gaps.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    reader: Reader
    account: Account
    took_s: float
    memory_mb: tuple[int, int]
    surroundings: Mapping[str, object]
    ear: Ear = "device"

    def rows(self) -> Mapping[str, Summary]:
        """By stage, in the order of a sentence's way; then what a listener notices."""
        reader, account = self.reader, self.account
        texts = {"arrive": reader.arrive, "scan": reader.scan, "clean": reader.clean, "split": reader.split}
        heard = {"last byte to the ear": account.to_the_ear, "gap between sentences": account.gaps}
        return {name: summary(sorted(values)) for name, values in (texts | account.stages | heard).items()}

    def lines(self) -> Iterator[str]:
        account, about = self.account, self.surroundings
        where = f"{about['processor']}, {about['cpus']} processors"
        yield f"{where}; quality {about['quality']}; output {about['output']}"
        yield ""
        yield f"{'milliseconds':<{_NAME_COLUMNS}}" + "".join(f"{heading:>9}" for heading in _HEADINGS)
        for name, row in self.rows().items():
            if row.count:
                figures = (row.median, row.p95, row.p99, row.most)
                yield (
                    f"{name:<{_NAME_COLUMNS}}"
                    + "".join(f"{_ms(value):>9}" for value in figures)
                    + f"{row.count:>9}"
                )
        yield ""
        yield from filter(None, (*_LEGEND.splitlines(), _EAR_LEGENDS[self.ear]))
        yield ""
        sound_s = account.audio_ms / 1000
        told = _counts(account.outcomes)
        if self.ear != "file":
            told += f"; underruns: {account.underruns}"
        yield f"{sound_s:.1f} s of sound in {self.took_s:.1f} s; {told}."
        yield from self._engines()
        own, engines = self.memory_mb
        yield f"Memory, at most: {own} MB here" + (
            f", {engines} MB in the largest engine of its own." if engines else "."
        )

    def values(self) -> Mapping[str, object]:
        account = self.account
        return {
            "surroundings": self.surroundings,
            "milliseconds": {name: asdict(row) for name, row in self.rows().items()},
            "outcomes": dict(account.outcomes),
            "underruns": account.underruns,
            "audio_s": round(account.audio_ms / 1000, 3),
            "took_s": round(self.took_s, 3),
            "real_time_factor": account.real_time_factor,
            "voices": dict(account.voices),
            "translators": dict(account.translators),
            "memory_mb": {"program": self.memory_mb[0], "largest_engine": self.memory_mb[1]},
        }

    def _engines(self) -> Iterator[str]:
        factor = self.account.real_time_factor
        if factor is not None:
            yield f"Spoken by {_named(self.account.voices)}, in {factor:.3f} of the time that it lasts."
        if self.account.translators:
            yield f"Translated by {_named(self.account.translators)}."


def _named(counted: Mapping[str, int]) -> str:
    return ", ".join(sorted(counted, key=lambda name: -counted[name]))


def _counts(outcomes: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()) or "no sentences"


def _ms(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if value < 0.0995 else f"{value:.1f}" if value < 99.95 else f"{value:.0f}"
