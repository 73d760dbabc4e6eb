"""A package `piper` with what is used of the real one, and voice files that its loader accepts."""

import json
from pathlib import Path
from typing import Any

_PACKAGE = """
from dataclasses import dataclass
from .config import PiperConfig

@dataclass
class SynthesisConfig:
    speaker_id: object = None
    length_scale: object = None
    volume: float = 1.0

@dataclass
class Chunk:
    audio_float_array: object

@dataclass
class PiperVoice:
    session: object
    config: object
    asked = []
    def synthesize(self, text, manner):
        import numpy as np
        PiperVoice.asked.append((text, manner, self.session.get_session_options().intra_op_num_threads))
        assert "crash" not in text
        for sentence in text.split("."):
            if sentence.strip() and sentence.isascii():
                frames = np.arange(len(sentence) * 200, dtype=np.float32)
                yield Chunk((0.2 * np.sin(frames / 8)).astype(np.float32))
"""

_CONFIG = """
from dataclasses import dataclass
@dataclass
class PiperConfig:
    sample_rate: int
    @staticmethod
    def from_dict(config):
        return PiperConfig(config["audio"]["sample_rate"])
"""


def add_piper(folder: Path) -> Path:
    package = folder / "piper"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(_PACKAGE)
    (package / "config.py").write_text(_CONFIG)
    return folder


def add_voice(folder: Path, **changes: Any) -> Path:
    """The path of a voice, whose model gives back what it is given."""
    model = folder / "xx_XX-nobody-low.onnx"
    model.write_bytes(identity_model())
    config = {
        "audio": {"sample_rate": 16_000},
        "espeak": {"voice": "xx"},
        "phoneme_id_map": {"a": [1]},
        "num_speakers": 1,
        **changes,
    }
    Path(f"{model}.json").write_text(json.dumps(config))
    return model


def identity_model() -> bytes:
    """The smallest ONNX file, field by field of its protocol buffer."""

    def value(name: bytes) -> bytes:
        shape = field(1, field(1, 1))
        return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))

    node = field(1, b"x") + field(2, b"y") + field(4, b"Identity")
    graph = field(1, node) + field(2, b"g") + field(11, value(b"x")) + field(12, value(b"y"))
    return field(1, 8) + field(8, field(1, b"") + field(2, 13)) + field(7, graph)


def field(number: int, content: bytes | int) -> bytes:
    if isinstance(content, int):
        return bytes((number << 3, content))
    assert len(content) < 128
    return bytes((number << 3 | 2, len(content))) + content
