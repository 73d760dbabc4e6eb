"""What each engine needs to be heard by the conformance suite: options, and maybe a server for it to call."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from engines.cosy.fake_checkout import checkout_options
from engines.cosy.omni_server import served_options
from engines.fake_say import say_options
from engines.google import gtts_options
from engines.kokoro_mlx import tiny_folder as tiny_kokoro
from engines.sounds import silence_s16, sine_s16
from engines.speech_server import Line, SpeechServer, whole
from streamtts.engine import ANY_LANGUAGE, SynthesizerEngine, VoiceOptions

SHORT = {"en": "All tests pass.", "ja": "テストが通りました。", "de": "Alle Tests sind bestanden."}
LONG = {
    "en": "All tests pass, and the documentation says what each of the new flags does.",
    "ja": "テストはすべて通り、新しいオプションの説明もドキュメントに追加しました。",
    "de": "Alle Tests sind bestanden, und die Anleitung erklärt nun jede der neuen Optionen.",
}


def language(engine: SynthesizerEngine) -> str:
    return "en" if engine.languages[0] == ANY_LANGUAGE else engine.languages[0]


@contextmanager
def openai_options() -> Iterator[VoiceOptions]:
    def speak(line: Line) -> None:
        text = str(server.requests[-1].json["input"])
        silence = silence_s16(0.2)
        whole(silence + sine_s16(min(len(text) * 0.05, 5), amplitude=0.15) + silence)(line)

    with SpeechServer(speak) as server:
        yield VoiceOptions(language="en", settings={"url": server.url})


def kokoro_mlx_options() -> AbstractContextManager[VoiceOptions]:
    return nullcontext(VoiceOptions() if tiny_kokoro.ABSENT else tiny_kokoro.options(tiny_kokoro.shared()))


SERVED: dict[str, Callable[[], AbstractContextManager[VoiceOptions]]] = {
    "cosyvoice": served_options,
    "gtts": gtts_options,
    "kokoro-mlx": kokoro_mlx_options,
    "openai": openai_options,
    "say": say_options,
}

# Their library computes in a thread of its own; with one thread ours waits for it, but is counted, too.
COMPUTES_BESIDE = {"kokoro-mlx": "MLX computes in a thread of its own, for which ours waits"}

# An engine that can be had in another way, too, is heard in that as well.
ALSO: dict[str, tuple[str, Callable[[], AbstractContextManager[VoiceOptions]]]] = {
    "cosyvoice in a checkout": ("cosyvoice", checkout_options),
}


def reason_unheard(engine: SynthesizerEngine) -> str | None:
    if engine.cloud and engine.name not in SERVED:
        return f"{engine.name} would send text over the network, and no server stands in for it"
    with options(engine) as given:  # a stand-in may be what it misses
        return engine.missing() or engine.lacks(given.settings)


def options(engine: SynthesizerEngine) -> AbstractContextManager[VoiceOptions]:
    if engine.name in SERVED:
        return SERVED[engine.name]()
    return nullcontext(VoiceOptions(language=language(engine)))
