"""A sentence to its first clause with the packaged model: read while it arrives, beside the plain call.

    python benchmarks/bench_llama.py [--threads 1] [--sentences 40] [--tokens-per-s 60]

The plain call sends the whole sentence when it is there (plain_call.py). Its first piece is a token, ours is
what a voice begins with; "clause" is the first mark of punctuation in either.
Times are on the wall; the processor's own time stands beside them, which a busy machine changes less.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from plain_call import PlainCall
from streamtts.engine import Ticket, TranslatorOptions
from streamtts.speech.lexicon import Lexicon
from streamtts.translation.careful import Careful
from streamtts.translation.wording import Wording
from streamtts.translators.llama import LlamaTranslator, engine

DATA = Path(__file__).parent.parent / "tests/data/translation/dev_en_ja.json"
MARKS = "、。！？：；"


@dataclass
class Times:
    """Of one way to ask, a figure a sentence, in seconds after its last byte."""

    first_piece: list[float] = field(default_factory=list)
    first_clause: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        medians = [statistics.median(each) for each in (self.first_piece, self.first_clause, self.whole)]
        return name.ljust(24) + "".join(f"{each:8.3f}" for each in (*medians, statistics.mean(self.cpu)))


def sentences(number: int) -> list[str]:
    """Spread over the development set."""
    rows = json.loads(DATA.read_text(encoding="utf-8"))["sentences"]
    return [rows[place * len(rows) // number]["source"] for place in range(number)]


def measured(times: Times, pieces: Iterator[str]) -> str:
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    text, clause_s, piece_s = "", 0.0, 0.0
    for piece in pieces:
        text += piece
        now_s = time.perf_counter() - began_s
        piece_s = piece_s or now_s
        if not clause_s and any(mark in text for mark in MARKS):
            clause_s = now_s
    whole_s = time.perf_counter() - began_s
    times.first_piece.append(piece_s or whole_s)
    times.first_clause.append(clause_s or whole_s)
    times.whole.append(whole_s)
    times.cpu.append(time.process_time() - began_cpu_s)
    return text


def arriving(careful: Careful, translator: LlamaTranslator, text: str, tokens_per_s: float) -> None:
    """Hints as the session gives them, at the pace at which the words come."""
    began_s = time.perf_counter()
    words = text.split(" ")
    for count in range(1, len(words) + 1):
        begun = " ".join(words[:count])
        due_s = began_s + len(translator.server.tokens(begun)) / tokens_per_s
        time.sleep(max(0.0, due_s - time.perf_counter()))
        if count < len(words):
            careful.prefix(begun + " ")


def run(threads: int, number: int, tokens_per_s: float) -> None:
    simple, late, early = Times(), Times(), Times()
    texts = sentences(number)
    with closing(PlainCall(threads)) as plain:
        for text in texts:
            measured(simple, plain.ask(text))
    with closing(engine.create(TranslatorOptions("en", "ja", threads=threads))) as created:
        assert isinstance(created, LlamaTranslator)
        lexicon = Lexicon.load()
        translations = [measured(late, created.translate(text, Ticket())) for text in texts]
        differences = 0
        for text, translation in zip(texts, translations, strict=True):
            careful = Careful(
                created, "llama", Wording("en", "ja", lexicon), placeholder=engine.placeholder, deadline_s=60
            )
            arriving(careful, created, text, tokens_per_s)
            differences += measured(early, created.translate(text, Ticket())) != translation
    print(f"{threads} threads, {number} sentences; seconds: first piece, clause, whole, CPU")
    print(simple.row("plain call"), late.row("all at once"), early.row("read while arriving"), sep="\n")
    print(f"translations that reading ahead has changed: {differences}")


def main() -> None:
    parser = argparse.ArgumentParser(description="From the last byte of a sentence to its first clause.")
    parser.add_argument("--threads", type=int, nargs="*", default=[2, 1])
    parser.add_argument("--sentences", type=int, default=40)
    parser.add_argument("--tokens-per-s", type=float, default=60.0)
    asked = parser.parse_args()
    for threads in asked.threads:
        run(threads, asked.sentences, asked.tokens_per_s)


if __name__ == "__main__":
    main()
