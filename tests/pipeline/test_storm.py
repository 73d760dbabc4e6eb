"""Whatever comes at once: nothing is lost, nothing is told out of order, and the session ends.

STORMS=500 makes that many storms instead of a few.
"""

import os
import sys
import threading
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.rig import OFF, Pool, standing
from pipeline.storm import (
    BACKWARD,
    FORWARD,
    HARMLESS,
    MoodyTranslator,
    MoodyVoice,
    blow,
    check,
    check_one_at_a_time,
    dice,
)
from streamtts.pipeline.lag import LagPolicy
from streamtts.pipeline.translating import Plan
from streamtts.verbs import Verb

STORMS = int(os.environ.get("STORMS", "16"))
VERBS = (HARMLESS, (*HARMLESS, *FORWARD), (*HARMLESS, *FORWARD, *BACKWARD))
POLICIES = (OFF, LagPolicy(3, "speed"), LagPolicy(5, "skip"), LagPolicy(20, "skip"))


@pytest.fixture(autouse=True)
def _quick_switches() -> Iterator[None]:
    """Threads take turns so often that what may happen in between does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("seed", range(STORMS))
def test_a_storm(seed: int, tmp_path: Path) -> None:
    chance = dice(seed)
    threads = set(threading.enumerate())
    file = tmp_path / "storm.wav"
    translates, interrupts = chance.random() < 0.5, chance.random() < 0.3
    verbs = (*chance.choice(VERBS), *((Verb.TO,) if translates else ()))
    mute = "" if translates or chance.random() < 0.5 else "ja"
    with standing(
        pool=Pool(MoodyVoice(chance.random(), streams=chance.random() < 0.5), mute=mute),
        output=chance.choice(["null:50", "null:200", f"wav:{file}"]),
        plan=Plan("ja" if translates else "", "en"),
        policy=chance.choice(POLICIES),
        translator=MoodyTranslator(chance.random()) if translates else None,
        on_new_turn="interrupt" if interrupts else "finish",
        earcon=chance.random() < 0.3,
        live=chance.random() < 0.7,
    ) as stand:
        weather = blow(stand, chance.random(), verbs, sentences=60)
        stand.remote.perform(Verb.RESUME)
        stand.join()
        assert stand.error is None
        check(stand.events, weather, interrupts=interrupts)
    assert set(threading.enumerate()) == threads
    if file.exists():
        with wave.open(str(file)) as wav:
            assert wav.getnframes() > 0


@pytest.mark.parametrize("seed", range(STORMS // 4))
def test_a_storm_that_somebody_leaves(seed: int) -> None:
    chance = dice(seed)
    threads = set(threading.enumerate())
    with standing(
        MoodyVoice(chance.random(), streams=chance.random() < 0.5),
        output=chance.choice(["null", "null:50"]),
        policy=chance.choice(POLICIES),
        live=chance.random() < 0.5,
    ) as stand:
        leaving = threading.Timer(chance.random() * 0.1, stand.remote.perform, [Verb.QUIT])
        leaving.start()
        blow(stand, chance.random(), VERBS[-1], sentences=60)
        stand.join()
        assert stand.error is None
        check_one_at_a_time(stand.events, over=False)
        leaving.join()
    assert set(threading.enumerate()) == threads
