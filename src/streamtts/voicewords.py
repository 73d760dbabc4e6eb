"""The words behind `streamtts voices`: what is to be done with which voices."""

from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from streamtts.configuration.config_file import load
from streamtts.configuration.grammar import file, language
from streamtts.configuration.settings import Refused, shown
from streamtts.errors import UsageError


@dataclass(frozen=True, slots=True)
class VoicesCommand:
    """`streamtts voices`: what --voice takes; of one language or engine if `only` is given."""

    only: str
    as_json: bool


@dataclass(frozen=True, slots=True)
class AddVoiceCommand:
    """`streamtts voices add`: make a voice of a recording."""

    name: str
    recording: Path
    transcript: str = ""
    language: str = ""
    consent: bool = False  # said beforehand


@dataclass(frozen=True, slots=True)
class RemoveVoicesCommand:
    """`streamtts voices rm`: take voices of the user's own away."""

    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class PlayVoiceCommand:
    """`streamtts voices play`: hear what was recorded."""

    name: str
    output: str


VoiceCommand = VoicesCommand | AddVoiceCommand | RemoveVoicesCommand | PlayVoiceCommand

# How few and how many words an action takes, and which.
_WORDS: Mapping[str, tuple[int, int, str]] = {
    "list": (0, 1, "one language or one engine: streamtts voices list ja"),
    "add": (2, 2, "a name and the file of a recording: streamtts voices add NAME FILE"),
    "rm": (1, 1000, "the name of a voice of your own: streamtts voices rm NAME"),
    "play": (1, 1, "the name of one voice of your own: streamtts voices play NAME"),
}
_FLAGS = (
    ("--text", "text", "add"),
    ("--language", "language", "add"),
    ("--i-have-consent", "i_have_consent", "add"),
    ("--output", "output", "play"),
    ("--json", "json", "list"),
)


def voice_command(found: Namespace, environ: Mapping[str, str]) -> VoiceCommand:
    action, words = found.deed or "list", found.voiced
    for flag, name, meant in _FLAGS:
        if getattr(found, name) not in (None, False) and action != meant:
            raise UsageError(f"`streamtts voices {action}` takes no {flag}: that is for {meant}")
    least, most, needed = _WORDS[action]
    if not least <= len(words) <= most:
        raise UsageError(f"`streamtts voices {action}` takes {needed}")
    match action:
        case "add":
            return AddVoiceCommand(
                words[0], file(words[1]), found.text or "", _language(found.language), found.i_have_consent
            )
        case "rm":
            return RemoveVoicesCommand(words)
        case "play":
            flags = {"output": found.output} if found.output else {}
            return PlayVoiceCommand(words[0], load(environ, flags).config.output)
        case _:
            return VoicesCommand(words[0] if words else "", found.json)


def _language(word: str | None) -> str:
    try:
        return language(word or "")
    except Refused as refused:
        raise UsageError(f"--language cannot be {shown(word)}: {refused}") from None
