"""OpenAI's speech interface when the server is broken, slow, hostile or no speech server at all."""

import threading
from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic

import pytest

from engines.sounds import chunk, format_chunk, plain_wav, sine_s16, spoken, wav
from engines.speech_server import (
    HANG_S,
    Answer,
    SpeechServer,
    chunked,
    complaint,
    cut_after,
    drip,
    hang_after,
    head,
    whole,
)
from streamtts.engine import Cancelled, EngineError, Ticket
from streamtts.synthesizers.doubts import longest_s
from streamtts.synthesizers.pcm import from_s16
from streamtts.synthesizers.speech_api import SpeechApi, SpeechApiVoice
from streamtts.web.address import web_address
from streamtts.web.refusal import message_of
from streamtts.web.retry_after import seconds_of

SOUND = sine_s16(0.5)
HEARD = array("f", from_s16(SOUND))
TINY = (0.01, 0.02, 0.03)

Serve = Callable[..., tuple[SpeechServer, SpeechApiVoice]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def started(
            *answers: Answer,
            timeout_s: float = HANG_S,
            pauses_s: tuple[float, ...] = TINY,
            key: str = "",
            speed: float = 1.0,
        ) -> tuple[SpeechServer, SpeechApiVoice]:
            server = stack.enter_context(SpeechServer(*answers))
            address = web_address(f"{server.url}/v1/audio/speech", "url", allow_http=False)
            api = SpeechApi("model", "alloy", "pcm", 24_000, timeout_s, key, pauses_s, speed=speed)
            voice = SpeechApiVoice(api, address)
            stack.callback(voice.close)
            return server, voice

        yield started


def failure(voice: SpeechApiVoice, text: str = "One.") -> str:
    """What the user reads."""
    with pytest.raises(EngineError) as caught:
        spoken(voice, text)
    said = str(caught.value)
    assert said.isprintable()
    assert said.startswith("127.0.0.1:")
    assert len(said) < 500
    return said


BUSY = complaint(503, {"error": {"message": "loading the model"}})


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529])
def test_a_server_that_is_busy_is_asked_again(serve: Serve, status: int) -> None:
    busy = complaint(status, {"error": {"message": "later"}})
    server, voice = serve(busy, busy, busy, whole(SOUND))
    assert spoken(voice, "One.") == HEARD
    assert len(server.requests) == 4


def test_but_not_for_ever(serve: Serve) -> None:
    server, voice = serve(BUSY)
    said = failure(voice)
    assert 'cannot answer now (503), saying "loading the model": try again later' in said
    assert len(server.requests) == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 422])
def test_a_refusal_is_final(serve: Serve, status: int) -> None:
    server, voice = serve(complaint(status, {"error": {"message": "No such voice.\n\x1b[31m"}}))
    said = failure(voice)
    assert 'saying "No such voice. [31m"' in said
    assert "check " in said
    assert len(server.requests) == 1


def test_money_that_has_run_out_is_not_waited_for(serve: Serve) -> None:
    message = {"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}
    server, voice = serve(complaint(429, message))
    assert "You exceeded your current quota" in failure(voice)
    assert len(server.requests) == 1


def test_a_server_may_say_how_long_to_wait(serve: Serve) -> None:
    server, voice = serve(complaint(429, {}, Retry_After="1"), whole(SOUND))
    began = monotonic()
    assert spoken(voice, "One.") == HEARD
    assert monotonic() - began >= 1
    assert len(server.requests) == 2


def test_who_asks_for_an_hour_is_not_asked_again(serve: Serve) -> None:
    server, voice = serve(complaint(429, {}, Retry_After="3600"))
    assert "try again later" in failure(voice)
    assert len(server.requests) == 1


@pytest.mark.parametrize("header", ["", "soon", "-5", "nan", "inf", "1e9", "²", "99 99", "Mon, 99 Foo"])
def test_a_wait_that_makes_no_sense_is_none(header: str) -> None:
    assert seconds_of(header) == 0


def test_a_wait_may_be_a_number_or_a_date() -> None:
    assert seconds_of(" 7 ") == 7
    now = datetime.now(UTC)
    assert 50 < seconds_of(format_datetime(now + timedelta(minutes=1), usegmt=True)) <= 60
    assert seconds_of(format_datetime(now - timedelta(minutes=1), usegmt=True)) == 0
    assert 50 < seconds_of((now + timedelta(minutes=1)).strftime("%a, %d %b %Y %H:%M:%S")) <= 60


def cancel_when(event: threading.Event, ticket: Ticket) -> threading.Thread:
    def wait() -> None:
        event.wait(HANG_S)
        ticket.cancel()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def told(event: threading.Event, answer: Answer) -> Answer:
    def telling(line: object) -> None:
        event.set()
        answer(line)  # type: ignore[arg-type]

    return telling


def test_a_cancel_ends_the_wait_between_attempts(serve: Serve) -> None:
    asked, ticket = threading.Event(), Ticket()
    server, voice = serve(told(asked, BUSY), pauses_s=(600.0,))
    thread = cancel_when(asked, ticket)
    with pytest.raises(Cancelled):
        spoken(voice, "One.", ticket)
    thread.join()
    assert len(server.requests) == 1


@pytest.mark.parametrize("so_far", [b"", b"HTTP/1.1 200 OK\r\n", head(200) + SOUND])
def test_a_cancel_hangs_up_at_once(serve: Serve, so_far: bytes) -> None:
    asked, ticket = threading.Event(), Ticket()
    server, voice = serve(told(asked, hang_after(so_far)), timeout_s=600)
    thread = cancel_when(asked, ticket)
    with pytest.raises(Cancelled):
        spoken(voice, "One.", ticket)
    thread.join()
    assert server.lost.wait(HANG_S)


def test_after_a_cancel_the_next_sentence_is_heard(serve: Serve) -> None:
    asked, ticket = threading.Event(), Ticket()
    _, voice = serve(told(asked, hang_after(head(200, Content_Length="99999") + SOUND)), whole(SOUND))
    thread = cancel_when(asked, ticket)
    with pytest.raises(Cancelled):
        spoken(voice, "One.", ticket)
    thread.join()
    assert spoken(voice, "Two.") == HEARD


def test_a_cancelled_ticket_asks_nothing(serve: Serve) -> None:
    server, voice = serve(whole(SOUND))
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        spoken(voice, "One.", ticket)
    assert server.requests == []


@pytest.mark.parametrize(
    "so_far",
    [
        cut_after(head(200, Content_Length="99999") + SOUND),
        cut_after(head(200, Transfer_Encoding="chunked") + b"%x\r\n%s\r\n" % (len(SOUND), SOUND)),
        cut_after(head(200, Transfer_Encoding="chunked") + b"%x\r\n%s" % (2 * len(SOUND), SOUND)),
    ],
)
def test_what_breaks_off_in_the_middle_is_not_begun_again(serve: Serve, so_far: Answer) -> None:
    server, voice = serve(so_far, whole(SOUND))
    assert "closed the connection in the middle" in failure(voice)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "lost",
    [
        cut_after(b""),
        cut_after(b"HTTP/1.1 200"),
        cut_after(head(200, Content_Length="99999")),
        cut_after(head(200, Transfer_Encoding="chunked")),
    ],
)
def test_what_is_lost_before_any_sound_is_tried_again(serve: Serve, lost: Answer) -> None:
    server, voice = serve(lost, lost, whole(SOUND))
    assert spoken(voice, "One.") == HEARD
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "slow",
    [
        hang_after(b""),
        hang_after(head(200)),
        hang_after(head(200) + SOUND),
        drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        drip(head(200), b"x"),
        drip(head(200) + SOUND, b"x"),
        drip(head(500), b"x"),
    ],
)
def test_a_slow_server_is_left(serve: Serve, slow: Answer) -> None:
    server, voice = serve(slow, timeout_s=0.3, pauses_s=())
    failure(voice)
    assert server.lost.wait(HANG_S)


def test_a_pause_of_the_listener_is_not_held_against_the_server(serve: Serve) -> None:
    _, voice = serve(whole(100 * SOUND), timeout_s=0.3)
    heard = 0
    for piece in voice.speak("A long story. " * 10, Ticket()):
        if not heard:
            threading.Event().wait(0.5)
        heard += len(piece)
    assert heard == 100 * len(SOUND) // 2


@pytest.mark.parametrize("endless", [drip(head(200), SOUND, 0), drip(head(200, "text/html"), SOUND, 0)])
def test_an_endless_answer_ends(serve: Serve, endless: Answer) -> None:
    server, voice = serve(endless)
    failure(voice)
    assert server.lost.wait(HANG_S)


@pytest.mark.parametrize("speed", [1.0, 0.5])
def test_no_more_is_heard_of_it_than_the_text_can_need(serve: Serve, speed: float) -> None:
    _, voice = serve(drip(head(200), SOUND, 0), speed=speed)
    heard: list[int] = []
    with pytest.raises(EngineError, match="sends far more than the text can need"):
        heard.extend(map(len, voice.speak("All tests pass now.", Ticket())))
    assert 5 < sum(heard) / voice.rate_hz <= longest_s("All tests pass now.", speed) < 30


def test_an_endless_complaint_is_not_read_to_its_end(serve: Serve) -> None:
    server, voice = serve(drip(head(400, "text/plain"), b"no " * 1000, 0))
    assert "no no no" in failure(voice)
    assert server.lost.wait(HANG_S)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (whole(b""), "sent no sound: check the model and the voice"),
        (whole(b"<html>hello</html>", content_type="text/html"), "sent text/html instead of pcm"),
        (
            complaint(200, {"error": "no such model"}),
            'sent application/json instead of pcm, saying "no such model"',
        ),
        (whole(b'{"detail": "off"}', content_type="application/octet-stream"), 'saying "off"'),
        (whole(b' [{"msg": "off"}]'), 'sent JSON instead of sound, saying "off": check url, model and voice'),
        (whole(b"<html>" + b"<p>hello</p>" * 1000), "sent a page instead of sound: check url"),
        (chunked([b"O", b"K"]), 'sent text instead of sound, saying "OK"'),
        (chunked(["\u30a8\u30e9\u30fc".encode() * 500]), "sent text instead of sound"),
        (whole(b"ID3\x04" + bytes(999), content_type="audio/mpeg"), "sent audio/mpeg instead of pcm"),
        (whole(SOUND, content_type="audio/ogg; codecs=opus"), "set engines.openai.format"),
        (
            whole(SOUND, content_type="audio/pcm;rate=22050"),
            "22050 Hz: set engines.openai.rate_hz to that",
        ),
        (whole(plain_wav(SOUND, 22_050), content_type="audio/wav"), "sends 22050 Hz"),
        (whole(b"RIFF", content_type="audio/wav"), "it ends before its sound begins"),
        (whole(SOUND, content_type="audio/wav"), "it does not begin as a WAV does"),
        (
            whole(wav((format_chunk(24_000, tag=3, bits=32), chunk(b"data", b"\0\0\xc0\x7f" * 99)))),
            "its samples are not 16-bit integers",
        ),
        (whole(SOUND, Content_Encoding="gzip"), "sends compressed bytes, which nobody asked for"),
        (whole(SOUND, 204), "refuses (204)"),
        (whole(SOUND, 206), "refuses (206)"),
    ],
)
def test_what_is_not_the_sound_asked_for_is_not_played(serve: Serve, answer: Answer, said: str) -> None:
    _, voice = serve(answer)
    assert said in failure(voice)


@pytest.mark.parametrize(
    "rubbish",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 " + b"x" * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"\0" * 100,
    ],
)
def test_what_does_not_speak_http_is_told(serve: Serve, rubbish: bytes) -> None:
    _, voice = serve(cut_after(rubbish), pauses_s=())
    failure(voice)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"error": {"message": "a", "type": "b"}}', "a"),
        ('{"error": "a"}', "a"),
        ('{"message": "a"}', "a"),
        ('{"detail": "a"}', "a"),
        ('{"detail": [{"loc": ["body"], "msg": "a"}]}', "a"),
        ('{"error": {"message": {"x": 1}}}', ""),
        ('{"error": null}', ""),
        ("[]", ""),
        ("{}", ""),
        ("7", ""),
        ("plain words", "plain words"),
        ("<html><body>Bad Gateway</body></html>", ""),
        ("[" * 100_000, ""),
        ('{"error":' * 5000, ""),
    ],
)
def test_the_message_is_found_in_every_form(body: str, message: str) -> None:
    assert message_of(body) == message or message == ""


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe\x00" * 100,
        b"[" * 10_000,
        b'{"error": "' + b"x" * 100_000,
        b'{"error": "\\u001b]0;t\\u0007"}',
    ],
)
def test_a_hostile_complaint_stays_a_short_sentence(serve: Serve, body: bytes) -> None:
    _, voice = serve(whole(body, 400, "application/json"))
    failure(voice)


def test_after_any_trouble_the_next_sentence_is_heard(serve: Serve) -> None:
    _, voice = serve(
        complaint(400, {"error": "no"}),
        cut_after(head(200, Content_Length="99999") + SOUND),
        hang_after(head(200) + SOUND),
        drip(head(200), SOUND, 0),
        chunked([SOUND]),
        timeout_s=0.5,
        pauses_s=(),
    )
    for _ in range(4):
        failure(voice)
    assert spoken(voice, "At last.") == HEARD


def test_a_server_that_is_not_there_is_told() -> None:
    with SpeechServer(whole(SOUND)) as server:
        port = server.port
    address = web_address(f"http://localhost:{port}/v1/audio/speech", "url", allow_http=False)
    voice = SpeechApiVoice(SpeechApi("m", "v", "pcm", 24_000, 5, ""), address)
    with pytest.raises(EngineError, match=rf"^localhost:{port} takes no connections: check whether"):
        spoken(voice, "One.")
    voice.close()
