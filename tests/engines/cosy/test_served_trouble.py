"""CosyVoice behind a server that is broken, slow or none: one sentence each, and the next one is heard."""

from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engines.cosy.conftest import Serve
from engines.cosy.omni_server import OmniServer, event, events, settings_for
from engines.sounds import plain_wav, sine_s16, spoken
from engines.speech_server import (
    HANG_S,
    Answer,
    chunked,
    complaint,
    cut_after,
    drip,
    hang_after,
    head,
    whole,
)
from streamtts.engine import EngineError, Ticket, VoiceOptions
from streamtts.synthesizers import speech_api
from streamtts.synthesizers.cosy import served
from streamtts.synthesizers.cosyvoice import engine
from streamtts.synthesizers.pcm import from_s16
from streamtts.voices import Voices

SOUND = sine_s16(0.5, amplitude=0.15)
HEARD = array("f", from_s16(SOUND))
HALF = b"%x\r\n%s\r\n" % (len(SOUND), SOUND)
REFUSED = {"error": {"message": "CosyVoice3 requires 'ref_text'", "type": "BadRequestError", "code": 400}}
BROKEN = event({"type": "speech.audio.error", "error": {"message": "CUDA out of memory", "code": 500}})

TROUBLE: dict[str, tuple[Answer, str]] = {
    "500": (
        complaint(500, {"error": {"message": "boom"}}),
        'cannot answer now (500), saying "boom": try again',
    ),
    "401": (complaint(401, {"error": "Unauthorized"}), "check STREAMTTS_COSYVOICE_API_KEY"),
    "400": (
        complaint(400, REFUSED),
        "CosyVoice3 requires 'ref_text'\": check url, model, sample and transcript",
    ),
    "nothing at all": (cut_after(b""), "closed the connection in the middle: check whether it is well"),
    "no sound": (whole(b""), "sent no sound: check the model and the voice"),
    "JSON": (
        complaint(200, {"error": "no such model"}),
        'sent application/json instead of pcm, saying "no such',
    ),
    "JSON without a name": (whole(b'{"detail": "off"}', content_type=""), 'saying "off"'),
    "JSON that is called samples": (whole(b'{"detail": "off"}'), 'saying "off"'),
    "a page": (whole(b"<html>hi</html>", content_type="text/html"), "sent text/html instead of pcm"),
    "a page that is called samples": (
        whole(b"<!doctype html>\n<html>hi</html>"),
        "sent a page instead of sound: check url, model, sample and transcript",
    ),
    "words that are called samples, in pieces": (
        chunked([b"Internal", b" Server", b" Error"]),
        'sent text instead of sound, saying "Internal Server Error": check url',
    ),
    "MP3": (whole(b"ID3\x04" + bytes(99), content_type="audio/mpeg"), "set engines.cosyvoice.format"),
    "another rate": (
        whole(SOUND, content_type="audio/pcm;rate=22050"),
        "set engines.cosyvoice.rate_hz to that",
    ),
    "another rate beside it": (whole(SOUND, X_Sample_Rate="22050"), "sends 22050 Hz"),
    "another rate in a WAV": (whole(plain_wav(SOUND, 16_000), content_type="audio/wav"), "sends 16000 Hz"),
    "an end in the middle": (
        cut_after(head(200, Transfer_Encoding="chunked") + HALF),
        "closed the connection in the middle",
    ),
    "an error in the middle": (
        chunked([*list(events(SOUND))[:2], BROKEN], "text/event-stream"),
        'broke off, saying "CUDA out of memory": try again later',
    ),
    "events that are none": (
        chunked([b"data: {nonsense\n\n"], "text/event-stream"),
        "sends events that make no sense: check its address",
    ),
    "events of no sound": (
        chunked([b'data: {"audio": "@@@"}\n\n'], "text/event-stream"),
        "sends events that make no sense",
    ),
    "no event": (chunked([b": hello\n\n", b"data: []\n\n"], "text/event-stream"), "sent no sound"),
    "sound without end": (drip(head(200), SOUND, 0), "sends far more than the text can need"),
    "an event without end": (
        drip(head(200, "text/event-stream") + b"data: ", b"x" * 9999, 0),
        "far more than the text can need",
    ),
    "nothing for ever": (hang_after(b""), "kept us waiting for 0.5 s: check whether it is overloaded"),
    "no first byte": (hang_after(head(200)), "kept us waiting for 0.5 s"),
    "a halt in the middle": (hang_after(head(200) + SOUND), "kept us waiting for 0.5 s"),
    "a drip": (drip(head(200), b"x"), "kept us waiting for 0.5 s"),
}
Pool = Callable[[dict[str, str]], Voices]

PATIENT = {"timeout_s": "0.5", "first_timeout_s": "0.5"}
SLOW = {"nothing for ever", "no first byte", "a halt in the middle", "a drip"}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between attempts are for people."""

    def api(**given: object) -> speech_api.SpeechApi:
        return speech_api.SpeechApi(pauses_s=(), **given)  # type: ignore[arg-type]

    monkeypatch.setattr(served, "SpeechApi", api)


@pytest.mark.parametrize("what", TROUBLE)
def test_trouble_is_one_sentence_and_the_next_text_is_heard(serve: Serve, what: str) -> None:
    answer, said = TROUBLE[what]
    limits = PATIENT if what in SLOW else {"timeout_s": str(HANG_S), "first_timeout_s": str(HANG_S)}
    _, voice = serve(answer, whole(SOUND), **limits)
    with pytest.raises(EngineError) as caught:
        spoken(voice, "One.")
    told = str(caught.value)
    assert said in told
    assert told.isprintable()
    assert told.startswith("127.0.0.1:")
    assert len(told) < 400
    if what not in SLOW:
        assert spoken(voice, "Two.") == HEARD


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with OmniServer() as server:
        settings = settings_for(server, tmp_path)
    voice = engine.create(VoiceOptions(settings=settings))
    with pytest.raises(EngineError, match=r"takes no connections: check whether it is running$"):
        spoken(voice, "One.")
    voice.close()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def voices_of(told: list[str]) -> Iterator[Pool]:
    opened: list[Voices] = []

    def made(settings: dict[str, str]) -> Voices:
        table = {"cosyvoice": settings}
        voices = Voices(["cosyvoice", "tone"], threads=1, isolate="never", settings=table, notice=told.append)
        opened.append(voices)
        return voices

    yield made
    for voices in opened:
        voices.close()


@pytest.mark.parametrize(
    "what", ["500", "401", "nothing at all", "JSON", "an end in the middle", "a page that is called samples"]
)
def test_after_three_failures_the_next_voice_speaks(
    what: str, tmp_path: Path, voices_of: Pool, told: list[str]
) -> None:
    answer, said = TROUBLE[what]
    with OmniServer(answer, answer, answer) as server:
        voices = voices_of(settings_for(server, tmp_path))
        for _ in range(3):
            voice = voices.voice("en")
            assert voice.label == "cosyvoice"
            with pytest.raises(EngineError) as caught:
                list(voice.synthesizer.speak("One.", Ticket()))
            voices.failed(voice, caught.value)
        assert voices.voice("en").label == "tone"
    (notice,) = told
    assert notice.startswith("cosyvoice failed 3 times in a row, at last because 127.0.0.1:")
    assert said in notice
    assert notice.endswith(": tone speaks from here on")


def test_without_a_place_to_run_the_next_voice_speaks_at_once(voices_of: Pool, told: list[str]) -> None:
    assert voices_of({}).voice("en").label == "tone"
    assert told[0].startswith("cosyvoice cannot speak: cosyvoice is told neither a server nor")
