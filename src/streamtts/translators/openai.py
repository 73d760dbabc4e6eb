"""Any server with OpenAI's `POST /v1/chat/completions`: llama-server, vLLM, Ollama, Ray Serve, OpenAI itself.

Settings, in [translators.openai]:

    url                the server, as in http://localhost:8080/v1; OpenAI's unless set
    model              the server's only one unless set; `--translator openai:qwen2.5` goes before it
    connect_timeout_s  how long until the server is reached, 5 unless set
    first_timeout_s    how long until it begins to answer, 20 unless set
    next_timeout_s     how long between two words, 10 unless set
    parallel           how many sentences are asked at once when many wait, 8 unless set
    max_tokens         the longest answer, 1024 unless set
    thinking           on lets a model think first that can; off unless set
    warm               off spares the server a request that lets it read the examples beforehand
    prefill            on lets the server read a sentence while it is still arriving; off unless set
    extra              more fields of the request, as JSON: {"top_k": 1}
    allow_http         true lets the text go unencrypted to a server that is not in the house

The key is read from STREAMTTS_OPENAI_API_KEY, else OPENAI_API_KEY, and from nowhere else.
"""

import json
from dataclasses import replace

from streamtts.engine import EngineError, Translator, TranslatorEngine, TranslatorOptions
from streamtts.synthesizers.settings import Settings
from streamtts.web.openai import lacking


def _create(options: TranslatorOptions) -> Translator:
    from streamtts.translators.chat.api import Chat, ChatApi
    from streamtts.translators.chat.line import ENDPOINT, ChatLine, model_at
    from streamtts.translators.chat.prompt import Prompt
    from streamtts.translators.chat.translator import ChatTranslator
    from streamtts.web.openai import DEFAULT_URL, address_of, key_of_environment

    settings = Settings("openai", options.settings, "translators")
    url = settings.text("url", DEFAULT_URL)
    model = options.model or settings.text("model", "")
    allow_http = settings.choice("allow_http", "false", ("true", "false")) == "true"
    key = key_of_environment()
    line = ChatLine(
        address_of(url, ENDPOINT, "translators.openai.url", key, allow_http=allow_http),
        key,
        connect_timeout_s=settings.number("connect_timeout_s", 5, 0.1, 600),
        first_timeout_s=settings.number("first_timeout_s", 20, 0.1, 600),
        next_timeout_s=settings.number("next_timeout_s", 10, 0.1, 600),
    )
    api = ChatApi(
        model,
        Prompt(options.source, options.target),
        max_tokens=settings.count("max_tokens", 1024, 16, 100_000),
        thinks=settings.choice("thinking", "off", ("on", "off")) == "on",
        extra=_extra(settings.text("extra", "{}")),
    )
    parallel = settings.count("parallel", 8, 1, 256)
    prefill = settings.choice("prefill", "off", ("on", "off")) == "on"
    warm = settings.choice("warm", "on", ("on", "off")) == "on"
    settings.text("model", "")
    settings.close()
    server = line.server()
    try:
        api = replace(api, model=model_at(line, server, model))
    except EngineError:
        server.close()
        raise
    return ChatTranslator(Chat(api, line), line, server, parallel=parallel, warm=warm, prefill=prefill)


def _extra(said: str) -> dict[str, object]:
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or {"messages", "stream", "model"} & found.keys():
        raise EngineError(
            'translators.openai.extra must be more fields of the request, as a JSON object like {"top_k": 1}'
        )
    return found


engine = TranslatorEngine(
    name="openai",
    summary="any server with OpenAI's chat interface: llama-server, vLLM, Ollama, a cluster",
    licence="the server's terms",
    create=_create,
    missing=lambda: None,
    speaks=lambda source, target: source != target,
    hosted=False,
    cloud=True,
    settings=(
        "url",
        "model",
        "connect_timeout_s",
        "first_timeout_s",
        "next_timeout_s",
        "parallel",
        "max_tokens",
        "thinking",
        "warm",
        "prefill",
        "extra",
        "allow_http",
    ),
    lacks=lambda settings: lacking("translators.openai", settings),
)
