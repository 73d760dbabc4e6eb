"""Every setting of a session: its default, its help, and what may be said of it."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from streamtts.configuration import grammar
from streamtts.configuration.settings import Group, Refused, about, settings_of, shown
from streamtts.errors import UsageError
from streamtts.types import Quality, Say

OnNewTurn = Literal["finish", "interrupt"]
Isolate = Literal["auto", "always", "never"]
ToolTalk = Literal["skip", "brief"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the flags, the variables and the file decide; the flags' help is made of this."""

    to: str = field(
        default="",
        metadata=about(
            "language to hear, or to print, like ja; without it you get the language that was written",
            Group.LANGUAGE,
            metavar="LANG",
            parse=grammar.language,
        ),
    )
    source: str = field(
        default="en",
        metadata=about(
            "language of the agent, where its letters do not tell",
            Group.LANGUAGE,
            name="from",
            metavar="LANG",
            parse=grammar.spoken_language,
        ),
    )
    translator: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "[SRC-TGT=]ENGINE[:MODEL], like llama or en-fr=nllb:opus-mt-en-fr; give it again, or with "
            "commas, for what to fall back to. `streamtts engines` lists them; without it the best that is "
            "installed translates",
            Group.LANGUAGE,
            metavar="TRANSLATOR",
            parse=grammar.translator,
        ),
    )
    translation_timeout: float = field(
        default=20.0,
        metadata=about(
            "seconds that the translation of a sentence may take; then you hear the original",
            Group.LANGUAGE,
            metavar="S",
            low=0.1,
            high=3600,
        ),
    )
    translation_cache: Path | None = field(
        default=None,
        metadata=about(
            "keep translations in a file, for the next time the same is said",
            Group.LANGUAGE,
            metavar="FILE",
            beside_file=True,
            example="translations.sqlite",
        ),
    )
    voice: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "[LANG=]ENGINE[:VOICE], like hibari or ja=kokoro-ja:jf_alpha, or a voice of your own; give it "
            "again, or with commas, for more languages. `streamtts voices` lists them; without it the best "
            "that is installed speaks",
            Group.VOICE,
            metavar="VOICE",
            parse=grammar.voice,
        ),
    )
    speed: float = field(
        default=1.0,
        metadata=about("how fast to speak, 0.5 to 3", Group.VOICE, metavar="N", low=0.5, high=3),
    )
    volume: float = field(
        default=1.0,
        metadata=about("how loud, 0 to 1", Group.VOICE, metavar="N", low=0, high=1),
    )
    output: str = field(
        default="default",
        metadata=about(
            "where sound goes: a device, null, wav:FILE or raw:-; `streamtts devices` lists them",
            Group.VOICE,
            metavar="NAME",
        ),
    )
    lexicon: Path | None = field(
        default=None,
        metadata=about(
            "how names are pronounced, a TOML file",
            Group.VOICE,
            metavar="FILE",
            beside_file=True,
            example="lexicon.toml",
        ),
    )
    code: Say = field(
        default="brief",
        metadata=about(
            "code blocks and diffs: not at all, named in one short sentence, or read out", Group.HEARD
        ),
    )
    tables: Say = field(default="brief", metadata=about("tables, likewise", Group.HEARD))
    tools: ToolTalk = field(
        default="skip",
        metadata=about("the agent's use of tools: not at all, or named in a word or two", Group.HEARD),
    )
    earcon: bool = field(
        default=False, metadata=about("a short tone when the agent's turn is over", Group.HEARD)
    )
    eager: bool = field(
        default=False,
        metadata=about("release the first clause of a long opening sentence at once", Group.HEARD),
    )
    lag: str = field(
        default="20s:speed",
        metadata=about(
            "when speech is further behind than this, speak faster, up to 1.6 times (speed); or that, and "
            "then skip the oldest sentences and say so (skip); or never mind (off)",
            Group.PACE,
            metavar="20s[:speed|skip|off]",
            parse=grammar.lag,
        ),
    )
    on_new_turn: OnNewTurn = field(
        default="finish",
        metadata=about("when the agent starts a new turn: finish the old one, or drop it", Group.PACE),
    )
    captions: Path | None = field(
        default=None,
        metadata=about(
            "write what was heard, and when, to a .srt or .vtt file",
            Group.SHOWN,
            metavar="FILE",
            suffixes=(".srt", ".vtt"),
            example="session.srt",
        ),
    )
    trace: Path | None = field(
        default=None,
        metadata=about(
            "write the times of every sentence to a JSON lines file",
            Group.SHOWN,
            metavar="FILE",
            example="trace.jsonl",
        ),
    )
    quiet: bool = field(default=False, metadata=about("no captions on the terminal", Group.SHOWN, short="-q"))
    keys: bool = field(default=True, metadata=about("listen to the keyboard while speaking", Group.CONTROL))
    control: bool = field(default=True, metadata=about("listen to `streamtts ctl`", Group.CONTROL))
    quality: Quality = field(
        default="balanced",
        metadata=about(
            "which of the voices and translators that are installed are preferred: the soonest heard "
            "(fast), the best that this machine can use (best), or some of both (balanced); --voice and "
            "--translator go first. `streamtts engines` shows the choice, and why",
            Group.ENGINES,
        ),
    )
    threads: int = field(
        default=1,
        metadata=about("processor threads for each engine", Group.ENGINES, metavar="N", low=1, high=256),
    )
    isolate: Isolate = field(
        default="auto",
        metadata=about(
            "run engines in a process of their own: those that should, all, or none", Group.ENGINES
        ),
    )
    offline: bool = field(
        default=False,
        metadata=about(
            "fetch no models: `streamtts models pull` and the demo use what is on this machine", Group.ENGINES
        ),
    )
    engines: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict,
        metadata=about(
            "settings of single voice engines, as a table [engines.NAME]; docs/voices.md has their names",
            Group.ENGINES,
        ),
    )
    translators: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict,
        metadata=about(
            "settings of single translators, as a table [translators.NAME]; docs/translators.md has their "
            "names",
            Group.ENGINES,
        ),
    )


SETTINGS = settings_of(Config)


def config_of(settings: Mapping[str, Any]) -> Config:
    """A program's settings by field, checked as those of the file are; UsageError says what is wrong."""
    by_field = {setting.field: setting for setting in SETTINGS}
    values: dict[str, Any] = {}
    for name, value in settings.items():
        if name not in by_field:
            near = difflib.get_close_matches(name, by_field, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(by_field)}"
            raise UsageError(f"there is no setting {shown(name)}: {hint}")
        setting = by_field[name]
        keeps = value is None and setting.default is None
        try:
            values[name] = value if keeps else setting.from_value(value)
        except Refused as refused:
            raise UsageError(f"{name} cannot be {shown(value)}: {refused}") from None
    return Config(**values)
