"""Any server with OpenAI's `POST /v1/audio/speech`: OpenAI itself, Kokoro-FastAPI, LocalAI, vLLM and others.

Settings, in [engines.openai]:

    url         the server, as in http://localhost:8880/v1; OpenAI's unless set
    model       gpt-4o-mini-tts unless set
    voice       alloy unless set; `--voice openai:nova` goes before it
    format      pcm, or wav, which a server may know better; of 16-bit samples
    rate_hz     24000 unless set
    speed       0.25 to 4; the server's unless set
    instruct    how it is to be spoken, in words; gpt-4o-mini-tts heeds them, tts-1 does not
    timeout_s   how long the server may keep us waiting, 20 unless set
    allow_http  true lets the text go unencrypted to a server that is not in the house

The key is read from STREAMTTS_OPENAI_API_KEY, else OPENAI_API_KEY, and from nowhere else.
"""

from collections.abc import Sequence

from streamtts.engine import ANY_LANGUAGE, Synthesizer, SynthesizerEngine, VoiceInfo, VoiceOptions
from streamtts.synthesizers.settings import Settings
from streamtts.web.openai import lacking

_ENDPOINT = "/audio/speech"
_VOICES = "alloy ash ballad cedar coral echo fable marin nova onyx sage shimmer verse"


def _create(options: VoiceOptions) -> Synthesizer:
    from streamtts.synthesizers.speech_api import SpeechApi, SpeechApiVoice
    from streamtts.web.openai import DEFAULT_URL, address_of, key_of_environment

    settings = Settings("openai", options.settings)
    url = settings.text("url", DEFAULT_URL)
    allow_http = settings.choice("allow_http", "false", ("true", "false")) == "true"
    speed = settings.text("speed", "") and settings.number("speed", 1, 0.25, 4)
    instruct = settings.text("instruct", "").strip()
    api = SpeechApi(
        model=settings.text("model", "gpt-4o-mini-tts"),
        voice=options.voice or settings.text("voice", "alloy"),
        form=settings.choice("format", "pcm", ("pcm", "wav")),
        rate_hz=settings.count("rate_hz", 24_000, 8_000, 192_000),
        timeout_s=settings.number("timeout_s", 20, 0.1, 600),
        key=key_of_environment(),
        speed=speed or 1.0,
        extra={name: told for name, told in (("speed", speed), ("instructions", instruct)) if told},
    )
    settings.text("voice", "")
    settings.close()
    return SpeechApiVoice(
        api, address_of(url, _ENDPOINT, "engines.openai.url", api.key, allow_http=allow_http)
    )


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
    settings=("url", "model", "voice", "format", "rate_hz", "speed", "instruct", "timeout_s", "allow_http"),
    lacks=lambda settings: lacking("engines.openai", settings),
)
