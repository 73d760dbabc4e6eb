"""What the user wants of CosyVoice: [engines.cosyvoice], read and checked."""

from dataclasses import dataclass

from streamtts.engine import EngineError, VoiceOptions
from streamtts.synthesizers.settings import Settings

NOWHERE = (
    "cosyvoice is told neither a server nor an environment that has CosyVoice:"
    " set url, or python and checkout, in [engines.cosyvoice]"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The settings; `voice` is a name, from the command or from there."""

    voice: str
    url: str
    allow_http: bool
    dialect: str
    form: str
    rate_hz: int
    first_timeout_s: float
    python: str
    checkout: str
    precision: str
    start_s: float
    model: str
    sample: str
    transcript: str
    instruct: str
    stream: str
    timeout_s: float

    @property
    def streams(self) -> bool:
        """SGLang-Omni takes the word, but does not stream CosyVoice yet."""
        able = not self.url or self.dialect != "sglang-omni"
        return self.stream == "on" or (self.stream == "auto" and able)


def wanted(options: VoiceOptions) -> Wanted:
    settings = Settings("cosyvoice", options.settings)
    voice = settings.text("voice", "")
    found = Wanted(
        voice=options.voice or voice,
        url=settings.text("url", ""),
        allow_http=settings.choice("allow_http", "false", ("true", "false")) == "true",
        dialect=settings.choice("dialect", "vllm-omni", ("vllm-omni", "sglang-omni")),
        form=settings.choice("format", "pcm", ("pcm", "wav")),
        rate_hz=settings.count("rate_hz", 24_000, 8_000, 192_000),
        first_timeout_s=settings.number("first_timeout_s", 30, 0.1, 600),
        python=settings.text("python", ""),
        checkout=settings.text("checkout", ""),
        precision=settings.choice("precision", "float32", ("float32", "float16")),
        start_s=settings.number("start_s", 300, 1, 600),
        model=settings.text("model", ""),
        sample=settings.text("sample", ""),
        transcript=settings.text("transcript", ""),
        instruct=settings.text("instruct", "").strip(),
        stream=settings.choice("stream", "auto", ("auto", "on", "off")),
        timeout_s=settings.number("timeout_s", 20, 0.1, 600),
    )
    settings.close()
    if found.url and found.python:
        raise EngineError("engines.cosyvoice has both url and python: keep the one that is to speak")
    if not (found.url or found.python):
        raise EngineError(NOWHERE)
    return found
