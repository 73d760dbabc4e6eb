"""A folder that looks like a checkout of CosyVoice with its model, and what stands in for its code.

Texts may ask it for trouble. It notes each of its calls, and in what kind of interpreter it runs.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engines.sounds import plain_wav, sine_s16
from streamtts.engine import VoiceOptions

WORDS = "What is said in the sample."
PYTHON = os.path.realpath(sys.executable)  # without the packages of the tests' own environment

_CODE = '''
import array, ctypes, json, math, os, sys, time

HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def told(**what):
    with open(os.path.join(HERE, "calls"), "a", encoding="utf-8") as calls:
        calls.write(json.dumps(what) + "\\n")


class Row:
    """As much of a tensor, and of an array, as is needed."""

    def __init__(self, samples):
        self.samples = array.array("f", samples)

    def cpu(self):
        return self

    numpy = cpu

    def astype(self, kind):
        assert kind == "<f4"
        return self

    def tobytes(self):
        return self.samples.tobytes()


class Odd(Row):
    def tobytes(self):
        return super().tobytes()[:-1]


def sound(text):
    if "RAISE" in text:
        raise ValueError("no such\\n\\x1b[31mtoken")
    if "CRASH" in text:
        print("CUDA error: out of memory", file=sys.stderr)
        os.abort()
    if "CLUTCH" in text:
        told(clutching=os.getpid())
        ctypes.PyDLL(None).sleep(1000)
    silence = [0.0] * 4800
    yield silence
    frames = int(min(len(text) * 0.05, 5) * 24000)
    for start in range(0, frames, 4800):
        yield [0.15 * math.sin(math.tau * 440 * i / 24000) for i in range(start, min(start + 4800, frames))]
        if "SLOW" in text or "HANG" in text:
            told(speaking=os.getpid())
            time.sleep(1000 if "HANG" in text else 0.05)
        if "EXIT" in text:
            sys.exit("this is the end")
    while "ENDLESS" in text:
        yield [0.1] * 24000
    yield silence


class Model:
    sample_rate = 24000

    def __init__(self, model_dir, load_trt=False, load_vllm=False, fp16=False):
        told(model=model_dir, fp16=fp16, offline=os.environ.get("HF_HUB_OFFLINE"))
        told(python=sys.executable, pid=os.getpid(), path=sys.path, modules=sorted(sys.modules))
        print("a warning that nobody needs")
        {start}

    def add_zero_shot_spk(self, prompt_text, prompt_wav, zero_shot_spk_id):
        told(kept=zero_shot_spk_id, words=prompt_text, sample=prompt_wav)
        return True

    def inference_zero_shot(
        self, tts_text, prompt_text, prompt_wav, zero_shot_spk_id="", stream=False, text_frontend=True
    ):
        told(way="zero_shot", text=tts_text, words=prompt_text, sample=prompt_wav, stream=stream)
        told(frontend=text_frontend)
        told(speaker=zero_shot_spk_id)
        return self.spoken(tts_text)

    def inference_instruct2(self, tts_text, instruct_text, prompt_wav, zero_shot_spk_id="", stream=False):
        told(way="instruct2", text=tts_text, words=instruct_text, sample=prompt_wav, stream=stream)
        return self.spoken(tts_text)

    def inference_cross_lingual(self, tts_text, prompt_wav, zero_shot_spk_id="", stream=False):
        told(way="cross_lingual", text=tts_text, sample=prompt_wav, stream=stream)
        return self.spoken(tts_text)

    def spoken(self, text):
        kind = Odd if "ODD" in text else Row
        return ({{"tts_speech": kind(samples)}} for samples in sound(text))


AutoModel = Model
'''

_OLD_CODE = '''
class CosyVoice2(Model):
    """As it was before there was a third."""

    def __init__(self, model_dir, load_jit=False, load_trt=False, fp16=False):
        super().__init__(model_dir, fp16=fp16)

    def inference_zero_shot(self, tts_text, prompt_text, prompt_speech_16k, stream=False, speed=1.0):
        told(way="zero_shot", text=tts_text, words=prompt_text, sample=prompt_speech_16k, stream=stream)
        return self.spoken(tts_text)

    def inference_instruct2(self, tts_text, instruct_text, prompt_speech_16k, stream=False, speed=1.0):
        told(way="instruct2", text=tts_text, words=instruct_text, sample=prompt_speech_16k, stream=stream)
        return self.spoken(tts_text)


del AutoModel, Model.add_zero_shot_spk
'''

_LOADER = """
def load_wav(path, rate):
    return [path, rate]
"""


class FakeCheckout:
    """`start` is code that runs when the model is made."""

    def __init__(self, folder: Path, *, version: int = 3, old: bool = False, start: str = "pass") -> None:
        self.folder = folder / "Cosy Voice"
        code = self.folder / "cosyvoice"
        for package in (code, code / "cli", code / "utils"):
            package.mkdir(parents=True)
            (package / "__init__.py").touch()
        (code / "cli/cosyvoice.py").write_text(_CODE.format(start=start) + (_OLD_CODE if old else ""))
        (code / "utils/file_utils.py").write_text(_LOADER)
        self.model = self.folder / "pretrained_models/Fun-CosyVoice3-0.5B"
        self.model.mkdir(parents=True)
        (self.model / f"cosyvoice{version}.yaml").touch()
        self.sample = folder / "sample.wav"
        self.sample.write_bytes(plain_wav(sine_s16(6.0)))

    @property
    def settings(self) -> dict[str, str]:
        return {
            "python": PYTHON,
            "checkout": str(self.folder),
            "sample": str(self.sample),
            "transcript": WORDS,
        }

    def options(self, **settings: str) -> VoiceOptions:
        return VoiceOptions(language="en", settings={**self.settings, **settings})

    def calls(self) -> list[dict[str, Any]]:
        return calls_in(self.folder)

    def noted(self, what: str) -> list[Any]:
        return noted(self.folder, what)


def calls_in(folder: Path) -> list[dict[str, Any]]:
    calls = folder / "calls"
    return [json.loads(line) for line in calls.read_text("utf-8").splitlines()] if calls.exists() else []


def noted(folder: Path, what: str) -> list[Any]:
    return [call[what] for call in calls_in(folder) if what in call]


@contextmanager
def checkout_options() -> Iterator[VoiceOptions]:
    """For the suite that hears every engine."""
    with TemporaryDirectory() as folder:
        yield FakeCheckout(Path(folder)).options()
