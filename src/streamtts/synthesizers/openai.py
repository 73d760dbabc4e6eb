"""Any server with OpenAI's `POST /v1/audio/speech`: OpenAI itself, Kokoro-FastAPI, LocalAI, vLLM and others.

Settings, in [engines.openai]:

    url         the server, as in http://localhost:8880/v1; OpenAI's unless set
    model       gpt-4o-mini-tts unless set
    voice       alloy unless set; `--voice openai:nova` goes before it
    format      pcm, or wav, which a server may know better; of 16-bit samples
    rate_hz     24000 unless set
    timeout_s   how long the server may keep us waiting, 20 unless set
    allow_http  true lets the text go unencrypted to a server that is not in the house

The key is read from STREAMTTS_OPENAI_API_KEY, else OPENAI_API_KEY, and from nowhere else.
"""

import os
from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from streamtts.engine import (
    ANY_LANGUAGE,
    EngineError,
    Synthesizer,
    SynthesizerEngine,
    VoiceInfo,
    VoiceOptions,
)
from streamtts.synthesizers.settings import Settings

KEY_VARIABLES = ("STREAMTTS_OPENAI_API_KEY", "OPENAI_API_KEY")

_DEFAULT_URL = "https://api.openai.com/v1"
_ENDPOINT = "/audio/speech"
_VOICES = "alloy ash ballad cedar coral echo fable marin nova onyx sage shimmer verse"


def _create(options: VoiceOptions) -> Synthesizer:
    from streamtts.synthesizers.speech_api import SpeechApi, SpeechApiVoice
    from streamtts.synthesizers.web_address import web_address

    settings = Settings("openai", options.settings)
    url = settings.text("url", _DEFAULT_URL)
    allow_http = settings.choice("allow_http", "false", ("true", "false")) == "true"
    api = SpeechApi(
        model=settings.text("model", "gpt-4o-mini-tts"),
        voice=options.voice or settings.text("voice", "alloy"),
        form=settings.choice("format", "pcm", ("pcm", "wav")),
        rate_hz=round(settings.number("rate_hz", 24_000, 8_000, 192_000)),
        timeout_s=settings.number("timeout_s", 20, 0.1, 600),
        key=_key(),
    )
    settings.text("voice", "")
    settings.close()
    address = web_address(_endpoint(url), "engines.openai.url", allow_http=allow_http)
    if not api.key and not address.local:
        raise EngineError(f"{address.name} needs a key: set the environment variable {KEY_VARIABLES[0]}")
    return SpeechApiVoice(api, address)


def _endpoint(url: str) -> str:
    """People give the server, its `/v1`, or all of it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url  # refused by who looks closer
    path = parts.path.rstrip("/") or "/v1"
    return urlunsplit(
        parts._replace(path=path if path.endswith(_ENDPOINT) else path + _ENDPOINT, fragment="")
    )


def _key() -> str:
    for name in KEY_VARIABLES:
        key = os.environ.get(name, "").strip()
        if key:
            if not (key.isascii() and key.isprintable() and " " not in key):
                raise EngineError(f"{name} holds characters that no key has: set it anew")
            return key
    return ""


def _voices() -> Sequence[VoiceInfo]:
    return [
        VoiceInfo(name, ANY_LANGUAGE, "at OpenAI; other servers have their own") for name in _VOICES.split()
    ]


engine = SynthesizerEngine(
    name="openai",
    summary="any server with OpenAI's speech interface, OpenAI's own unless told otherwise",
    languages=(ANY_LANGUAGE,),
    licence="the server's terms",
    create=_create,
    missing=lambda: None,
    voices=_voices,
    cloud=True,
)
