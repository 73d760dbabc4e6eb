"""Through a private PulseAudio: from the last byte on standard input to the sample at the sink's monitor."""

import random
import statistics
import time
from itertools import pairwise
from pathlib import Path

import pytest

from audio.pulse_rig import SINK, PulseRig, missing_tools
from cli.support import assistant
from monitor import Monitor
from session_rig import TimedSession, load, null_voice, quantile, spread_ms, verdict

pytestmark = pytest.mark.skipif(bool(missing_tools()), reason=missing_tools() or "all tools are here")

ENGLISH_MS, JAPANESE_MS = 45, 70
STOP_MS, SKIP_MS = 10, 5
SINK_MS = 5  # what the rig's sink renders at a time: nobody can have that back
PAUSE_S = 0.15  # planned, after a sentence
EIGHT_WORDS = (
    "All eight tests of the parser pass now.",
    "The bug was in the reader of lines.",
    "I renamed it and ran the whole suite.",
    "Nothing else in the project depends on it.",
    "You can merge the branch whenever you like.",
)
JAPANESE = (
    "テストはすべて通りましたが、まだ一つだけ警告が残っています。",
    "原因はパーサにあったので、そこを直してから全部のテストを実行しました。",
    "次に設定を読み込む部分を調べて、必要なら書き直します。",
)
SLOWLY = "[engines.null]\nsecond_per_character = 0.06\n"
LONG = "The next sentence is as long as the one before it, or nearly so, and then a little longer."
QUEUED = " ".join(EIGHT_WORDS) + " " + " ".join(EIGHT_WORDS[::-1])


def session(rig: PulseRig, folder: Path, voice: str, config: str = "", **environment: str) -> TimedSession:
    server = {"PULSE_SERVER": rig.environment["PULSE_SERVER"], **environment}
    output = ("--output", f"pulse:{SINK}", "--quiet", "--lag", "off")  # a hurry would change their lengths
    return TimedSession(folder, *output, voice=voice, config=config, environment=server)


def said_when_free(
    rig: PulseRig, folder: Path, voice: str, texts: list[str]
) -> tuple[list[float], list[float]]:
    """Seconds from the last byte to the ring, and to the sample at the monitor."""
    chance = random.Random(1)
    written = []
    with Monitor(rig) as monitor, session(rig, folder, voice) as running:
        running.warm_up(texts[0])
        for number, text in enumerate(texts, 2):
            time.sleep(0.8 + chance.random() * 0.1)  # the device's requests are at no fixed place
            written.append(running.write_stamped(assistant(text, uuid=str(number))))
            running.wait_for("heard_end", number)
        assert running.finish() == 0, running.err
        voiced, told = running.moments("voiced"), running.moments("heard_start")
        time.sleep(0.5)
    begins = [begin_s for begin_s, _ in monitor.sounds_s(0.6)][1:]
    assert len(begins) == len(texts)
    off_ms = [abs(told[index] - begin_s) * 1000 for index, begin_s in enumerate(begins, 1)]
    print(f"  the trace's heard_start is {statistics.median(off_ms):.2f} ms off, at worst {max(off_ms):.2f}")
    return (
        [voiced[index] - written_s for index, written_s in enumerate(written, 1)],
        [begin_s - written_s for begin_s, written_s in zip(begins, written, strict=True)],
    )


def bench_english(tmp_path: Path) -> None:
    texts = list(EIGHT_WORDS) * 5
    assert {len(text.split()) for text in texts} == {8}
    print()
    with PulseRig() as rig:
        ring, heard = said_when_free(rig, tmp_path, "hibari", texts)
    print(f"hibari, eight words, last byte to ring: {spread_ms(ring)}; {load()}")
    print(f"  to the monitor: {spread_ms(heard)}; p50 {verdict(quantile(heard, 0.5) * 1000, ENGLISH_MS)}")


def bench_japanese(tmp_path: Path) -> None:
    texts = list(JAPANESE) * 6
    print()
    with PulseRig() as rig:
        ring, heard = said_when_free(rig, tmp_path, "openjtalk", texts)
    print(f"OpenJTalk, first clause, last byte to ring: {spread_ms(ring)}; {load()}")
    print(f"  to the monitor: {spread_ms(heard)}; p50 {verdict(quantile(heard, 0.5) * 1000, JAPANESE_MS)}")


def heard_lengths_s(session: TimedSession) -> list[float]:
    """In sound made, silence within a sentence included."""
    begins, ends = session.lines("heard_start"), session.lines("heard_end")
    return [(end["media_ms"] - begin["media_ms"]) / 1000 for begin, end in zip(begins, ends, strict=True)]


def bench_queued_sentences(tmp_path: Path) -> None:
    """The pauses between them are those that were planned, and within them there are none."""
    with PulseRig() as rig, session(rig, tmp_path, "hibari") as live:
        live.say(QUEUED)
        assert live.finish() == 0, live.err
        told, lengths_s = live.lines("sentence"), heard_lengths_s(live)
    file = ("--output", f"wav:{tmp_path / 'all.wav'}", "--lag", "off")
    with TimedSession(tmp_path, *file, voice="hibari") as whole:
        whole.say(QUEUED)
        assert whole.finish() == 0, whole.err
        whole_s = heard_lengths_s(whole)
    gaps_ms = [after["heard_start_ms"] - before["heard_end_ms"] for before, after in pairwise(told)]
    padded_ms = max(live_s - wanted_s for live_s, wanted_s in zip(lengths_s, whole_s, strict=True)) * 1000
    print(f"\n{len(told)} sentences at once, hibari: pauses of {min(gaps_ms):.1f} to {max(gaps_ms):.1f} ms")
    print(f"  silence within a sentence: at most {padded_ms:.2f} ms; {load()}")
    assert len(told) == 2 * len(EIGHT_WORDS)
    assert max(abs(gap_ms - PAUSE_S * 1000) for gap_ms in gaps_ms) < 1
    assert padded_ms < 1


def interrupted(rig: PulseRig, folder: Path, verb: str) -> tuple[list[float], list[float], list[float]]:
    """Seconds from a verb to the end of the sound, to the next sentence in the ring, to its sound."""
    asked, chance = list[float](), random.Random(1)
    folder = folder / verb
    folder.mkdir()
    with Monitor(rig) as monitor, session(rig, folder, "null", SLOWLY, **null_voice(folder)) as running:
        with running.control() as control:
            for number, text in enumerate(EIGHT_WORDS * 3):
                running.write(assistant(f"{text}\n\n{LONG}", uuid=str(number)))
                running.wait_for("heard_start", len(running.lines("heard_start")) + 1)
                time.sleep(0.15 + chance.random() * 0.05)
                asked.append(time.monotonic())
                assert control.ask(verb)["ok"]
                time.sleep(0.2)
                assert control.ask("stop")["ok"]
                time.sleep(0.2)
        assert running.finish() == 0, running.err
        origin_s = running.origin_s()
        ring, heard = (
            [origin_s + line["at_ms"] / 1000 for line in running.lines(event)]
            for event in ("voiced", "heard_start")
        )
    ends = [end_s for _, end_s in monitor.sounds_s(0.02)]
    return since(asked, ends), since(asked, ring), since(asked, heard)


def since(asked: list[float], moments: list[float]) -> list[float]:
    """To the first that comes within 0.2 s."""
    found = []
    for at_s in asked:
        found += [moment_s - at_s for moment_s in moments if at_s < moment_s < at_s + 0.2][:1]
    return found


def bench_stop_and_skip(tmp_path: Path) -> None:
    print()
    with PulseRig() as rig:
        silent, _, _ = interrupted(rig, tmp_path, "stop")
        _, ring, heard = interrupted(rig, tmp_path, "next")
    beyond_ms = quantile(silent, 0.5) * 1000 - SINK_MS
    print(f"stop on the control socket to silence at the monitor: {spread_ms(silent)}; {load()}")
    print(f"  p50 beyond the sink's block of {SINK_MS} ms: {beyond_ms:.1f} ms, {verdict(beyond_ms, STOP_MS)}")
    print(f"next to the next sentence in the ring, from a voice that takes no time: {spread_ms(ring)}")
    print(f"  p50 {verdict(quantile(ring, 0.5) * 1000, SKIP_MS)}; to its sound: {spread_ms(heard)}")
    assert len(silent) == len(ring) == len(heard) == 3 * len(EIGHT_WORDS)
