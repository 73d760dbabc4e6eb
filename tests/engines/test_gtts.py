"""Google Translate's voices: gTTS writes the requests, a server on this machine answers with real MP3."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from engines.google import TONE_S, asked, said, tone_mp3
from engines.sounds import pitch_hz, spoken
from engines.speech_server import (
    HANG_S,
    Answer,
    Line,
    SpeechServer,
    complaint,
    cut_after,
    drip,
    hang_after,
    head,
    whole,
)
from streamtts.engine import Cancelled, EngineError, Synthesizer, Ticket, VoiceOptions
from streamtts.synthesizers.gtts import engine, language_for

if reason := engine.missing():
    pytest.skip(reason, allow_module_level=True)

TONE = whole(said(tone_mp3()), content_type="application/json; charset=utf-8")
KNOWN = ("en", "fr", "iw", "ja", "no", "pt", "pt-PT", "zh-CN", "zh-TW", "tl")

Serve = Callable[..., tuple[SpeechServer, Synthesizer]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def started(
            *answers: Answer, language: str = "en", voice: str = "", **settings: str
        ) -> tuple[SpeechServer, Synthesizer]:
            server = stack.enter_context(SpeechServer(*answers))
            options = VoiceOptions(voice, language, settings={"url": server.url, **settings})
            made = engine.create(options)
            stack.callback(made.close)
            return server, made

        yield started


def test_it_decodes_what_google_says(serve: Serve) -> None:
    server, voice = serve(TONE, language="ja")
    heard = spoken(voice, "テストが通りました。")
    assert TONE_S <= len(heard) / voice.rate_hz < TONE_S + 0.15
    middle = heard[len(heard) // 4 : -len(heard) // 4]
    assert pitch_hz(middle, voice.rate_hz) == pytest.approx(440, abs=3)
    (request,) = server.requests
    assert request.line == "POST /_/TranslateWebserverUi/data/batchexecute HTTP/1.1"
    assert asked(request) == ("テストが通りました。", "ja")


def test_a_long_sentence_is_asked_for_in_parts_over_one_connection(serve: Serve) -> None:
    server, voice = serve(TONE)
    text = "All tests pass, and the documentation says what each of the new flags does, " * 3
    heard = spoken(voice, text)
    assert len(server.requests) >= 3
    assert len(heard) > len(server.requests) * TONE_S * voice.rate_hz
    assert {request.connection for request in server.requests} == {0}
    assert max(len(asked(request)[0]) for request in server.requests) <= 100


def test_the_first_part_is_heard_before_the_last_is_asked_for(serve: Serve) -> None:
    server, voice = serve(TONE)
    pieces = voice.speak("All tests pass, and the documentation says what each flag does. " * 5, Ticket())
    assert len(next(pieces)) > 0
    assert len(server.requests) < 5


def test_a_voice_is_a_language(serve: Serve) -> None:
    server, voice = serve(TONE, voice="pt-PT", language="pt")
    spoken(voice, "Olá.")
    assert asked(server.requests[0])[1] == "pt-PT"
    assert {"ja", "en", "pt-PT"} <= {info.name for info in engine.voices()}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("", "en"),
        ("en-GB", "en"),
        ("fr_CA", "fr"),
        ("zh", "zh-CN"),
        ("zh_TW", "zh-TW"),
        ("pt-br", "pt"),
        ("pt-pt", "pt-PT"),
        ("he", "iw"),
        ("nb-NO", "no"),
    ],
)
def test_a_language_finds_googles_name_for_it(code: str, name: str) -> None:
    assert language_for(code, KNOWN) == name


def test_a_language_that_google_lacks_is_told(serve: Serve) -> None:
    with pytest.raises(EngineError, match="Google has no voice for the language 'tlh'"):
        serve(TONE, language="tlh")


@pytest.mark.parametrize("text", ["", " \n", "...", "\0\x1b", "🎉", "\ud800"])
def test_a_text_without_words_asks_nothing(serve: Serve, text: str) -> None:
    server, voice = serve(TONE)
    assert len(spoken(voice, text)) == 0
    assert server.requests == []


def test_a_hostile_text_arrives_as_data(serve: Serve) -> None:
    server, voice = serve(TONE)
    spoken(voice, '"],null]]&f.req=x\r\nHost: evil\x1b \ud800')
    assert asked(server.requests[0])[0] == '"],null]]&f.req=x Host: evil'
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (complaint(429, {}), r"refuses \(429\): .*try again later"),
        (complaint(302, {}, Location="https://www.google.com/sorry"), r"refuses \(302\)"),
        (whole(b"<html>sorry</html>", content_type="text/html"), "sent no sound for 'en'"),
        (whole(b')]}\'\n[["wrb.fr","jQ1olc",null]]'), "sent no sound for 'en'"),
        (whole(said(b"")), "sent no sound for 'en'"),
        (whole(said(b"no mp3 at all")), "sent no sound that can be played"),
        (whole(said(tone_mp3()[:7])), "sent no sound that can be played"),
        (whole(said(tone_mp3("tone-440hz-16khz.mp3"))), "sent 16000 Hz, not 24000"),
        (whole(b'jQ1olc","[\\"AAAAA\\"]'), "sent no sound that can be played"),
        (cut_after(b""), "closed the connection"),
        (cut_after(head(200, Content_Length="9999") + b"x"), "closed the connection"),
        (drip(head(200), b"x" * 100_000, 0), "sends far more than the text can need"),
    ],
)
def test_what_goes_wrong_is_told_in_one_sentence(serve: Serve, answer: Answer, words: str) -> None:
    _, voice = serve(answer, TONE)
    with pytest.raises(EngineError, match=words) as caught:
        spoken(voice, "One.")
    assert str(caught.value).isprintable()
    assert len(spoken(voice, "Two.")) > 0


def test_a_server_that_is_silent_is_left(serve: Serve) -> None:
    server, voice = serve(hang_after(b""), timeout_s="0.2")
    with pytest.raises(EngineError, match=r"kept us waiting for 0\.2 s"):
        spoken(voice, "One.")
    assert server.lost.wait(HANG_S)


def test_without_a_network_it_says_so() -> None:
    voice = engine.create(VoiceOptions(language="en", settings={"url": "https://nosuch.invalid"}))
    with pytest.raises(EngineError, match=r"^nosuch\.invalid cannot be "):
        spoken(voice, "One.")
    voice.close()


def test_a_cancel_hangs_up_at_once(serve: Serve) -> None:
    begun, ticket = threading.Event(), Ticket()

    def answer(line: Line) -> None:
        begun.set()
        hang_after(head(200))(line)

    def cancel() -> None:
        begun.wait(HANG_S)
        ticket.cancel()

    server, voice = serve(answer, timeout_s="600")
    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(Cancelled):
        spoken(voice, "One.", ticket)
    thread.join()
    assert server.lost.wait(HANG_S)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"tld": "evil.example/x?"}, "give the end of a Google address"),
        ({"tdl": "co.uk"}, "did you mean tld"),
        ({"url": "http://example.com"}, "unencrypted"),
    ],
)
def test_wrong_settings_are_told(settings: dict[str, str], words: str) -> None:
    with pytest.raises(EngineError, match=words):
        engine.create(VoiceOptions(language="en", settings=settings))


def test_it_describes_itself() -> None:
    assert engine.cloud
    assert engine.hosted
