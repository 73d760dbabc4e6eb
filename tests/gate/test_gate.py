"""The gate can fail: a stage that is made slower is caught, named, and looked at twice before."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gate import counts, waits
from gate.baseline import COUNT_MARGIN, WAIT_MARGIN_MS, Baseline, Remembered, load, remembered, save
from gate.check import longer, slower, waiting
from gate.ratios import measured
from gate.stages import STAGES
from gate.waits import waits_ms
from streamtts.speaker import Speaker

BASELINE = Baseline(
    "abc1234",
    "a machine",
    "a compiler",
    {"split": Remembered(0.3, 0.01), "scan": Remembered(0.1, 0.002)},
    {"split": 0.0, "scan": 2.0},
    {"split": 1_000_000, "ring": 400_000},
)


class Looks:
    """Tells figures that were agreed on, and which were asked for."""

    def __init__(self, *figures: Mapping[str, float]) -> None:
        self._figures = list(figures)
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, names: tuple[str, ...]) -> Mapping[str, float]:
        self.asked.append(names)
        found = self._figures.pop(0)
        return {name: found[name] for name in names}


def test_what_is_as_fast_as_ever_is_looked_at_once() -> None:
    looks = Looks({"split": 0.31, "scan": 0.09})
    assert list(slower(BASELINE, looks, "def5678")) == []
    assert looks.asked == [("split", "scan")]


def test_what_is_slower_twice_is_told_with_its_commits() -> None:
    looks = Looks({"split": 0.36, "scan": 0.1}, {"split": 0.37})
    (told,) = slower(BASELINE, looks, "def5678")
    assert looks.asked == [("split", "scan"), ("split",)]
    assert "split takes 0.370 times its yardstick; it took 0.300" in told
    assert "git log abc1234..def5678" in told


def test_a_slow_moment_is_no_regression() -> None:
    assert list(slower(BASELINE, Looks({"split": 0.5, "scan": 0.1}, {"split": 0.3}), "def5678")) == []


def test_what_waits_longer_twice_is_told() -> None:
    looks = Looks({"split": 9.9, "scan": 12.1}, {"scan": 102.0})
    (told,) = waiting(BASELINE, looks, "def5678")
    assert looks.asked == [("split", "scan"), ("scan",)]
    assert "scan waits 102.0 ms a round; it waited 2.0 ms, and up to 12.0 ms would be noise" in told
    assert list(waiting(BASELINE, Looks({"split": 100.0, "scan": 2.0}, {"split": 0.0}), "def5678")) == []


@pytest.mark.parametrize(
    ("count", "told"), [(1_000_000 * (1 + COUNT_MARGIN), 0), (1_021_000, 1), (900_000, 0)]
)
def test_more_instructions_than_the_margin_are_told(count: float, told: int) -> None:
    def look(names: tuple[str, ...]) -> Mapping[str, int]:
        found = {"split": int(count), "ring": 400_000}
        return {name: found[name] for name in names}

    complaints = list(longer(BASELINE, look, "def5678"))
    assert len(complaints) == told
    assert all("split takes 1,021,000 instructions, +2.1% of 1,000,000" in each for each in complaints)


def test_a_baseline_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    save(BASELINE, tmp_path / "baseline.json")
    assert load(tmp_path / "baseline.json") == BASELINE


def test_what_is_remembered_is_the_middle_of_several_runs_and_their_spread() -> None:
    assert remembered([0.31, 0.3, 0.36]) == Remembered(0.31, 0.36 - 0.31)
    assert Remembered(0.31, 0.05).most == pytest.approx(0.391)


def test_the_baseline_knows_every_stage() -> None:
    known = load()
    known.must_know(STAGES, counts.STAGES)
    assert known.ratios
    assert known.counts


@pytest.mark.parametrize("name", STAGES)
def test_each_stage_is_right_and_has_a_ratio(name: str) -> None:
    stage = STAGES[name]()
    assert stage.name == name
    found = measured(stage, 4)
    assert 0 < found.least <= found.median <= found.p99
    assert found.ratio > 0


def test_a_stage_that_is_wrong_is_not_measured() -> None:
    with pytest.raises(AssertionError, match="split is wrong"):
        measured(replace(STAGES["split"](), check=lambda: False), 4)


def test_a_stage_that_was_slowed_is_caught() -> None:
    """The real stage, measured; then the same one doing its work three times."""
    stage = STAGES["split"]()

    def ratio_of(work: Callable[[], object]) -> Mapping[str, float]:
        return {"split": measured(replace(stage, work=work), 12).ratio}

    def thrice() -> None:
        for _ in range(3):
            stage.work()

    before = measured(stage, 12)
    baseline = Baseline("abc1234", "here", "", {"split": Remembered(before.ratio, before.spread)})
    assert [each.split()[0] for each in slower(baseline, lambda _: ratio_of(thrice), "def5678")] == ["split"]


@pytest.mark.skipif(waits.missing() is not None, reason=str(waits.missing()))
@pytest.mark.parametrize("name", ["split", "session"])
def test_a_stage_that_sleeps_is_caught(name: str) -> None:
    """Its CPU time and its instructions are as they were."""
    stage, baseline = STAGES[name](), load()

    def asleep() -> None:
        time.sleep(0.1)
        stage.work()

    def look(work: Callable[[], object]) -> Mapping[str, float]:
        return {name: waits_ms(work, 5)}

    (told,) = waiting(baseline, lambda _: look(asleep), "def5678")
    assert told.startswith(f"{name} waits ")
    assert list(waiting(baseline, lambda _: look(stage.work), "def5678")) == []


@pytest.mark.skipif(waits.missing() is not None, reason=str(waits.missing()))
def test_a_turn_that_ends_late_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the pipeline, while its threads are at work."""
    end_turn = Speaker.end_turn

    def late(speaker: Speaker) -> None:
        time.sleep(0.1)
        end_turn(speaker)

    monkeypatch.setattr(Speaker, "end_turn", late)
    work = STAGES["session"]().work
    (told,) = waiting(load(), lambda _: {"session": waits_ms(work, 2)}, "def5678")
    assert told.startswith("session waits ")


@pytest.mark.skipif(waits.missing() is not None, reason=str(waits.missing()))
def test_who_wants_to_run_does_not_wait() -> None:
    """Another thread waits meanwhile, and a round is long enough to be interrupted by whatever else runs."""
    end = threading.Event()
    idle = threading.Thread(target=end.wait)
    idle.start()

    def busy() -> None:
        until_s = time.process_time() + 0.05
        while time.process_time() < until_s:
            pass

    try:
        assert waits_ms(busy, 5) < WAIT_MARGIN_MS
    finally:
        end.set()
        idle.join()


@pytest.mark.skipif(counts.missing() is not None, reason=str(counts.missing()))
class TestCounts:
    def test_a_count_is_the_same_each_time_and_more_for_more_work(self, tmp_path: Path) -> None:
        once, again = (counts.counted(tmp_path, ("split",))["split"] for _ in range(2))
        assert abs(again - once) <= once // 1000
        twice = counts.counted(tmp_path, ("split",), passes=2)["split"]
        assert twice > 1.9 * once
        baseline = Baseline("abc1234", "here", counts.builder(), counts={"split": once})
        assert list(longer(baseline, lambda _: {"split": once}, "def5678")) == []
        assert len(list(longer(baseline, lambda _: {"split": twice}, "def5678"))) == 1

    def test_no_stage_takes_more_instructions_than_the_baseline(self, tmp_path: Path) -> None:
        baseline = load()
        if counts.builder() != baseline.builder:
            pytest.skip(f"the baseline was counted with {baseline.builder}, and this is {counts.builder()}")
        complaints = list(longer(baseline, lambda names: counts.counted(tmp_path, names), "HEAD"))
        assert complaints == []
