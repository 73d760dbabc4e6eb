"""Each peer as one function: deltas in, sentences out as soon as it knows them.

None of them is changed: each is called as its own framework calls it, with its own defaults. This runs in the
peer's environment, so it imports nothing but Python before it is told which.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

Splitter = Callable[[Iterable[str]], Iterator[str]]
T = TypeVar("T")


def ours() -> Splitter:
    from streamtts._core import Splitter as Core

    def split(deltas: Iterable[str]) -> Iterator[str]:
        splitter = Core()
        for delta in deltas:
            yield from splitter.feed(delta)
        yield from splitter.finish()

    return split


def ours_whole() -> Splitter:
    """Its whole way, JSON included: an agent's line comes in for each delta, the cleaner stands between."""
    from streamtts._core import SentenceStream

    def split(deltas: Iterable[str]) -> Iterator[str]:
        stream = SentenceStream()
        for delta in deltas:
            stream.push(_agents_line(delta))
            yield from (sentence for _, _, sentence, *_ in stream.pull())
        stream.push_end()
        while rows := stream.pull():
            yield from (sentence for _, _, sentence, *_ in rows)

    return split


@cache
def _agents_line(delta: str) -> bytes:
    """Made once: whoever writes a log pays for that, not who reads it."""
    piece = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": delta}}
    return json.dumps({"type": "stream_event", "event": piece}).encode() + b"\n"


def realtimetts(**choices: object) -> Splitter:
    """What its `play()` does with a text before a voice is asked: the same calls, the same defaults."""
    import inspect

    _bring_data_of_nltk()
    import stream2sentence
    from RealtimeTTS import TextToAudioStream
    from RealtimeTTS.threadsafe_generators import AccumulatingThreadSafeGenerator, CharIterator

    given = {
        name: each.default for name, each in inspect.signature(TextToAudioStream.play).parameters.items()
    }
    stream = inspect.signature(TextToAudioStream.__init__).parameters
    given |= choices
    same = ("context_size", "context_size_look_overhead", "minimum_sentence_length", "language")
    also = (
        "minimum_first_fragment_length",
        "sentence_fragment_delimiters",
        "force_first_fragment_after_words",
    )

    def split(deltas: Iterable[str]) -> Iterator[str]:
        characters = CharIterator()
        characters.add(iter(deltas))
        yield from stream2sentence.generate_sentences(
            AccumulatingThreadSafeGenerator(characters),
            **{name: given[name] for name in (*same, *also, "fragment_lookahead_words")},
            quick_yield_single_sentence_fragment=given["fast_sentence_fragment"],
            quick_yield_for_all_sentences=given["fast_sentence_fragment_allsentences"],
            quick_yield_every_fragment=given["fast_sentence_fragment_allsentences_multiple"],
            cleanup_text_links=True,
            cleanup_text_emojis=True,
            tokenizer=stream["tokenizer"].default,
        )

    return split


def stream2sentence(**choices: object) -> Splitter:
    _bring_data_of_nltk()
    from stream2sentence import generate_sentences

    def split(deltas: Iterable[str]) -> Iterator[str]:
        yield from generate_sentences(iter(deltas), **choices)

    return split


def livekit(*, filtered: bool = False) -> Splitter:
    """The sentences that its StreamAdapter hands to a voice."""
    from livekit.agents import tokenize
    from livekit.agents.voice.agent_session import DEFAULT_TTS_TEXT_TRANSFORMS
    from livekit.agents.voice.transcription.text_transforms import _apply_text_transforms

    asyncio.set_event_loop(asyncio.new_event_loop())
    tokenizer = tokenize.blingfire.SentenceTokenizer(retain_format=True)

    def split(deltas: Iterable[str]) -> Iterator[str]:
        stream = tokenizer.stream()
        texts = deltas
        if filtered:
            texts = _by_hand(_apply_text_transforms(_as_async(deltas), DEFAULT_TTS_TEXT_TRANSFORMS))
        for text in texts:
            stream.push_text(text)
            yield from _waiting(stream)
        stream.end_input()
        yield from _waiting(stream)

    return split


def _waiting(stream: Any) -> Iterator[str]:
    while not stream._event_ch.empty():
        yield stream._event_ch.recv_nowait().token


def pipecat(*, stripped: bool = False) -> Splitter:
    """The sentences that its TTSService hands to a voice."""
    from pipecat.utils.text.simple_text_aggregator import SimpleTextAggregator
    from pipecat.utils.text.transforms import strip_markdown

    def spoken(text: str) -> str:
        return _result(strip_markdown(text, "*")) if stripped else text

    def split(deltas: Iterable[str]) -> Iterator[str]:
        aggregator = SimpleTextAggregator()
        for delta in deltas:
            for sentence in _by_hand(aggregator.aggregate(delta)):
                yield spoken(sentence.text)
        if rest := _result(aggregator.flush()):
            yield spoken(rest.text)

    return split


def sentence_stream() -> Splitter:
    from sentence_stream import stream_to_sentences

    return lambda deltas: iter(stream_to_sentences(deltas))


def sentencex() -> Splitter:
    from sentencex import segment

    return _asked_again(lambda text: list(segment("en", text)))


def blingfire() -> Splitter:
    from blingfire import text_to_sentences_and_offsets

    def split(text: str) -> list[str]:
        starts = [start for start, _ in text_to_sentences_and_offsets(text)[1]]
        places = [0, *starts[1:], len(text)] if starts else [0, len(text)]
        return [text[begin:end] for begin, end in pairwise(places)]

    return _asked_again(split)


def _asked_again(split_whole: Callable[[str], list[str]]) -> Splitter:
    """What knows whole texts only is asked with every delta; the last sentence may still be growing."""

    def split(deltas: Iterable[str]) -> Iterator[str]:
        held = ""
        for delta in deltas:
            held += delta
            *known, last = split_whole(held)
            yield from known
            held = last
        if held:
            yield held

    return split


def nobody() -> Splitter:
    """What measuring itself costs."""

    def split(deltas: Iterable[str]) -> Iterator[str]:
        for _ in deltas:
            yield from ()

    return split


def _as_async(texts: Iterable[str]) -> AsyncIterator[str]:
    async def each() -> AsyncIterator[str]:
        for text in texts:
            yield text

    return each()


def _by_hand(values: AsyncIterator[T]) -> Iterator[T]:
    """Nothing in them ever waits, so an event loop would only cost them time."""
    while True:
        try:
            yield _result(values.__anext__())  # type: ignore[arg-type]
        except StopAsyncIteration:
            return


def _result(coroutine: Coroutine[Any, Any, T]) -> T:
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    raise RuntimeError("it waits for something: drive it with an event loop")


def _bring_data_of_nltk() -> None:
    found = find_spec("llama_index")
    if found is not None and found.submodule_search_locations:
        folder = Path(next(iter(found.submodule_search_locations))) / "core/_static/nltk_cache"
        os.environ["NLTK_DATA"] = str(folder)


SPLITTERS: dict[str, Callable[[], Splitter]] = {
    "nobody": nobody,
    "streamtts": ours,
    "streamtts, its whole way": ours_whole,
    "RealtimeTTS": realtimetts,
    "RealtimeTTS, whole sentences": lambda: realtimetts(fast_sentence_fragment=False),
    "stream2sentence": stream2sentence,
    "stream2sentence, as its README advises": lambda: stream2sentence(
        tokenizer="nltk+rule-based", auto_context=True
    ),
    "LiveKit": livekit,
    "LiveKit, its filters first": lambda: livekit(filtered=True),
    "pipecat": pipecat,
    "pipecat, markdown stripped": lambda: pipecat(stripped=True),
    "sentence-stream": sentence_stream,
    "sentencex, asked again with every delta": sentencex,
    "blingfire, asked again with every delta": blingfire,
}
