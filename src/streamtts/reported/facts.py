"""What the trace's `session` line tells of the machine and the settings, in words for a reader."""

from collections.abc import Mapping

from streamtts.reported.records import Record, name, number

_MIB_IN_GIB = 1024

# What is shown, in this order; other fields of the line are not.
_WORDS = {
    "version": "streamtts",
    "python": "Python",
    "system": "System",
    "processor": "Processor",
    "to": "Translated to",
    "source": "Written in",
    "translator": "Translator",
    "voice": "Voice",
    "quality": "Quality",
    "output": "Output",
    "lag": "Lag policy",
}
_NUMBERS = {"cpus": "Processors", "memory_mib": "Memory", "threads": "Threads an engine", "speed": "Speed"}
LAG, OUTPUT = "lag", "output"
LABELS: Mapping[str, str] = {**_WORDS, **_NUMBERS}


def told(record: Record) -> Mapping[str, str]:
    """By field; those that the line lacks are left out."""
    texts = {field: _words(record, field) for field in _WORDS}
    figures = {field: number(record, field) for field in _NUMBERS}
    shown = {field: _figure(field, value) for field, value in figures.items() if value is not None}
    return {field: text for field, text in (texts | shown).items() if text}


def _words(record: Record, field: str) -> str:
    value = record.get(field)
    if isinstance(value, list):
        return ", ".join(filter(None, (name({"": each}, "") for each in value[:10])))
    return name(record, field)


def _figure(field: str, value: float) -> str:
    return f"{value / _MIB_IN_GIB:.1f} GiB" if field == "memory_mib" else f"{value:g}"
