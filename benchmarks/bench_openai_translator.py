"""A backlog of sentences at a chat server that takes its time for each: one by one, and several at once."""

import time
from threading import Event

from engines.speech_server import Line
from streamtts.engine import Ticket, TranslatorOptions
from streamtts.translators.openai import engine
from translators.openai.chat_server import chat_server, completion, last_text, streamed

SENTENCES = 50
LATENCY_S = 0.1
RATIO = 3.0
OVERHEAD_S = 0.010
SINGLE = 30


def bench_a_backlog() -> None:
    """A server like vLLM, which takes more requests at no loss."""

    def answer(line: Line) -> None:
        Event().wait(LATENCY_S)
        completion(f"文{last_text(line)}")(line)

    texts = [f"Sentence number {number}." for number in range(SENTENCES)]
    wanted = [f"文{text}" for text in texts]
    with chat_server(answer) as server:
        translator = engine.create(TranslatorOptions("en", "ja", settings={"url": server.url}))
        began = time.monotonic()
        assert ["".join(translator.translate(text, Ticket())) for text in texts] == wanted
        alone_s = time.monotonic() - began
        began = time.monotonic()
        assert translator.translate_batch(texts, Ticket()) == wanted
        together_s = time.monotonic() - began
        translator.close()
    ratio = alone_s / together_s
    print(f"\n{SENTENCES} sentences: {alone_s:.2f} s one by one, {together_s:.2f} s as a batch: {ratio:.1f}x")
    assert ratio >= RATIO


def bench_what_we_add() -> None:
    """From the call to the first clause, of a server that answers at once."""
    with chat_server(streamed(["一つ目、", "二つ目。"])) as server:
        translator = engine.create(TranslatorOptions("en", "ja", settings={"url": server.url}))
        took: list[float] = []
        cpu_s = time.process_time()
        for _ in range(SINGLE):
            began = time.monotonic()
            clauses = translator.translate("One, and another.", Ticket())
            assert next(clauses) == "一つ目、"
            took.append(time.monotonic() - began)
            assert list(clauses) == ["二つ目。"]
        cpu_s = (time.process_time() - cpu_s) / SINGLE
        translator.close()
    best_s = min(took)
    print(f"\nfirst clause: {best_s * 1000:.2f} ms at best, {cpu_s * 1000:.2f} ms of CPU with the server")
    assert best_s <= OVERHEAD_S
