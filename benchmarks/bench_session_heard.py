"""Through a private PulseAudio: from the last byte on standard input to the sample at the sink's monitor."""

import random
import statistics
import time
from itertools import pairwise
from pathlib import Path

import pytest

from audio.pulse_rig import SINK, PulseRig, missing_tools
from bare_sound import SOONER, STOPPED, heard_after, silent_after
from cli.support import assistant
from monitor import Monitor
from session_rig import TimedSession, null_voice
from suite.figures import Bar, Samples, figure
from suite.recorder import Recorder

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
SAID = {"hibari": "eight English words", "openjtalk": "Japanese, to its first clause"}
SLOWLY = "[engines.null]\nsecond_per_character = 0.06\n"
LONG = "The next sentence is as long as the one before it, or nearly so, and then a little longer."
QUEUED = " ".join(EIGHT_WORDS) + " " + " ".join(EIGHT_WORDS[::-1])


def session(rig: PulseRig, folder: Path, voice: str, config: str = "", **environment: str) -> TimedSession:
    server = {"PULSE_SERVER": rig.environment["PULSE_SERVER"], **environment}
    output = ("--output", f"pulse:{SINK}", "--quiet", "--lag", "off")  # a hurry would change their lengths
    return TimedSession(folder, *output, voice=voice, config=config, environment=server)


def said_when_free(rig: PulseRig, folder: Path, voice: str, texts: list[str]) -> tuple[Samples, Samples]:
    """From the last byte to the ring, and to the sample at the monitor; with the CPU time of a sentence."""
    chance = random.Random(1)
    written = []
    with Monitor(rig) as monitor, session(rig, folder, voice) as running:
        running.warm_up(texts[0])
        before_s = running.cpu_s()
        for number, text in enumerate(texts, 2):
            time.sleep(0.8 + chance.random() * 0.1)  # the device's requests are at no fixed place
            written.append(running.write_stamped(assistant(text, uuid=str(number))))
            running.wait_for("heard_end", number)
        spent_s = (running.cpu_s() - before_s) / len(texts)
        assert running.finish() == 0, running.err
        voiced, told = running.moments("voiced"), running.moments("heard_start")
        time.sleep(0.5)
    begins = [begin_s for begin_s, _ in monitor.sounds_s(0.6)][1:]
    assert len(begins) == len(texts)
    off_ms = [abs(told[index] - begin_s) * 1000 for index, begin_s in enumerate(begins, 1)]
    print(f"\nthe trace's heard_start is {statistics.median(off_ms):.2f} ms off, at worst {max(off_ms):.2f}")
    return (
        Samples([voiced[index] - written_s for index, written_s in enumerate(written, 1)], [spent_s]),
        Samples([begin_s - at_s for begin_s, at_s in zip(begins, written, strict=True)], [spent_s]),
    )


def bench_english(tmp_path: Path, run: Recorder) -> None:
    last_byte_to_sound(tmp_path, run, "hibari", EIGHT_WORDS * 4, Bar("median", ENGLISH_MS))


def bench_japanese(tmp_path: Path, run: Recorder) -> None:
    last_byte_to_sound(tmp_path, run, "openjtalk", JAPANESE * 4, Bar("median", JAPANESE_MS))


def last_byte_to_sound(folder: Path, run: Recorder, voice: str, texts: tuple[str, ...], bar: Bar) -> None:
    texts = texts[: run.rounds(len(texts))]
    with PulseRig() as rig:
        ring, heard = said_when_free(rig, folder, voice, list(texts))
        bare = {SOONER: heard_after(rig, len(texts))}
    said = f"{SAID[voice]}, {voice}"
    right = f"{len(texts)} stretches of sound, one for each sentence"
    run.add(figure("session", f"last byte to the ring, {said}", ring, bare, right=right))
    stage = f"last byte to the sample at a PulseAudio monitor, {said}"
    run.add(figure("session", stage, heard, bare, bar=bar, right=right), must=False)


def heard_lengths_s(session: TimedSession) -> list[float]:
    """In sound made, silence within a sentence included."""
    begins, ends = session.lines("heard_start"), session.lines("heard_end")
    return [(end["media_ms"] - begin["media_ms"]) / 1000 for begin, end in zip(begins, ends, strict=True)]


def bench_queued_sentences(tmp_path: Path, run: Recorder) -> None:
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
    assert len(told) == 2 * len(EIGHT_WORDS)
    assert max(abs(gap_ms - PAUSE_S * 1000) for gap_ms in gaps_ms) < 1
    assert padded_ms < 1
    run.add(
        figure(
            "session",
            "pauses between ten sentences at once, hibari",
            Samples([gap_ms / 1000 for gap_ms in gaps_ms]),
            {"the pause that was planned": Samples([PAUSE_S])},
            right=f"no other silence in them: {padded_ms:.2f} ms",
        )
    )


def interrupted(rig: PulseRig, folder: Path, verb: str, times: int) -> tuple[Samples, Samples, Samples]:
    """From a verb to the end of the sound, to the next sentence in the ring, to its sound."""
    asked, spent_s, chance = list[float](), list[float](), random.Random(1)
    folder = folder / verb
    folder.mkdir()
    with Monitor(rig) as monitor, session(rig, folder, "null", SLOWLY, **null_voice(folder)) as running:
        with running.control() as control:
            for number, text in enumerate((EIGHT_WORDS * 3)[:times]):
                running.write(assistant(f"{text}\n\n{LONG}", uuid=str(number)))
                running.wait_for("heard_start", len(running.lines("heard_start")) + 1)
                time.sleep(0.15 + chance.random() * 0.05)
                before_s = running.cpu_s()
                asked.append(time.monotonic())
                assert control.ask(verb)["ok"]
                time.sleep(0.2)
                spent_s.append(running.cpu_s() - before_s)
                assert control.ask("stop")["ok"]
                time.sleep(0.2)
        assert running.finish() == 0, running.err
        origin_s = running.origin_s()
        ring, heard = (
            [origin_s + line["at_ms"] / 1000 for line in running.lines(event)]
            for event in ("voiced", "heard_start")
        )
    ends = [end_s for _, end_s in monitor.sounds_s(0.02)]
    silent, next_one, its_sound = (Samples(since(asked, moments), spent_s) for moments in (ends, ring, heard))
    return silent, next_one, its_sound


def since(asked: list[float], moments: list[float]) -> list[float]:
    """To the first that comes within 0.2 s."""
    found = []
    for at_s in asked:
        found += [moment_s - at_s for moment_s in moments if at_s < moment_s < at_s + 0.2][:1]
    return found


def bench_stop_and_skip(tmp_path: Path, run: Recorder) -> None:
    times = run.rounds(3 * len(EIGHT_WORDS))
    with PulseRig() as rig:
        silent, _, _ = interrupted(rig, tmp_path, "stop", times)
        _, ring, heard = interrupted(rig, tmp_path, "next", times)
        killed, handed = {STOPPED: silent_after(rig, tmp_path, times)}, {SOONER: heard_after(rig, times)}
    assert len(silent.wall_s) == len(ring.wall_s) == len(heard.wall_s) == times
    stop = "stop on the control socket to silence at the monitor, the sink's block of 5 ms in it"
    skip = "`next` to the next sentence in the ring, a voice that takes no time"
    right = f"{times} of {times} heard in time"
    for told in (
        figure("session", stop, silent, killed, bar=Bar("median", STOP_MS + SINK_MS), right=right),
        figure("session", skip, ring, handed, bar=Bar("median", SKIP_MS), right=right),
        figure("session", "the same, to its sound at the monitor", heard, handed, right=right),
    ):
        run.add(told, must=False)
