"""A backlog of sentences at a chat server that takes its time for each: one by one, and several at once."""

import json
import time
from threading import Event
from urllib.request import Request, urlopen

from engines.speech_server import Line
from streamtts.engine import Ticket, TranslatorOptions
from streamtts.translators.openai import engine
from suite.figures import Bar, Samples, figure
from suite.recorder import Recorder
from translators.openai.chat_server import chat_server, completion, last_text, streamed

SENTENCES = 50
LATENCY_S = 0.1
OF_ONE_BY_ONE = 1 / 3
OVERHEAD_MS = 10
SINGLE = 30


def bench_a_backlog(run: Recorder) -> None:
    """A server like vLLM, which takes more requests at no loss."""

    def answer(line: Line) -> None:
        Event().wait(LATENCY_S)
        completion(f"文{last_text(line)}")(line)

    texts = [f"Sentence number {number}." for number in range(SENTENCES)]
    wanted = [f"文{text}" for text in texts]
    with chat_server(answer) as server:
        translator = engine.create(TranslatorOptions("en", "ja", settings={"url": server.url}))
        one_by_one, together = Samples(), Samples()
        alone, batch = list[str](), list[str]()
        one_by_one.take(lambda: alone.extend("".join(translator.translate(text, Ticket())) for text in texts))
        together.take(lambda: batch.extend(translator.translate_batch(texts, Ticket())))
        translator.close()
    assert alone == batch == wanted
    run.add(
        figure(
            "translators",
            f"openai: a backlog of {SENTENCES} at a server that takes {LATENCY_S * 1e3:.0f} ms for each",
            together,
            {"the same, one by one": one_by_one},
            bar=Bar("ratio", OF_ONE_BY_ONE),
            right="every answer, in its place",
        )
    )


def bench_what_we_add(run: Recorder) -> None:
    """From the call to the first clause, of a server that answers at once."""
    with chat_server(streamed(["一つ目、", "二つ目。"])) as server:
        translator = engine.create(TranslatorOptions("en", "ja", settings={"url": server.url}))
        ours, bare = Samples(), Samples()
        for _ in range(SINGLE):
            bare.take(lambda: asked_bare(server.url))
            begun, cpu = time.perf_counter(), time.process_time()
            clauses = translator.translate("One, and another.", Ticket())
            assert next(clauses) == "一つ目、"
            ours.wall_s.append(time.perf_counter() - begun)
            ours.cpu_s.append(time.process_time() - cpu)
            assert list(clauses) == ["二つ目。"]
        translator.close()
    run.add(
        figure(
            "translators",
            "openai: the first clause of a server that answers at once",
            ours,
            {"urllib, for its whole answer": bare},
            bar=Bar("least", OVERHEAD_MS),
            right="both clauses, as they were sent",
        )
    )


def asked_bare(url: str) -> None:
    message = {"role": "user", "content": "One, and another."}
    body = json.dumps({"model": "any", "stream": True, "messages": [message]}).encode()
    request = Request(f"{url}/chat/completions", body, {"Content-Type": "application/json"})  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310 - a server in this process
        assert "二つ目。".encode() in answer.read()
