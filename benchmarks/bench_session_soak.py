"""Hours of a session: a real voice, the test voice, thousands of messages, a restless listener."""

import os
import random
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cli.support import assistant
from session_rig import Control, TimedSession
from streamtts._core import SentenceStream
from streamtts.environment import SystemClock
from streamtts.input.source import SentenceSource

SOAK_S = float(os.environ.get("STREAMTTS_SOAK_S", "1800"))
SPEED = 20
MOST_WAITING = 30  # sentences; then the agent thinks
GROWTH_MIB = 4.0
VERBS = {
    "next": 20,
    "previous": 10,
    "repeat": 5,
    "turn": 2,
    "stop": 2,
    "pause": 6,
    "resume": 6,
    "toggle": 4,
    "faster": 4,
    "slower": 4,
    "mute": 4,
    "say Ready for the next one.": 6,
    "to ja": 1,
    "to": 2,
    "status": 20,
}
ENGLISH = (
    "All eight tests of the parser pass now.",
    "I renamed `read_line` in src/core/parser.rs:142 and updated every place where it is called.",
    "The release is v2.13.0, and it is 3.5 MB smaller.",
    "Shall I commit it?",
    "First I looked at the log, which is long; then, because nothing was in it, I ran the whole suite again.",
)
END_OF_TURN = b'{"type":"result","subtype":"success","is_error":false,"result":""}\n'
OTHERS = ("すべてのテストが通りました。", "Все тесты прошли.")


@dataclass
class Health:
    """What must not grow."""

    resident_mib: list[float] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)

    def note(self, session: TimedSession) -> None:
        self.resident_mib.append(session.resident_kib() / 1024)
        self.threads.append(session.threads())
        self.descriptors.append(session.descriptors())

    @staticmethod
    def settled(values: list[int]) -> list[int]:
        """Once the voice is loaded and the histories are full."""
        return values[len(values) // 5 :]

    def growth_mib(self) -> float:
        """From the second fifth of the time to the last."""
        fifth = len(self.resident_mib) // 5
        early, late = self.resident_mib[fifth : 2 * fifth], self.resident_mib[-fifth:]
        return statistics.median(late) - statistics.median(early)


def messages(chance: random.Random) -> bytes:
    texts = [chance.choice(ENGLISH if chance.random() < 0.8 else OTHERS) for _ in range(chance.randint(1, 6))]
    message = assistant("\n\n".join(texts), uuid=f"{chance.getrandbits(64):x}")
    return message + (END_OF_TURN if chance.random() < 0.3 else b"")


def known_texts(data: bytes) -> list[str]:
    source = SentenceSource(SentenceStream(), SystemClock())
    batches = [*source.feed(data), *source.finish()]
    return [sentence.text for batch in batches for sentence in batch]


def converse(
    session: TimedSession, control: Control, health: Health, chance: random.Random
) -> tuple[list[str], int]:
    """Until the time is over; what the agent said, and how often the listener interfered."""
    said: list[str] = []
    verbs = 0
    end_s, note_s = time.monotonic() + SOAK_S, 0.0
    while (now_s := time.monotonic()) < end_s:
        if now_s >= note_s:
            health.note(session)
            note_s = now_s + SOAK_S / 200
        if control.ask("status")["pending"] < MOST_WAITING:
            message = messages(chance)
            session.write(message)
            said += known_texts(message)
        if chance.random() < 0.03:
            (verb,) = chance.choices(list(VERBS), list(VERBS.values()))
            assert control.ask(verb)["ok"], verb
            verbs += 1
        time.sleep(0.02)
    for verb in ("resume", "to"):
        control.ask(verb)
    return said, verbs


@pytest.mark.skipif("STREAMTTS_SOAK" not in os.environ, reason="half an hour long: `make soak` runs it")
def bench_half_an_hour_of_everything(tmp_path: Path) -> None:
    seed = int(os.environ.get("STREAMTTS_SOAK_SEED", random.randrange(1 << 32)))
    print(f"\nSTREAMTTS_SOAK_SEED={seed}")
    health = Health()
    voices = ("--voice", "tone", "--output", f"null:{SPEED}", "--quiet")
    with TimedSession(tmp_path, *voices, voice="hibari") as session:
        with session.control() as control:
            said, verbs = converse(session, control, health, random.Random(seed))
        assert session.finish() == 0, session.err
        known, outcomes, heard = session.lines("known"), session.lines("sentence"), session.lines("heard_end")
        summary = session.lines("summary")[0]
    agents = [line["text"] for line in known if line["text"] != "Ready for the next one."]
    spoken_s = heard[-1]["media_ms"] / 1000
    threads, descriptors = health.settled(health.threads), health.settled(health.descriptors)
    print(
        f"{len(said)} sentences in {SOAK_S:.0f} s, {verbs} verbs, {spoken_s / 3600:.1f} h of sound:"
        f" {summary['heard']} heard, {summary['cut']} cut, {summary['skipped']} skipped,"
        f" {summary['unheard']} unheard;"
        f"\n  memory {health.resident_mib[0]:.0f} to {health.resident_mib[-1]:.0f} MiB,"
        f" grew by {health.growth_mib():.2f} after the first fifth (bar {GROWTH_MIB});"
        f" threads {min(threads)} to {max(threads)},"
        f" descriptors {min(descriptors)} to {max(descriptors)}"
    )
    assert agents == said
    assert sorted({line["index"] for line in outcomes}) == [line["index"] for line in known]
    assert summary["unheard"] == 0
    assert summary["heard"] + summary["cut"] + summary["skipped"] == len(known)
    assert max(threads) == min(threads)
    assert max(descriptors) == min(descriptors)
    assert health.growth_mib() < GROWTH_MIB
