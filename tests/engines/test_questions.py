"""A question is asked as one: what an agent writes is followed to what each engine is given to say."""

import json
import re
from collections.abc import Callable
from itertools import product
from typing import Any
from unicodedata import normalize

import pytest

from cli.support import assistant
from engines import engine_setup
from engines.google import asked
from engines.speech_server import Request
from engines.test_conformance import DEPRECATED, HEARD
from streamtts._core import SentenceStream
from streamtts.engine import Synthesizer, Ticket, VoiceOptions
from streamtts.registry import synthesizer
from streamtts.speech.lexicon import Lexicon
from streamtts.speech.phrasing import phrases
from streamtts.synthesizers import espeak, program, say, speakable
from streamtts.web.server import Server
from text.streams import pulled

pytestmark = [pytest.mark.filterwarnings(f"ignore:{what}:DeprecationWarning") for what in DEPRECATED]

LONG = "the changelog, because it mentions the old version, and then run all of the tests again"
SAID = {
    "en": [
        "Does it **really** work?",
        "Does it work (I **doubt** it)?",
        'Is "`foo.py`" done?',
        "Stop! Are you sure?!",
        "# Why?\n\n- Is it an API？\n- Yes！",
        f"Shall I also update {LONG} (they are **very** slow)?",
    ],
    "ja": [
        "**本当に**動きますか？",
        "「動きますか」？",
        "修正したので、APIのテストは通りますか（**本当に**）？",
        "すごい！本当ですか！？",
        "`foo.py` は使えますか?",
        f"{'修正したテストが正しく動くことを確認してから' * 6}書き直しますか（「時間」）？",
    ],
    "de": ["Läuft der Test **wirklich**?", "Halt! Läuft er (auch hier)?", "Ist das „fertig“?"],
}

Spy = Callable[[pytest.MonkeyPatch, Synthesizer], list[str]]  # what it is given from now on


class Noting:
    """In the place of a part of a voice; notes the texts that its method, or it itself, is called with."""

    def __init__(self, part: Any, method: str, given: list[str]) -> None:
        self._part, self._method, self._given = part, method, given

    def __getattr__(self, name: str) -> Any:
        return self if name == self._method else getattr(self._part, name)

    def __call__(self, text: str, *rest: Any, **named: Any) -> Any:
        self._given.append(text)
        call = getattr(self._part, self._method) if self._method else self._part
        return call(text, *rest, **named)


def part(attribute: str, method: str = "") -> Spy:
    def spy(monkeypatch: pytest.MonkeyPatch, voice: Synthesizer) -> list[str]:
        given: list[str] = []
        monkeypatch.setattr(voice, attribute, Noting(getattr(voice, attribute), method, given))
        return given

    return spy


def run_as_a_program(monkeypatch: pytest.MonkeyPatch, _: Synthesizer) -> list[str]:
    given: list[str] = []

    def noting(argv: Any, text: str, *rest: Any, **named: Any) -> Any:
        given.append(text)
        return program.output_of(argv, text, *rest, **named)

    for module in (espeak, say):
        monkeypatch.setattr(module, "output_of", noting)
    return given


def in_a_checkout(monkeypatch: pytest.MonkeyPatch, voice: Synthesizer) -> list[str]:
    given: list[str] = []
    host: Any = voice._host  # type: ignore[attr-defined]
    ask = host.ask

    def noting(data: bytes, ticket: Ticket) -> Any:
        given.append(data.decode())
        return ask(data, ticket)

    monkeypatch.setattr(host, "ask", noting)
    return given
    return given


def behind_a_server(text_of: Callable[[bytes], str]) -> Spy:
    def spy(monkeypatch: pytest.MonkeyPatch, _: Synthesizer) -> list[str]:
        given: list[str] = []
        ask = Server.ask

        def noting(self: Server, path: str, headers: Any, body: bytes, *rest: Any, **named: Any) -> Any:
            given.append(text_of(body))
            return ask(self, path, headers, body, *rest, **named)

        monkeypatch.setattr(Server, "ask", noting)
        return given

    return spy


AN_API = behind_a_server(lambda body: str(json.loads(body)["input"]))
SPIES = {
    "hibari": part("_model", "phonemize"),
    "openjtalk": part("_openjtalk", "run_frontend"),
    "kokoro-ja": part("_samples"),
    "kokoro-mlx": part("_samples"),
    "nanotts": part("_engine", "speak"),
    "piper": part("_model", "synthesize"),
    "espeak": run_as_a_program,
    "say": run_as_a_program,
    "openai": AN_API,
    "cosyvoice": AN_API,
    "cosyvoice in a checkout": in_a_checkout,
    "gtts": behind_a_server(lambda body: asked(Request("", {}, body, 0))[0]),
}


def sentences(prose: str) -> list[str]:
    stream = SentenceStream()
    stream.push(assistant(prose))
    stream.push_end()
    return [row[2] for row in pulled(stream)]


def whole(text: str, _language: str) -> list[str]:
    return [text]


def marks(text: str) -> str:
    return "".join(c for c in normalize("NFKC", text) if c in "?!")


@pytest.mark.parametrize("name", HEARD)
def test_marks_reach_the_engine_with_their_words(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name not in SPIES:
        pytest.skip(f"nobody has said how to see what {name} is given")
    engine_name, also = engine_setup.ALSO.get(name, (name, None))
    engine, lexicon = synthesizer(engine_name), Lexicon.load()
    language = engine_setup.language(engine)
    with engine_setup.options(engine) if also is None else also() as options:
        voice = engine.create(options)
        given = SPIES[name](monkeypatch, voice)
        for prose, cut in product(SAID[language], (phrases, whole)):
            given.clear()
            for sentence in sentences(prose):
                for phrase in cut(lexicon.spoken(sentence, language), language):
                    list(voice.speak(phrase, Ticket()))
            assert marks("".join(given)) == marks(prose), given
            assert not [text for text in given if marks(text[:1])], "a mark by itself is not heard"
        voice.close()


@pytest.mark.parametrize(
    "text",
    [
        "動きますか？",
        "「動きますか」？",
        "動きますか？）",
        "動きますか！？",
        "動きますか⁉",
        "動く（本当に）？！",
        "OK?",
    ],
)
def test_a_japanese_question_rises_whatever_follows_it(text: str) -> None:
    engine = synthesizer("openjtalk")
    if (missing := engine.missing()) is not None:
        pytest.skip(missing)
    voice: Any = engine.create(VoiceOptions(language="ja"))
    (piece,) = speakable.pieces(text, 100)
    *_, last = voice._labels(piece)
    asks = re.compile(r"/F:[^#]*#1_")
    assert asks.search(last[-2])
    *_, told = voice._labels(re.sub("[？！⁉?]+", "。", text))
    assert not asks.search(told[-2])
    voice.close()
