"""CosyVoice in an environment of its own: a child that the Python there runs, asked through a socket."""

import os
import shutil
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from streamtts.engine import EngineError, Pcm, Ticket
from streamtts.synthesizers import stressed
from streamtts.synthesizers.cosy.prompts import instruct_prompt, plain, strong, transcript_prompt
from streamtts.synthesizers.cosy.speaker import Speaker, speaker_of
from streamtts.synthesizers.cosy.wanted import Wanted
from streamtts.synthesizers.doubts import longest_s
from streamtts.synthesizers.pcm import trim_stream
from streamtts.web.quote import quoted
from streamtts.worker.host import Child, Host, Limits

_CHILD = Path(__file__).with_name("child.py")
_MODEL = "pretrained_models/Fun-CosyVoice3-0.5B"
_LONGEST = 300  # characters: what the model says well in one go
_SAMPLE_BYTES = 4
_REMEDY = "check python, checkout and model in [engines.cosyvoice]"


class CheckoutVoice:
    """Its model is loaded, and has spoken once, when the constructor returns."""

    def __init__(self, wanted: Wanted, threads: int) -> None:
        setup = _setup(wanted)
        child = Child((_python(wanted.python), "-E", "-u", str(_CHILD)), _REMEDY, _failure)
        limits = Limits(start_s=wanted.start_s, reply_s=wanted.timeout_s)
        self._host = Host("cosyvoice", setup, threads, limits, child)
        self.streams = wanted.streams
        try:
            self.rate_hz = _rate_in(self._host.load(Ticket()))
        except BaseException:
            self._host.close()
            raise

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        ticket.check()
        pieces = stressed.pieces(plain(text), _LONGEST)
        sounds = (self._sound(stressed.written(runs, plain, strong), ticket) for runs in pieces)
        for sound in trim_stream(chain.from_iterable(sounds), self.rate_hz):
            ticket.check()
            yield sound

    def close(self) -> None:
        self._host.close()

    def _sound(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        left = round(self.rate_hz * longest_s(text))
        for piece in self._host.ask(text.encode(), ticket):
            if len(piece) % _SAMPLE_BYTES:
                raise _failure("half a sample")
            left -= len(piece) // _SAMPLE_BYTES
            if left < 0:
                raise _failure("far more sound than the text can need")
            if piece:
                yield memoryview(piece).cast("f")


def _setup(wanted: Wanted) -> Mapping[str, object]:
    """What the child needs to know. Nothing in it may send CosyVoice to the network."""
    checkout = _checkout(wanted.checkout)
    model, version = _model(checkout, wanted.model or _MODEL)
    speaker = speaker_of(wanted)
    if speaker is None:
        raise EngineError(
            f"there is no voice {quoted(wanted.voice)!r} of your own: `streamtts voices add` makes one"
        )
    return {
        "path": [str(checkout), str(checkout / "third_party/Matcha-TTS")] if checkout else [],
        "model": str(model),
        "fp16": wanted.precision == "float16",
        "stream": wanted.streams,
        "sample": str(speaker.sample),
        **_method(speaker, wanted.instruct, version),
    }


def _method(speaker: Speaker, instruct: str, version: int) -> Mapping[str, str]:
    """How CosyVoice is to be called: by its words, of a sample's words, or as it can without them."""
    if instruct:
        words = instruct_prompt(instruct, version)
        return {"method": "inference_instruct2", "words": words, "start": ""}
    if speaker.transcript:
        words = transcript_prompt(speaker.transcript, version=version)
        return {"method": "inference_zero_shot", "words": words, "start": ""}
    start = transcript_prompt("", version=version)
    return {"method": "inference_cross_lingual", "words": "", "start": start}


def _python(given: str) -> str:
    found = shutil.which(os.path.expanduser(given))  # noqa: PTH111 - a name of PATH may begin with ~, too
    if found is None:
        raise EngineError(
            f"there is no Python {quoted(given)!r}: set engines.cosyvoice.python to one that has CosyVoice"
        )
    return os.path.abspath(found)  # noqa: PTH100 - what a link leads to knows no environment


def _checkout(given: str) -> Path | None:
    if not given:
        return None
    folder = _path(given)
    if not (folder / "cosyvoice/cli/cosyvoice.py").is_file():
        raise EngineError(
            f"{quoted(given)!r} is no checkout of CosyVoice: set engines.cosyvoice.checkout to the folder"
            " that holds cosyvoice/cli"
        )
    return folder


def _model(checkout: Path | None, given: str) -> tuple[Path, int]:
    """Its folder and version. CosyVoice would fetch one that is not there."""
    folder = _path(given) if checkout is None else checkout / Path(given).expanduser()
    for version in (3, 2):
        if (folder / f"cosyvoice{version}.yaml").is_file():
            return folder, version
    raise EngineError(
        f"there is no model of CosyVoice 2 or 3 in {quoted(str(folder))!r}:"
        " set engines.cosyvoice.model to its folder"
    )


def _path(given: str) -> Path:
    try:
        return Path(given).expanduser().absolute()
    except RuntimeError:
        return Path(given).absolute()


def _rate_in(loaded: Mapping[str, object]) -> int:
    rate_hz = loaded.get("rate_hz")
    if not isinstance(rate_hz, int) or not 8_000 <= rate_hz <= 192_000:
        raise _failure(f"a rate of {rate_hz!r}")
    return rate_hz


def _failure(words: str) -> EngineError:
    return EngineError(f"CosyVoice failed with {quoted(words)}: if that happens again, choose another voice")
