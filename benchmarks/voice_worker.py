"""One voice in a process of its own: what it costs to load it and to say sentences. Answers in JSON.

Each round it says each sentence once and multiplies two matrices, the yardstick of whatever computes.
"""

import json
import resource
import sys
import time
from pathlib import Path

from streamtts.engine import Synthesizer, Ticket, VoiceOptions
from streamtts.registry import synthesizer
from suite.arithmetic import product
from suite.figures import Samples


def measured(name: str, language: str, threads: int, rounds: int, texts: list[str]) -> dict[str, object]:
    engine = synthesizer(name)
    if reason := engine.missing():
        return {"missing": reason}
    before_mib, begun, cpu = most_mib(), time.perf_counter(), time.process_time()
    voice = engine.create(VoiceOptions(language=language, threads=threads))
    load_s, load_cpu_s = time.perf_counter() - begun, time.process_time() - cpu
    sentences: list[list[tuple[float, ...]]] = [[] for _ in texts]
    yardstick = Samples()
    product()  # whose first time takes longer
    for _ in range(rounds):
        for place, text in enumerate(texts):
            sentences[place].append(said(voice, text))
        yardstick.take(product)
    found_mib = most_mib()
    voice.close()
    return {
        "load": {"wall_s": [load_s], "cpu_s": [load_cpu_s]},
        "sentences": sentences,
        "product": {"wall_s": yardstick.wall_s, "cpu_s": yardstick.cpu_s},
        "mib": {"before": before_mib, "after": found_mib},
    }


def said(voice: Synthesizer, text: str) -> tuple[float, ...]:
    """Seconds to the first piece, clock and CPU, and to the last; and how long the sound is."""
    begun, cpu = time.perf_counter(), cpu_s()
    first_s = first_cpu_s = 0.0
    frames = 0
    for piece in voice.speak(text, Ticket()):
        if not frames:
            first_s, first_cpu_s = time.perf_counter() - begun, cpu_s() - cpu
        frames += len(piece)
    return first_s, first_cpu_s, time.perf_counter() - begun, cpu_s() - cpu, frames / voice.rate_hz


def most_mib() -> float:
    """Linux counts what the parent held when it forked into the usage of a child, so its own peak is read."""
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 2**10


def cpu_s() -> float:
    """Of this process and of the programs it ran."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    print(json.dumps(measured(**json.loads(sys.argv[1]))))
