"""One voice in a process of its own: what it costs to load it and to say a sentence. Answers in JSON."""

import json
import resource
import sys
import time

from streamtts.engine import Ticket, VoiceOptions
from streamtts.registry import synthesizer


def measured(name: str, language: str, threads: int, rounds: int, texts: list[str]) -> dict[str, object]:
    begun, cpu = time.perf_counter(), time.process_time()
    engine = synthesizer(name)
    voice = engine.create(VoiceOptions(language=language, threads=threads))
    load_s, load_cpu_s = time.perf_counter() - begun, time.process_time() - cpu
    sentences = [min((said(voice, text) for _ in range(rounds)), key=sum) for text in texts]
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = {
        "load_s": load_s,
        "load_cpu_s": load_cpu_s,
        "sentences": sentences,
        "rss_mb": rss / (2**20 if sys.platform == "darwin" else 2**10),
    }
    voice.close()
    return found


def said(voice: object, text: str) -> tuple[float, float, float, float]:
    """Seconds to the first piece, to the last, on the processor; and how long the sound is."""
    begun, cpu = time.perf_counter(), cpu_s()
    first_s, frames = 0.0, 0
    for piece in voice.speak(text, Ticket()):  # type: ignore[attr-defined]
        first_s = first_s or time.perf_counter() - begun
        frames += len(piece)
    all_s, spent_s = time.perf_counter() - begun, cpu_s() - cpu
    return first_s, all_s, spent_s, frames / voice.rate_hz  # type: ignore[attr-defined]


def cpu_s() -> float:
    """Of this process and of the programs it ran."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured(**json.loads(sys.argv[1]))))
