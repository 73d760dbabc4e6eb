"""A chat server, and the translator that asks it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import TypeAlias

import pytest

from engines.speech_server import Answer, SpeechServer
from streamtts.engine import Translator, TranslatorOptions
from streamtts.translators.chat import api as chat_api
from streamtts.translators.openai import engine
from streamtts.web.openai import KEY_VARIABLES
from translators.openai.chat_server import chat_server

Serve: TypeAlias = Callable[..., tuple[SpeechServer, Translator]]


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEY_VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    made = chat_api.Chat.__init__

    def impatient(self: chat_api.Chat, api: chat_api.ChatApi, line: object) -> None:
        made(self, replace(api, pauses_s=(0.01, 0.02, 0.03)), line)  # type: ignore[arg-type]

    monkeypatch.setattr(chat_api.Chat, "__init__", impatient)


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def started(
            *answers: Answer, models: object = None, model: str = "", path: str = "", **settings: str
        ) -> tuple[SpeechServer, Translator]:
            given = {} if models is None else {"models": models}
            server = stack.enter_context(chat_server(*answers, **given))
            options = TranslatorOptions(
                "en", "ja", model, settings={"url": server.url + path, "warm": "off", **settings}
            )
            made = engine.create(options)
            stack.callback(made.close)
            return server, made

        yield started
