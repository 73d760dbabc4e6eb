"""OpenAI's speech interface, against a server on this machine: what it is asked, and how it is heard."""

import threading
from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from engines.sounds import (
    check_pcm,
    chunk,
    format_chunk,
    pitch_hz,
    plain_wav,
    silence_s16,
    sine_s16,
    spoken,
    wav,
)
from engines.speech_server import HANG_S, Answer, Line, SpeechServer, chunked, cut_after, head, whole
from streamtts.engine import EngineError, Synthesizer, Ticket, VoiceOptions
from streamtts.synthesizers.openai import engine
from streamtts.synthesizers.pcm import from_s16
from streamtts.web.openai import KEY_VARIABLES

SOUND = sine_s16(0.5)
HEARD = array("f", from_s16(SOUND))

Serve = Callable[..., tuple[SpeechServer, Synthesizer]]


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEY_VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def started(*answers: Answer, voice: str = "", **settings: str) -> tuple[SpeechServer, Synthesizer]:
            server = stack.enter_context(SpeechServer(*answers))
            made = engine.create(VoiceOptions(voice=voice, settings={"url": server.url, **settings}))
            stack.callback(made.close)
            return server, made

        yield started


def test_it_says_what_the_server_says(serve: Serve) -> None:
    server, voice = serve(whole(silence_s16(0.3) + SOUND + silence_s16(0.3)))
    heard = spoken(voice, "All tests pass.")
    assert len(SOUND) // 2 <= len(heard) < len(SOUND) // 2 + 24_000 // 4
    assert pitch_hz(heard, voice.rate_hz) == pytest.approx(440, abs=2)
    (request,) = server.requests
    assert request.line == "POST /v1/audio/speech HTTP/1.1"
    assert request.headers["content-type"] == "application/json"
    assert "authorization" not in request.headers
    assert request.json == {
        "model": "gpt-4o-mini-tts",
        "voice": "alloy",
        "input": "All tests pass.",
        "response_format": "pcm",
    }


def test_its_settings_reach_the_server(serve: Serve) -> None:
    server, voice = serve(
        whole(plain_wav(SOUND, 22_050), content_type="audio/wav"),
        model="kokoro",
        voice="af_heart",
        format="wav",
        rate_hz="22050",
    )
    assert spoken(voice, "One.") == HEARD
    assert voice.rate_hz == 22_050
    asked = server.requests[0].json
    assert (asked["model"], asked["voice"], asked["response_format"]) == ("kokoro", "af_heart", "wav")


def test_how_to_speak_is_told_to_the_server(serve: Serve) -> None:
    server, voice = serve(whole(SOUND), speed="1.25", instruct=" Speak softly. ")
    spoken(voice, "One.")
    assert server.requests[0].json["speed"] == 1.25
    assert server.requests[0].json["instructions"] == "Speak softly."
    with pytest.raises(EngineError, match=r"engines\.openai\.speed is '9': give a number from 0\.25 to 4"):
        serve(whole(SOUND), speed="9")


def test_the_voice_that_is_asked_for_goes_before_the_setting(serve: Serve) -> None:
    server, voice = serve(whole(SOUND), voice="nova")
    spoken(voice, "One.")
    assert server.requests[0].json["voice"] == "nova"


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("", "/v1/audio/speech"),
        ("/", "/v1/audio/speech"),
        ("/v1", "/v1/audio/speech"),
        ("/v1/", "/v1/audio/speech"),
        ("/v1/audio/speech", "/v1/audio/speech"),
        ("/api/tts", "/api/tts/audio/speech"),
        ("/v1?api-version=2", "/v1/audio/speech?api-version=2"),
    ],
)
def test_the_address_may_be_the_server_or_all_of_it(path: str, asked: str) -> None:
    with SpeechServer(whole(SOUND)) as server:
        voice = engine.create(VoiceOptions(settings={"url": server.url + path}))
        spoken(voice, "One.")
        voice.close()
        assert server.requests[0].line == f"POST {asked} HTTP/1.1"


def test_the_first_sound_comes_while_the_server_goes_on(serve: Serve) -> None:
    more = threading.Event()

    def answer(line: Line) -> None:
        line.send(head(200, Connection="close") + SOUND)
        more.wait(HANG_S)
        line.send(SOUND)
        line.keep = False

    _, voice = serve(answer)
    pieces = voice.speak("A long story.", Ticket())
    first = next(pieces)
    check_pcm(first)
    assert voice.streams
    more.set()
    assert len(first) + sum(map(len, pieces)) > len(SOUND) // 2


@pytest.mark.parametrize("size", [1, 3, 4801, len(SOUND)])
def test_the_bytes_may_come_in_any_pieces(serve: Serve, size: int) -> None:
    pieces = [SOUND[i : i + size] for i in range(0, len(SOUND), size)]
    _, voice = serve(chunked(pieces))
    assert spoken(voice, "One.") == HEARD


def test_half_a_sample_at_the_end_is_left_out(serve: Serve) -> None:
    _, voice = serve(whole(SOUND + b"\x7f"))
    assert spoken(voice, "One.") == HEARD


@pytest.mark.parametrize(
    "content_type",
    [
        "audio/pcm",
        "",
        "application/octet-stream",
        "audio/PCM; rate=24000; channels=1",
        "audio/l16;rate=24000",
    ],
)
def test_samples_go_by_several_names(serve: Serve, content_type: str) -> None:
    _, voice = serve(whole(SOUND, content_type=content_type))
    assert spoken(voice, "One.") == HEARD


@pytest.mark.parametrize("content_type", ["audio/wav", "audio/pcm", "audio/mpeg", "application/octet-stream"])
def test_a_wav_is_known_whatever_it_is_called(serve: Serve, content_type: str) -> None:
    stream = wav((format_chunk(24_000), chunk(b"data", SOUND, 0xFFFFFFFF)), 0xFFFFFFFF)
    _, voice = serve(chunked([stream[:3], stream[3:50], stream[50:]], content_type))
    assert spoken(voice, "One.") == HEARD


def test_sentences_share_a_connection(serve: Serve) -> None:
    server, voice = serve(whole(SOUND), chunked([SOUND]))
    for text in ("One.", "Two.", "Three."):
        assert spoken(voice, text) == HEARD
    assert [request.connection for request in server.requests] == [0, 0, 0]


def test_a_connection_that_the_server_has_closed_meanwhile_is_made_anew(serve: Serve) -> None:
    def answer(line: Line) -> None:
        whole(SOUND)(line)
        line.keep = False

    server, voice = serve(answer)
    for text in ("One.", "Two.", "Three."):
        assert spoken(voice, text) == HEARD
    assert [request.connection for request in server.requests] == [0, 1, 2]


def test_a_server_that_closes_each_time_is_no_trouble(serve: Serve) -> None:
    def answer(line: Line) -> None:
        line.send(b"HTTP/1.0 200 OK\r\nContent-Type: audio/pcm\r\n\r\n" + SOUND)
        line.keep = False

    _, voice = serve(answer)
    assert spoken(voice, "One.") == spoken(voice, "Two.") == HEARD


@pytest.mark.parametrize("text", ["", " \n", "...", "\0\x1b\x07", "🎉", "\ud800"])
def test_a_text_without_words_asks_nothing(serve: Serve, text: str) -> None:
    server, voice = serve(whole(SOUND))
    assert len(spoken(voice, text)) == 0
    assert server.requests == []


def test_a_hostile_text_arrives_as_data(serve: Serve) -> None:
    server, voice = serve(whole(SOUND))
    spoken(voice, '"}\r\nHost: evil\x1b[31m \ud800 --voice 日本')
    assert server.requests[0].json["input"] == '"} Host: evil [31m --voice 日本'


def test_a_long_text_is_asked_for_in_portions(serve: Serve) -> None:
    server, voice = serve(whole(SOUND))
    text = " ".join(f"word{i}" for i in range(2000))
    spoken(voice, text)
    portions = [request.json["input"] for request in server.requests]
    assert len(portions) > 2
    assert max(map(len, portions)) <= 4096
    assert " ".join(portions) == text


def test_leaving_early_leaves_nothing_behind(serve: Serve) -> None:
    server, voice = serve(chunked([SOUND] * 200), whole(SOUND))
    pieces = voice.speak("One.", Ticket())
    next(pieces)
    del pieces
    assert spoken(voice, "Two.") == HEARD
    voice.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "http-exchange"]
    assert len(server.requests) == 2


@pytest.mark.parametrize(("name", "other"), [KEY_VARIABLES, KEY_VARIABLES[::-1]])
def test_the_key_comes_from_the_environment(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, name: str, other: str
) -> None:
    monkeypatch.setenv(name, "sk-one\n")
    if name == KEY_VARIABLES[0]:
        monkeypatch.setenv(other, "sk-other")
    server, voice = serve(whole(SOUND))
    spoken(voice, "One.")
    assert server.requests[0].headers["authorization"] == "Bearer sk-one"


def test_a_key_in_the_settings_is_refused(serve: Serve) -> None:
    with pytest.raises(EngineError, match="no setting 'key'"):
        serve(whole(SOUND), key="sk-secret")


@pytest.mark.parametrize("key", ["sk-a\r\nX-Evil: 1", "sk-ä", "sk a", "sk-\x1b[0m"])
def test_a_broken_key_is_told_but_never_shown(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(EngineError, match=r"^OPENAI_API_KEY holds characters") as caught:
        serve(whole(SOUND))
    assert "sk" not in str(caught.value)


def test_the_key_is_not_led_to_another_server(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-one")
    elsewhere, _ = serve(whole(SOUND))
    for status in (301, 302, 307, 308):
        _, voice = serve(whole(b"", status, Location=f"{elsewhere.url}/v1/audio/speech"))
        with pytest.raises(EngineError, match=r"sends us on to http://127\.0\.0\.1.*give it as url"):
            spoken(voice, "One.")
    assert elsewhere.requests == []


def test_a_key_that_the_server_repeats_is_not_shown(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-one-two")
    _, voice = serve(whole(b'{"error": {"message": "wrong key: sk-one-two"}}', 401, "application/json"))
    with pytest.raises(EngineError, match=r'"wrong key: \.\.\."|wrong key: ') as caught:
        spoken(voice, "One.")
    assert "sk-one" not in str(caught.value)
    assert "STREAMTTS_OPENAI_API_KEY" in str(caught.value)
    assert "sk-one" not in repr(voice.__dict__.get("_api"))


def test_openai_itself_needs_a_key() -> None:
    with pytest.raises(EngineError, match=r"^api\.openai\.com needs a key: set .* STREAMTTS_OPENAI_API_KEY"):
        engine.create(VoiceOptions())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"modle": "x"}, "no setting 'modle': did you mean model"),
        ({"rate_hz": "fast"}, "give a number from 8000 to 192000"),
        ({"timeout_s": "0"}, "give a number from 0.1 to 600"),
        ({"format": "mp3"}, "choose from pcm, wav"),
        ({"allow_http": "maybe"}, "choose from true, false"),
    ],
)
def test_wrong_settings_are_told(settings: dict[str, str], said: str) -> None:
    with pytest.raises(EngineError, match=said):
        engine.create(VoiceOptions(settings={"url": "http://localhost:1", **settings}))


def test_it_describes_itself() -> None:
    assert engine.cloud
    assert not engine.hosted
    assert engine.missing() is None
    assert "alloy" in [voice.name for voice in engine.voices()]


def test_a_connection_lost_before_any_sound_is_tried_again(serve: Serve) -> None:
    server, voice = serve(cut_after(b""), whole(SOUND))
    assert spoken(voice, "One.") == HEARD
    assert len(server.requests) == 2
