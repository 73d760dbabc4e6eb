"""A server that asks for what vLLM-Omni asks for when it serves CosyVoice3, and streams as it does."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engines.sounds import plain_wav, silence_s16, sine_s16
from engines.speech_server import Answer, Line, SpeechServer, chunked, complaint, whole
from streamtts.engine import VoiceOptions

WORDS = "What is said in the sample."
SAMPLE = plain_wav(sine_s16(6.0))
UPLOADED = "narrator"  # a voice that the server has been given before


def spoken_s16(text: str) -> bytes:
    return silence_s16(0.2) + sine_s16(min(len(text) * 0.05, 5), amplitude=0.15) + silence_s16(0.2)


def answered(asked: dict[str, Any]) -> Answer:
    if reason := objection(asked):
        return complaint(400, {"error": {"message": reason, "type": "BadRequestError", "code": 400}})
    sound = spoken_s16(asked["input"])
    wav = asked.get("response_format") == "wav"
    if asked.get("stream_format") == "audio":
        pieces = [sound[at : at + 4801] for at in range(0, len(sound), 4801)]  # which cuts samples in two
        return chunked([plain_wav(b""), *pieces] if wav else pieces, "audio/wav" if wav else "audio/pcm")
    if asked.get("stream"):
        return chunked(events(sound), "text/event-stream; charset=utf-8")
    return whole(plain_wav(sound) if wav else sound, content_type="audio/wav" if wav else "audio/pcm")


def objection(asked: dict[str, Any]) -> str:
    """In the words of its adapter for CosyVoice3."""
    if not asked.get("input", "").strip():
        return "Input text cannot be empty"
    if asked.get("voice") == UPLOADED:
        return ""
    if asked.get("ref_audio") is None:
        return "CosyVoice3 requires 'ref_audio' (reference audio for voice cloning)"
    if not asked["ref_audio"].startswith("data:audio/") or not sample_of(asked):
        return "ref_audio must be a URL (http/https), base64 data URL (data:...), or file URI (file://...)"
    if not asked.get("ref_text", "").strip():
        return "CosyVoice3 requires 'ref_text' (transcript of the reference audio)"
    return ""


def sample_of(asked: dict[str, Any]) -> bytes:
    return base64.b64decode(asked["ref_audio"].partition(";base64,")[2], validate=True)


def events(sound: bytes, size: int = 9601) -> Iterator[bytes]:
    for at in range(0, len(sound), size):
        data = base64.b64encode(sound[at : at + size]).decode()
        yield event({"type": "speech.audio.delta", "audio": data, "response_format": "pcm"})
    yield event({"type": "speech.audio.done", "usage": {"input_tokens": 9}})


def event(said: dict[str, Any]) -> bytes:
    return f"event: {said['type']}\ndata: {json.dumps(said)}\n\n".encode()


class OmniServer(SpeechServer):
    """Gives `answers` first, if there are any."""

    def __init__(self, *answers: Answer) -> None:
        def speak(line: Line) -> None:
            answered(line.request.json)(line)

        super().__init__(*answers, speak)

    @property
    def asked(self) -> list[dict[str, Any]]:
        return [request.json for request in self.requests]


def settings_for(server: SpeechServer, folder: Path) -> dict[str, str]:
    sample = folder / "sample.wav"
    sample.write_bytes(SAMPLE)
    return {"url": server.url, "sample": str(sample), "transcript": WORDS}


@contextmanager
def served_options() -> Iterator[VoiceOptions]:
    """For the suite that hears every engine."""
    with OmniServer() as server, TemporaryDirectory() as folder:
        yield VoiceOptions(language="en", settings=settings_for(server, Path(folder)))
