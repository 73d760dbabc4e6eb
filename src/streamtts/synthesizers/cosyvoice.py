"""CosyVoice 2 and 3, which speak like a sample: behind a server, or in an environment of their own.

Settings, in [engines.cosyvoice], besides one of `url` and `python`; docs/voices.md says more:

    url              a server with /v1/audio/speech, as in http://localhost:8091/v1
    dialect          vllm-omni, or sglang-omni
    model            the server's, if it has more than one; or the folder of the checkout's
    format           pcm, or wav; of 16-bit samples
    rate_hz          24000 unless set
    first_timeout_s  how long the server may take until there is some sound, 30 unless set
    allow_http       true lets the text go unencrypted to a server that is not in the house

    python           the interpreter of the environment that has CosyVoice
    checkout         the folder of its code
    precision        float32, or float16
    start_s          how long it may take to load, 300 unless set

    sample           a sound file of 5 to 10 s; a voice of `streamtts voices add` goes before it
    transcript       what is said in the sample
    instruct         how it is to be spoken, in words
    voice            a voice of `streamtts voices add`, or the server's; `--voice cosyvoice:NAME` goes first
    stream           auto, on or off
    timeout_s        how long there may be no sound in the middle, 20 unless set

The key is read from STREAMTTS_COSYVOICE_API_KEY, and from nowhere else.
"""

from collections.abc import Mapping

from streamtts.engine import EngineError, Synthesizer, SynthesizerEngine, VoiceOptions

_LONGEST_S = 900.0  # more than its own limits allow


def _create(options: VoiceOptions) -> Synthesizer:
    from streamtts.synthesizers.cosy.wanted import wanted

    found = wanted(options)
    if found.url:
        from streamtts.synthesizers.cosy.served import served

        return served(found)
    from streamtts.synthesizers.cosy.checkout import CheckoutVoice

    return CheckoutVoice(found, options.threads)


def _lacks(settings: Mapping[str, str]) -> str | None:
    from streamtts.synthesizers.cosy.wanted import NOWHERE

    if settings.get("python"):
        return None
    if not settings.get("url"):
        return NOWHERE
    from streamtts.synthesizers.cosy.served import address_of

    try:
        address_of(settings["url"], allow_http=settings.get("allow_http") == "true")
    except EngineError as error:
        return str(error)
    return None


engine = SynthesizerEngine(
    name="cosyvoice",
    summary="CosyVoice 2 and 3, which speak like a sample: a server's, or yours in another environment",
    languages=("en", "ja", "zh", "ko", "de", "es", "fr", "it", "ru"),
    licence="the makers', not settled: see where you have it from",
    create=_create,
    missing=lambda: None,
    voices=lambda: (),
    hosted=True,
    cloud=True,
    clones=True,
    stresses=True,
    settings=(
        "url",
        "dialect",
        "model",
        "format",
        "rate_hz",
        "first_timeout_s",
        "allow_http",
        "python",
        "checkout",
        "precision",
        "start_s",
        "sample",
        "transcript",
        "instruct",
        "voice",
        "stream",
        "timeout_s",
    ),
    lacks=_lacks,
    start_s=_LONGEST_S,
    reply_s=_LONGEST_S,
)
