"""Google Translate's voices, through the package gTTS: the text leaves the machine.

A voice is a language as Google names it: `ja`, `pt-PT`, `zh-TW`.

Settings, in [engines.gtts]:

    tld        co.uk, com.au and the like give the accents of other countries; com unless set
    timeout_s  how long Google may keep us waiting, 20 unless set
    url        another server in Google's place
"""

import difflib
import re
from collections.abc import Sequence

from streamtts.engine import (
    ANY_LANGUAGE,
    EngineError,
    Synthesizer,
    SynthesizerEngine,
    VoiceInfo,
    VoiceOptions,
)
from streamtts.synthesizers import packages
from streamtts.synthesizers.settings import Settings

_INSTALL = "pip install 'streamtts[gtts]'"
_DOMAIN = re.compile(r"[a-z]{2,6}(\.[a-z]{2})?")
_ALIASES = {
    "zh": "zh-CN",
    "zh-hans": "zh-CN",
    "zh-hant": "zh-TW",
    "he": "iw",
    "nb": "no",
    "nn": "no",
    "fil": "tl",
}


def _create(options: VoiceOptions) -> Synthesizer:
    packages.require(_missing())
    packages.limit_threads(options.threads)
    from streamtts.synthesizers.gtts_voice import GttsVoice
    from streamtts.web.address import web_address

    settings = Settings("gtts", options.settings)
    domain = settings.text("tld", "com")
    timeout_s = settings.number("timeout_s", 20, 0.1, 600)
    url = settings.text("url", f"https://translate.google.{domain}")
    settings.close()
    if not _DOMAIN.fullmatch(domain):
        raise EngineError(f"engines.gtts.tld is {domain!r}: give the end of a Google address, like co.uk")
    address = web_address(url, "engines.gtts.url", allow_http=False)
    return GttsVoice(address, language_for(options.voice or options.language, _languages()), timeout_s)


def language_for(code: str, known: Sequence[str]) -> str:
    """Google's name for a language such as `pt-BR` or `zh_TW`."""
    wanted = code.replace("_", "-").lower() or "en"
    by_name = {name.lower(): name for name in known}
    base = wanted.partition("-")[0]
    for name in (wanted, _ALIASES.get(wanted, ""), base, _ALIASES.get(base, "")):
        if name.lower() in by_name:
            return by_name[name.lower()]
    near = difflib.get_close_matches(wanted, by_name, n=1)
    hint = f"did you mean {by_name[near[0]]}?" if near else "`streamtts voices gtts` lists them"
    raise EngineError(f"Google has no voice for the language {code[:200]!r}: {hint}")


def _languages() -> Sequence[str]:
    from gtts.lang import tts_langs

    return list(tts_langs())


def _refuses(voice: str) -> str | None:
    return packages.objection(language_for, voice, _languages())


def _missing() -> str | None:
    return packages.reason_missing("gtts", ("gtts", "soundfile"), _INSTALL)


def _voices() -> Sequence[VoiceInfo]:
    if _missing():
        return ()
    return [VoiceInfo(name, name.partition("-")[0]) for name in _languages()]


engine = SynthesizerEngine(
    name="gtts",
    summary="Google Translate's voices, over the network",
    languages=(ANY_LANGUAGE,),
    licence="MIT package; Google's terms for the service",
    create=_create,
    missing=_missing,
    voices=_voices,
    hosted=True,
    cloud=True,
    refuses=_refuses,
    settings=("tld", "timeout_s", "url"),
)
