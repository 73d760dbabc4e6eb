"""What a process of its own finds out about an engine: run by the conformance suite, answers in JSON."""

import gc
import json
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from streamtts.engine import Ticket, VoiceOptions
from streamtts.registry import synthesizer, synthesizers

_ENDING_S = 10.0  # the kernel counts a thread for a moment after it was joined


def descriptions() -> Mapping[str, object]:
    for engine in synthesizers():
        engine.missing()
    return {"modules": sorted({name.partition(".")[0] for name in sys.modules})}


def leaks(name: str, options: VoiceOptions, text: str) -> Mapping[str, object]:
    def speak_and_close() -> tuple[int, int]:
        voice = synthesizer(name).create(options)
        list(voice.speak(text, Ticket()))
        voice.close()
        del voice
        gc.collect()
        return all_threads(), len(list(Path("/dev/fd").iterdir()))

    speak_and_close()
    before = speak_and_close()
    for _ in range(3):
        speak_and_close()
    after = speak_and_close()
    ended_s = time.monotonic() + _ENDING_S
    while after[0] > before[0] and time.monotonic() < ended_s:
        time.sleep(0.01)
        after = all_threads(), after[1]
    return {"before": before, "after": after}


def threads(name: str, options: VoiceOptions, text: str) -> Mapping[str, object]:
    """How many threads have a real share in the work of speaking; those of Python itself are one."""
    voice = synthesizer(name).create(options)
    list(voice.speak(text, Ticket()))  # a library starts its threads at the latest now
    of_python = {thread.native_id for thread in threading.enumerate()}
    before = {thread: ns for thread, ns in work_ns().items() if thread not in of_python}
    started_ns = time.process_time_ns()
    for _ in range(5):
        list(voice.speak(text, Ticket()))
    enough_ns = (time.process_time_ns() - started_ns) * 0.05
    after = work_ns()
    voice.close()
    return {"working": 1 + sum(after.get(thread, 0) - ns > enough_ns for thread, ns in before.items())}


def work_ns() -> dict[int, int]:
    """The time on a processor of each thread so far."""
    return {
        int(task.name): int((task / "schedstat").read_text().split()[0])
        for task in Path("/proc/self/task").iterdir()
    }


def all_threads() -> int:
    """Those of libraries included, where the system tells."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.exists() else threading.active_count()


def main(probe: str, name: str, options: str, text: str) -> None:
    if probe == "descriptions":
        found = descriptions()
    else:
        found = {"leaks": leaks, "threads": threads}[probe](name, VoiceOptions(**json.loads(options)), text)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
