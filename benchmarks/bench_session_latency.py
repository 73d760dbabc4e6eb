"""From the last byte of a sentence on standard input to its first sample in the ring."""

import json
import os
import re
import subprocess
import sys
import time
from itertools import permutations
from pathlib import Path

from cli.support import assistant
from session_rig import TOKENS_PER_S, TimedSession, delta_line, message_head, null_voice
from streamtts._core import SentenceStream
from suite.figures import Bar, Samples, figure
from suite.recorder import Recorder

P50_MS = 0.3  # missed where a core goes to sleep between two words: told, and no failure
THINGS = ["parser", "reader", "splitter", "player", "server", "cleaner", "worker", "table", "index", "cache"]
MANY = [f"All eight tests of the {one} and the {two} pass now." for one, two in permutations(THINGS, 2)]
TEXTS = [*MANY, *(text.replace("eight", "nine") for text in MANY)][:120]
BARE = "a bare Python, pipe to thread to thread"
HERE = Path(__file__).parent
LIVEKIT = HERE.parent / "build/rivals/livekit/bin/python"
INSTALL = f"python -m venv {LIVEKIT.parent.parent} && {LIVEKIT} -m pip install livekit-agents"


class Told:
    """A stream of tokens, and with which of them each sentence is complete."""

    def __init__(self, sentences: list[str]) -> None:
        self.lines = [delta_line(token) for token in re.findall(r"\s?[^\s.]+|[.]", " ".join(sentences))]
        stream, self.completed_by, self.texts = SentenceStream(), list[int](), list[str]()
        stream.push(message_head())
        for number, line in enumerate(self.lines):
            stream.push(line)
            while rows := stream.pull():
                self.completed_by += [number] * len(rows)
                self.texts += [row[2] for row in rows]

    def tell(self, fd: int) -> list[float]:
        """At the pace of a fast model; the moment before each sentence's last byte was written."""
        os.write(fd, message_head())
        moments, next_s = list[float](), time.monotonic()
        for line in self.lines:
            next_s += 1 / TOKENS_PER_S
            time.sleep(max(0.0, next_s - time.monotonic()))
            moments.append(time.monotonic())
            os.write(fd, line)
        return [moments[number] for number in self.completed_by]


def voiced(folder: Path, told: Told | None, texts: list[str]) -> Samples:
    """From each sentence's last byte to its first sample in the ring."""
    with TimedSession(
        folder, "--output", "null:20", "--quiet", voice="null", environment=null_voice(folder)
    ) as session:
        session.warm_up()
        assert session.process.stdin is not None
        before_s = session.cpu_s()
        if told is not None:
            texts, written = told.texts, told.tell(session.process.stdin.fileno())
        else:
            written = []
            for text in texts:
                written.append(session.write_stamped(assistant(text, uuid=text)))
                time.sleep(0.1)
        spent_s = (session.cpu_s() - before_s) / len(texts)
        assert session.finish() == 0, session.err
        assert session.heard_texts()[1 : 1 + len(texts)] == texts
        moments = session.moments("voiced")
        free = {line["index"] for line in session.lines("sentence") if line["voice_free"]}
    assert len(free) > 0.9 * len(texts)  # the others found the voice at work: the machine was
    after_s = [moments[index] - written_s for index, written_s in enumerate(written, 1) if index in free]
    return Samples(after_s, [spent_s])


def bare_hand_overs(count: int) -> Samples:
    """The same ways without a program: pipe to thread to thread of another Python."""
    worker = subprocess.Popen(
        [sys.executable, HERE / "bare_hand_over.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    written = []
    for _ in range(count):
        time.sleep(0.1)
        written.append(time.monotonic())
        os.write(worker.stdin.fileno(), b"x")
    arrived: list[float] = json.loads(worker.communicate()[0])
    return Samples([at_s - written_s for at_s, written_s in zip(arrived, written, strict=True)])


def livekits(told: Told) -> dict[str, Samples]:
    """LiveKit's StreamAdapter on the same tokens: to its call of the voice, and to its first frame."""
    worker = subprocess.Popen(
        [LIVEKIT, HERE / "rival_livekit.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"ready\n"
    written = told.tell(worker.stdin.fileno())
    answer = json.loads(worker.communicate()[0])
    called = [at_s for at_s, _ in answer["called"]]
    assert [text for _, text in answer["called"]][: len(told.texts)] == told.texts
    moments = {"to its call of the voice": called, "to its first frame": answer["heard"]}
    return {
        f"LiveKit's adapter {what}": Samples(
            [at_s - written_s for at_s, written_s in zip(at, written, strict=False)]
        )
        for what, at in moments.items()
    }


def bench_a_stream_of_tokens(tmp_path: Path, run: Recorder) -> None:
    texts = TEXTS[: run.rounds(len(TEXTS))]
    told = Told(texts)
    ours = voiced(tmp_path, told, told.texts)
    yardsticks = {BARE: bare_hand_overs(len(texts))}
    if LIVEKIT.exists():
        yardsticks |= livekits(told)
    else:
        print(f"\nnot measured against LiveKit: {INSTALL}")
    add(
        run,
        f"last byte to the ring, {TOKENS_PER_S} tokens a second, a voice that takes no time",
        ours,
        yardsticks,
    )


def bench_messages_after_a_silence(tmp_path: Path, run: Recorder) -> None:
    texts = TEXTS[: run.rounds(len(TEXTS))]
    ours = voiced(tmp_path, None, texts)
    add(run, "the same, a message every 100 ms", ours, {BARE: bare_hand_overs(len(texts))})


def add(run: Recorder, stage: str, ours: Samples, yardsticks: dict[str, Samples]) -> None:
    right = "all of them heard, word by word and in order"
    told = figure("session", stage, ours, yardsticks, bar=Bar("median", P50_MS), right=right)
    run.add(told, must=False)
