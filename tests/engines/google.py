"""What stands in for Google Translate: the same questions, the same form of answer."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs

from engines.speech_server import Line, Request, SpeechServer, whole
from streamtts.engine import VoiceOptions

SOUNDS = Path(__file__).parent.parent / "data/sound"
TONE_S = 0.4  # of each file, besides a little silence


def tone_mp3(name: str = "tone-440hz-24khz.mp3") -> bytes:
    return (SOUNDS / name).read_bytes()


def asked(request: Request) -> tuple[str, str]:
    """The text and the language of a request."""
    (call,) = parse_qs(request.body.decode())["f.req"]
    text, language, *_ = json.loads(json.loads(call)[0][0][1])
    return text, language


def said(mp3: bytes) -> bytes:
    sound = json.dumps([base64.b64encode(mp3).decode()], separators=(",", ":"))
    row = ["wrb.fr", "jQ1olc", sound, None, None, None, "generic"]
    return b")]}'\n\n" + json.dumps([row, ["di", 42]], separators=(",", ":")).encode()


@contextmanager
def gtts_options() -> Iterator[VoiceOptions]:
    """For the suite that hears every engine."""

    def speak(line: Line) -> None:
        text, _ = asked(server.requests[-1])
        whole(said(tone_mp3() * (1 + len(text) // 20)), content_type="application/json")(line)

    with SpeechServer(speak) as server:
        yield VoiceOptions(language="en", settings={"url": server.url})
