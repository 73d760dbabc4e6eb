"""A session as JSON lines: every event, every sentence with the times of its stages, and a summary."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TypeAlias, get_args

from streamtts import events
from streamtts.events import Event, Known, Started
from streamtts.shown.journeys import Figures, Journey, Journeys, Outcome, Tally
from streamtts.shown.outfile import OutFile
from streamtts.shown.terminal import json_text

_Fields: TypeAlias = dict[str, object]

_NAMES: dict[type[Event], str] = {
    events.Known: "known",
    events.Asked: "asked",
    events.TranslatedClause: "translated_clause",
    events.Translated: "translated",
    events.Voiced: "voiced",
    events.Spoken: "spoken",
    events.HeardStart: "heard_start",
    events.HeardEnd: "heard_end",
    events.Skipped: "skipped",
    events.TurnHeard: "turn_heard",
    events.Notice: "notice",
    events.Status: "status",
    events.Finished: "finished",
}


class TraceFile:
    """One line for each event when it happens, told apart by `event`; times are milliseconds, `..._ms`.

    `jq 'select(.event == "sentence")'` is a line for each sentence, written when it was heard or skipped,
    at the latest at the end; the last line is the "summary".
    """

    def __init__(self, path: Path, about: Mapping[str, object] | None = None) -> None:
        self._file = OutFile(path)
        self._about = about  # the machine and the settings
        self._journeys = Journeys()
        self._outcomes: dict[str, int] = dict.fromkeys(get_args(Outcome), 0)
        self._free, self._waited = Tally(), Tally()
        self._started: Started | None = None  # to be written before anything else
        self._now_s: float | None = None

    def on_event(self, event: Event) -> None:
        if isinstance(event, Started):
            self._started = event
            return
        if self._started is not None:
            self._write("started", _event_fields(self._started))
            if self._about is not None:
                self._write("session", {"at_ms": _ms(self._started.at_s), **self._about})
            self._started = None
        self._now_s = event.at_s
        self._write(_NAMES[type(event)], _event_fields(event))
        if journey := self._journeys.on_event(event):
            self._write_sentence(journey, event.at_s)

    def close(self) -> None:
        if self._now_s is not None:  # a session that never began leaves an older trace alone
            for journey in self._journeys.take_rest():
                self._write_sentence(journey, self._now_s)
            self._write("summary", self._summary(self._now_s))
            self._now_s = None
        self._file.close()

    def _write_sentence(self, journey: Journey, at_s: float) -> None:
        self._outcomes[journey.outcome] += 1
        if journey.heard_start_ms is not None:
            (self._free if journey.voice_free else self._waited).add(journey.figures())
        self._write("sentence", _sentence_fields(at_s, journey))

    def _summary(self, at_s: float) -> _Fields:
        counts: _Fields = {"sentences": sum(self._outcomes.values()), **self._outcomes}
        tallies: _Fields = {"voice_free": _tally_fields(self._free), "waited": _tally_fields(self._waited)}
        return {"at_ms": _ms(at_s)} | counts | tallies

    def _write(self, event: str, fields: _Fields) -> None:
        self._file.write(json_text({"event": event, **fields}) + "\n")


def _event_fields(event: Event) -> _Fields:
    """The event's own fields; a sentence's stand among them, seconds become milliseconds."""
    fields: _Fields = {}
    for name, value in asdict(event).items():
        if name.endswith("_s"):
            fields[f"{name[:-2]}_ms"] = None if value is None else _ms(value)
        elif name != "sentence":
            fields[name] = value
    return fields | _known_fields(event)


def _known_fields(event: Event) -> _Fields:
    return event.sentence.told() if isinstance(event, Known) else {}


def _sentence_fields(at_s: float, journey: Journey) -> _Fields:
    sentence, translation = journey.sentence, journey.translation
    return {
        "at_ms": _ms(at_s),
        "index": journey.index,
        "turn": sentence.turn,
        "seq": sentence.seq,
        "outcome": journey.outcome,
        "why": journey.why,
        "text": sentence.text,
        "spoken": translation.text if translation else None,
        "language": translation.language if translation else None,
        "by": translation.by if translation else None,
        "engine": journey.engine or None,
        "known_ms": sentence.t_ms,
        "translating_ms": journey.translating_ms,
        "translated_first_ms": journey.translated_first_ms,
        "translated_ms": journey.translated_ms,
        "voicing_ms": journey.voicing_ms,
        "made_ms": journey.made_ms,
        "voiced_ms": journey.voiced_ms,
        "heard_start_ms": journey.heard_start_ms,
        "heard_end_ms": journey.heard_end_ms,
        "device_ms": journey.device_ms,
        "audio_ms": journey.audio_ms,
        "computing_ms": journey.computing_ms,
        "voice_free": journey.voice_free,
        "gap_ms": journey.gap_ms,
    }


def _tally_fields(tally: Tally) -> _Fields:
    p99 = tally.p99()
    return {
        "count": tally.count,
        "median_ms": _figures(tally.medians()),
        "p99_ms": _figures(p99) if p99 else None,
    }


def _figures(figures: Figures) -> _Fields:
    return {name: None if value is None else round(value, 3) for name, value in asdict(figures).items()}


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
