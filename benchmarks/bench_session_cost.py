"""What a session costs: memory, time to be ready, the processor while it is silent and while it speaks."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from audio.pulse_rig import SINK, PulseRig, missing_tools
from cli.support import assistant
from controls.pty_rig import PtyRig
from session.running import COMMAND, private_environment, wait_until
from session_rig import TimedSession, cpu_s, null_voice, resident_mib
from suite.figures import Bar, Samples, figure
from suite.recorder import Recorder

MIB = {"null": 60, "hibari": 260}
READY_S = 0.6
IDLE_PERCENT, IDLE_S = 0.5, 10
SPEAKING_S = 20
TITLES = {"null": "a voice that takes no time", "hibari": "hibari", "openjtalk": "openjtalk"}
TEXT = """All eight tests of the parser pass now. I renamed the function, updated every place where it is
called, and the whole suite passes again, which took three minutes because nothing was built yet.
Shall I commit it, or do you want to look at the changes first? The release is v2.13.0, and 3.5 MB smaller."""


@pytest.mark.parametrize("voice", ["null", "hibari"])
def bench_memory(tmp_path: Path, run: Recorder, voice: str) -> None:
    with TimedSession(tmp_path, "--quiet", voice=voice, environment=null_voice(tmp_path)) as session:
        for number in range(5):
            session.write(assistant(TEXT, uuid=str(number)))
        session.wait_for("heard_end", 20)
        mib = resident_mib(session.process.pid)
        assert session.children() == []
        assert session.finish() == 0, session.err
    run.add(
        figure(
            "session",
            f"resident after 20 sentences, {TITLES[voice]}",
            Samples([mib]),
            {"an empty Python": Samples([empty_python_mib()])},
            unit="MiB",
            times=1,
            bar=Bar("median", MIB[voice]),
            right="all of them heard, and no other process",
        )
    )


def empty_python_mib() -> float:
    command = [sys.executable, "-c", "print(flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as python:
        assert python.stdout is not None
        python.stdout.readline()
        mib = resident_mib(python.pid)
        python.communicate(b"\n")
    return mib


@pytest.mark.parametrize("voice", ["null", "hibari", "openjtalk"])
def bench_ready(tmp_path: Path, run: Recorder, voice: str) -> None:
    """From the start of the process to the first sentence in the ring, less what the voice takes for it."""
    text, language = "All eight tests of the parser pass now.", "en"
    if voice == "openjtalk":
        text, language = "テストは通りました。", "ja"
    ready, bare = Samples(), Samples()
    for number in range(run.rounds(7)):
        folder = tmp_path / str(number)
        folder.mkdir()
        bare.take(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
        start_s = time.monotonic()
        with TimedSession(
            folder, "--quiet", "--from", language, voice=voice, environment=null_voice(folder)
        ) as session:
            for message in range(4):
                session.write(assistant(text, uuid=str(message)))
                session.wait_for("heard_end", message + 1)
                if message == 0:
                    ready.cpu_s.append(session.cpu_s())
                time.sleep(0.1)
            assert session.finish() == 0, session.err
            known, voiced = session.moments("known", "t_ms"), session.moments("voiced")
        own_s = min(voiced[index] - known[index] for index in (1, 2, 3))
        ready.wall_s.append(voiced[0] - start_s - own_s)
    run.add(
        figure(
            "session",
            f"from the start to the first sentence, less the voice's own time, {TITLES[voice]}",
            ready,
            {"an empty Python": bare},
            bar=Bar("median", READY_S * 1e3),
            right="four messages heard",
        ),
        must=False,
    )


@pytest.mark.parametrize("output", ["null", "pulse"])
def bench_idle(tmp_path: Path, run: Recorder, output: str) -> None:
    """A real voice loaded, keys and control socket on: before the first word, after it, while paused."""
    if output == "pulse" and (reason := missing_tools()):
        pytest.skip(reason)
    with PulseRig() as rig:
        environment = {**private_environment(tmp_path), "TERM": "xterm"}
        environment["PULSE_SERVER"] = rig.environment["PULSE_SERVER"]
        trace = tmp_path / "trace.jsonl"
        sink = f"pulse:{SINK}" if output == "pulse" else "null"
        command = [*COMMAND, "--voice", "hibari", "--output", sink, "--trace", str(trace)]
        with PtyRig(command, env=environment) as terminal:
            time.sleep(3)
            fresh = percents(terminal.process.pid, IDLE_S)
            terminal.stdin.write(assistant("Ready."))
            terminal.stdin.flush()
            wait_until("the first sentence", lambda: '"heard_end"' in trace.read_text(encoding="utf-8"))
            time.sleep(3)
            waiting = percents(terminal.process.pid, IDLE_S)
            terminal.stdin.write(assistant(TEXT, uuid="more"))
            terminal.stdin.flush()
            time.sleep(1)
            terminal.press(" ")
            time.sleep(3)
            paused = percents(terminal.process.pid, IDLE_S)
            terminal.press("q")
            assert terminal.wait() == 0
    for name, found in (("fresh", fresh), ("between words", waiting), ("paused", paused)):
        add_percent(
            run,
            f"CPU of a silent session, {name}, {output}",
            found,
            bar=Bar("median", IDLE_PERCENT),
            right="it spoke, was paused, and ended when it was told to",
        )


def percents(pid: int, seconds: float) -> tuple[float, float]:
    """Of a core: of the process, and of the yardstick at the same time."""
    command = [sys.executable, "-c", "import time\nwhile True: time.sleep(0.1)"]
    with subprocess.Popen(command) as waking:
        time.sleep(1)
        before_s, start_s = (cpu_s(pid), cpu_s(waking.pid)), time.monotonic()
        time.sleep(seconds)
        passed_s = time.monotonic() - start_s
        ours, bare = (cpu_s(each) - at_s for each, at_s in zip((pid, waking.pid), before_s, strict=True))
        waking.kill()
    return 100 * ours / passed_s, 100 * bare / passed_s


def add_percent(
    run: Recorder, stage: str, found: tuple[float, float], *, right: str, bar: Bar | None = None
) -> None:
    ours, bare = (Samples([percent]) for percent in found)
    yardstick = {"a Python that wakes ten times a second": bare}
    told = figure("session", stage, ours, yardstick, unit="% of a core", times=1, bar=bar, right=right)
    run.add(told, must=False)


def bench_speaking(tmp_path: Path, run: Recorder) -> None:
    with TimedSession(tmp_path, "--output", "null", "--quiet", voice="hibari") as session:
        session.warm_up()
        for number in range(6):
            session.write(assistant(TEXT, uuid=str(number)))
        found = percents(session.process.pid, SPEAKING_S)
        heard = len(session.lines("heard_end"))
    assert heard > SPEAKING_S / 10
    add_percent(run, "CPU while hibari speaks", found, right=f"{heard} sentences heard meanwhile")
