"""Values of every setting: how each is written, and what it must become."""

from dataclasses import dataclass
from pathlib import Path

from streamtts.configuration.config import SETTINGS
from streamtts.configuration.settings import Kind


@dataclass(frozen=True)
class Sample:
    """One value in the three ways that it can be given."""

    flags: tuple[str, ...]
    variable: str
    toml: str
    value: object


def text(flag: str, *words: str) -> list[Sample]:
    return [Sample((flag, word), word, f'"{word}"', word) for word in words]


def switch(flag: str) -> list[Sample]:
    """Three that take turns: off, on, off, each its neighbour's opposite."""
    off, on = (f"--no-{flag}",), (f"--{flag}",)
    return [
        Sample(off, "off", "false", value=False),
        Sample(on, "yes", "true", value=True),
        Sample(off, "0", "false", value=False),
    ]


def path(flag: str, *names: str) -> list[Sample]:
    return [Sample((flag, name), name, f'"{name}"', Path(name)) for name in names]


# By field; three of each, so that file, variable and flag can all differ.
SAMPLES: dict[str, list[Sample]] = {
    "to": text("--to", "ja", "de", "pt-BR"),
    "source": text("--from", "fr", "es", "it"),
    "translator": [
        Sample(("--translator", "llama"), "llama", '"llama"', ("llama",)),
        Sample(
            ("--translator", "en-ja=llama:/m.gguf", "--translator", "mark"),
            "en-ja=llama:/m.gguf, mark",
            '["en-ja=llama:/m.gguf", "mark"]',
            ("en-ja=llama:/m.gguf", "mark"),
        ),
        Sample(("--translator=mark,nllb",), "mark,nllb", '"mark,nllb"', ("mark", "nllb")),
    ],
    "translation_timeout": [
        Sample(("--translation-timeout", w), w, w, float(w)) for w in ("0.5", "30", "3600")
    ],
    "translation_cache": path("--translation-cache", "/a.sqlite", "/b c", "/d"),
    "voice": [
        Sample(("--voice", "hibari"), "hibari", '"hibari"', ("hibari",)),
        Sample(
            ("--voice", "ja=openjtalk:mei", "--voice", "espeak"),
            "ja=openjtalk:mei, espeak",
            '["ja=openjtalk:mei", "espeak"]',
            ("ja=openjtalk:mei", "espeak"),
        ),
        Sample(("--voice=tone,say",), "tone,say", '"tone,say"', ("tone", "say")),
    ],
    "speed": [Sample(("--speed", w), w, w, float(w)) for w in ("0.5", "3", "1.25")],
    "volume": [Sample(("--volume", w), w, w, float(w)) for w in ("0", "0.5", "0.25")],
    "output": text("--output", "null", "wav:a b.wav", "raw:-"),
    "lexicon": path("--lexicon", "/a.toml", "/b.toml", "/c d.toml"),
    "code": text("--code", "skip", "read", "brief"),
    "tables": text("--tables", "skip", "read", "brief"),
    "tools": text("--tools", "brief", "skip", "brief"),
    "earcon": switch("earcon"),
    "eager": switch("eager"),
    "lag": text("--lag", "5s", "off", "1.5m:skip"),
    "on_new_turn": text("--on-new-turn", "interrupt", "finish", "interrupt"),
    "captions": path("--captions", "a.srt", "b.vtt", "/c/d.SRT"),
    "trace": path("--trace", "a.jsonl", "b", "/c/d"),
    "quiet": switch("quiet"),
    "keys": switch("keys"),
    "control": switch("control"),
    "quality": text("--quality", "fast", "best", "balanced"),
    "threads": [Sample(("--threads", w), w, w, int(w)) for w in ("2", "3", "256")],
    "offline": switch("offline"),
    "isolate": text("--isolate", "always", "never", "auto"),
}

assert SAMPLES.keys() == {s.field for s in SETTINGS if s.kind is not Kind.TABLES}
