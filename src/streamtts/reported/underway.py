"""Sentences that began and did not end, because their session was killed or still runs."""

from collections.abc import Iterator, Mapping

from streamtts.reported.records import Record, count

# What each event tells of its sentence: the event's field by that of a `sentence` line.
_TELLS: Mapping[str, Mapping[str, str]] = {
    "known": {"known_ms": "t_ms", "turn": "turn", "text": "text"},
    "asked translator": {"translating_ms": "at_ms"},
    "asked voice": {"voicing_ms": "at_ms"},
    "translated_clause": {
        "translated_first_ms": "at_ms",
        "spoken": "text",
        "language": "language",
        "by": "by",
    },
    "translated": {"translated_ms": "at_ms", "spoken": "text", "language": "language", "by": "by"},
    "voiced": {"voiced_ms": "at_ms", "made_ms": "made_ms", "engine": "engine"},
    "heard_start": {"heard_start_ms": "at_ms"},
}
_TEXTS = ("spoken", "language", "by")  # the last word on these holds; of times, the first


class UnderWay:
    """Follows each sentence from `known` to its `sentence` line."""

    def __init__(self) -> None:
        self._begun: dict[int, dict[str, object]] = {}

    def __len__(self) -> int:
        return len(self._begun)

    def follow(self, event: str, record: Record) -> None:
        index = count(record, "index")
        if index is None:
            return
        if event == "sentence":
            self._begun.pop(index, None)
        elif event == "known":
            self._begun[index] = {"index": index, "voice_free": not self._begun}
        if (fields := self._begun.get(index)) is not None:
            _add(fields, f"{event} {record.get('worker')}" if event == "asked" else event, record)

    def sentences(self, end_ms: float) -> Iterator[Record]:
        """As `sentence` lines, like those that a session writes which ends in the middle, at `end_ms`."""
        for fields in self._begun.values():
            fields.setdefault("translated_first_ms", fields.get("translated_ms"))
            if "heard_start_ms" in fields:
                yield fields | {"outcome": "cut", "why": "under way", "heard_end_ms": end_ms}
            else:
                yield fields | {"outcome": "unheard", "why": "under way"}


def _add(fields: dict[str, object], event: str, record: Record) -> None:
    for name, told in _TELLS.get(event, {}).items():
        if name in _TEXTS or name not in fields:
            fields[name] = record.get(told)
