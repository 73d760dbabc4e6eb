"""Settings whose words have a grammar of their own."""

import re
from pathlib import Path

from streamtts.configuration.settings import Refused
from streamtts.errors import UsageError
from streamtts.pipeline.lag import LagPolicy

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{2,8})*)", re.ASCII)
_TRANSLATOR = re.compile(r"(?:[A-Za-z][\w-]*=)?[A-Za-z0-9][\w.-]*(?::.+)?", re.ASCII | re.DOTALL)
_VOICE = re.compile(r"(?:(?P<language>[^=:]+)=)?(?P<engine>[^\W_][\w.-]*)(?P<voice>:.+)?", re.DOTALL)


def language(word: str) -> str:
    """A language code as ISO and BCP 47 write it: `ja`, `pt-BR`. An empty one is as it was written."""
    if not word:
        return word
    found = _LANGUAGE.fullmatch(word)
    if found is None:
        raise Refused("give a language code, like en, ja or pt-BR")
    return found[1].lower() + found[2].replace("_", "-")


def spoken_language(word: str) -> str:
    if not word:
        raise Refused("give a language code, like en, ja or pt-BR")
    return language(word)


def voice(word: str) -> str:
    """`ENGINE`, `ENGINE:VOICE`, `LANG=ENGINE:VOICE`; in place of an engine a voice of the user's own."""
    found = _VOICE.fullmatch(word)
    if found is None:
        raise Refused("give ENGINE, ENGINE:VOICE or LANG=ENGINE:VOICE, like ja=openjtalk")
    prefix = "" if found["language"] is None else f"{spoken_language(found['language'])}="
    return f"{prefix}{found['engine']}{found['voice'] or ''}"


def translator(word: str) -> str:
    """`ENGINE`, `ENGINE:MODEL`, `SRC-TGT=ENGINE:MODEL`."""
    if _TRANSLATOR.fullmatch(word) is None:
        raise Refused("give ENGINE, ENGINE:MODEL or SRC-TGT=ENGINE:MODEL, like en-ja=llama")
    return word


def file(word: str) -> Path:
    """What is no file shows when it is opened; an empty word, of a variable that is not set, would be `.`."""
    if not word:
        raise UsageError("one of the files has an empty name: give the name of a file")
    return Path(word)


def lag(word: str) -> str:
    try:
        LagPolicy.parse(word)
    except UsageError:
        raise Refused("give seconds and what to do, like 20s, 20s:speed, 30s:skip or off") from None
    return word
