"""Figures say what was measured: in order, in their unit, against something, and only after a check."""

from pathlib import Path

import pytest

from suite.__main__ import keep
from suite.figures import Bar, Figure, Samples, figure, in_turns
from suite.run import Run
from suite.tables import begin, number, page, said


def made(*wall_s: float, bar: Bar | None = None) -> Figure:
    yardstick = Samples([4.0] * len(wall_s))
    ours = Samples(list(wall_s), [second / 2 for second in wall_s])
    return figure("text", "a stage", ours, {"a yardstick": yardstick}, right="it is", bar=bar)


def run(**changed: object) -> Run:
    machine = {"processor": "a processor", "cpus": 2, "memory_mib": 1, "system": "a system"}
    known = Run("2026-01-02T03:04+00:00", "abc1234", machine, {"python": "3.11"}, figures=[made(1, 2)])
    for name, value in changed.items():
        setattr(known, name, value)
    return known


def test_least_median_and_p99_are_of_the_rounds_in_any_order() -> None:
    found = made(*(second / 1000 for second in [*range(200, 100, -1), *range(1, 101)]))
    assert (found.least, found.median, found.p99) == (1, 100.5, 198)
    assert found.cpu == pytest.approx(50.25)
    assert found.rounds == 200


def test_a_ratio_is_of_each_round_with_its_own_yardstick() -> None:
    """A machine that becomes slower in the midst of a run changes both."""
    ours, theirs = Samples([1, 1, 1, 10, 10]), Samples([2, 2, 2, 20, 20])
    found = figure("text", "a stage", ours, {"a yardstick": theirs}, right="it is")
    assert (found.ratio, found.spread) == (0.5, 0)


def test_what_was_measured_another_number_of_times_is_compared_by_medians() -> None:
    found = figure("text", "a stage", Samples([3, 1, 2]), {"a yardstick": Samples([4])}, right="it is")
    assert found.ratio == 0.5


def test_the_first_yardstick_counts_and_the_others_are_told() -> None:
    others = {"one": Samples([1, 1]), "another": Samples([8, 8])}
    found = figure("text", "a stage", Samples([2, 2]), others, right="it is")
    assert found.ratio == 2
    assert "2.00 one; 0.250 another" in said(found)


@pytest.mark.parametrize(("yardsticks", "right"), [({}, "it is"), ({"one": Samples([1])}, "")])
def test_a_figure_without_a_yardstick_or_a_check_is_none(yardsticks: dict[str, Samples], right: str) -> None:
    with pytest.raises(ValueError, match="a stage: a figure without"):
        figure("text", "a stage", Samples([1]), yardsticks, right=right)


def test_works_take_turns() -> None:
    order: list[str] = []
    ours, theirs = in_turns(3, lambda: order.append("ours"), lambda: order.append("theirs"))
    assert order == ["ours", "theirs"] * 3
    assert len(ours.wall_s) == len(theirs.cpu_s) == 3


@pytest.mark.parametrize(
    ("bar", "met"),
    [
        (Bar("least", 1000), True),
        (Bar("least", 999), False),
        (Bar("median", 1500), True),
        (Bar("p99", 1999), False),
        (Bar("cpu", 750), True),
        (Bar("ratio", 0.37), False),
        (None, True),
    ],
)
def test_a_bar_is_for_what_it_names(bar: Bar | None, met: bool) -> None:
    found = made(1, 2, bar=bar)
    assert found.met == met
    assert ("missed" in said(found)) == (not met)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.00012, "0.00012"), (0.0123, "0.0123"), (1.79, "1.79"), (36.43, "36.4"), (1024.4, "1024")],
)
def test_numbers_have_three_digits_that_count(value: float, shown: str) -> None:
    assert number(value) == shown


def test_a_run_is_read_as_it_was_saved(tmp_path: Path) -> None:
    saved = run(figures=[made(1, 2, bar=Bar("p99", 1))], skipped={"one": "why"}, failed={"two": "how"})
    saved.save(tmp_path / "deep" / "run.json")
    assert Run.load(tmp_path / "deep" / "run.json") == saved


def test_a_page_gets_its_tables_and_keeps_the_rest() -> None:
    empty = f"before\n\n{begin('text')}old\n<!-- end of run.json -->\n\nafter\n"
    once = page(run(), empty)
    assert once.startswith("before\n\n")
    assert once.endswith("\n\nafter\n")
    assert "old" not in once
    assert "| a stage | 1000, 1500, 2000 ms | 750 | 0.375 ± 0.125 a yardstick |  | it is |" in once
    assert page(run(), once) == once


@pytest.mark.parametrize(
    ("changed", "reason"), [({"short": True}, "a short one"), ({"failed": {"one": "how"}}, "mend one")]
)
def test_what_is_no_measurement_is_not_kept(tmp_path: Path, changed: dict[str, object], reason: str) -> None:
    latest, kept = tmp_path / "latest.json", tmp_path / "run.json"
    assert "there is no run" in keep(latest, kept)
    run(**changed).save(latest)
    assert reason in keep(latest, kept)
    assert not kept.exists()
    run().save(latest)
    assert keep(latest, kept) == ""
    assert Run.load(kept) == run()
