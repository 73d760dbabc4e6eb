"""The comparison with peers: what measures, judges and writes tables, without any peer."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from peers import measuring, running, splitters, tables, texts
from peers.correctness import Case, judged
from peers.markdown_checks import CHECKS, EXCERPTS, excerpt
from peers.measuring import Released, best_spent_us, cpu_us, delays, deltas_of, released, summary
from peers.roster import CHANGE_THE_TEXT, ENVIRONMENTS, OURS, OURS_WHOLE, SPEAK_MARKDOWN

TEXT = "One is here. Two is there. Three"


def at_stops(deltas: Iterable[str]) -> Iterator[str]:
    """Releases a sentence with the full stop, whatever follows."""
    held = ""
    for delta in deltas:
        held += delta
        *known, held = held.split(". ")
        yield from (f"{each}." for each in known)
    yield held


def at_the_end(deltas: Iterable[str]) -> Iterator[str]:
    yield from at_stops(["".join(deltas)])


def by_delta(deltas: Iterable[str]) -> Iterator[str]:
    yield from deltas


def without_the_last(deltas: Iterable[str]) -> Iterator[str]:
    *found, _ = at_stops(deltas)
    yield from found


def test_deltas_are_the_whole_text() -> None:
    assert deltas_of("abcdefg", 3) == ["abc", "def", "g"]


def test_a_sentence_is_released_after_the_piece_that_brought_it() -> None:
    assert released(at_stops, TEXT) == [
        Released("One is here.", 13),
        Released("Two is there.", 27),
        Released("Three", None),
    ]
    assert [each.after for each in released(at_the_end, TEXT)] == [None, None, None]


def test_a_delay_is_what_came_beyond_the_end() -> None:
    assert delays(TEXT, released(at_stops, TEXT), 1) == [1, 1]
    assert delays(TEXT, released(at_stops, deltas_of(TEXT, 4)), 4) == [1, 0]
    assert delays(TEXT, released(at_the_end, TEXT), 1) == []


def test_the_same_sentence_twice_has_two_places() -> None:
    text = "Yes. Yes. No"
    assert delays(text, released(at_stops, text), 1) == [1, 1]


def test_a_sentence_that_was_changed_has_no_delay() -> None:
    assert delays(TEXT, [Released("One was here.", 5), Released("Two is there.", 30)], 1) == [4]


class FakeClock:
    """Time passes only when somebody works."""

    def __init__(self) -> None:
        self.ns = 0

    def perf_counter_ns(self) -> int:
        return self.ns

    def process_time(self) -> float:
        return self.ns / 1e9


def test_each_delta_has_its_own_cost_at_its_best(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, disturbed = FakeClock(), [9000, 0, 5000]
    monkeypatch.setattr(measuring, "time", clock)

    def works(deltas: Iterable[str]) -> Iterator[str]:
        disturbance = disturbed.pop()
        for delta in deltas:
            clock.ns += 3000 if "." in delta else 1000
            yield delta
            clock.ns += disturbance
        clock.ns += 500  # the end of a text belongs to no delta

    assert best_spent_us(works, [["a", "b.", "c"]], rounds=3) == [1.0, 3.0, 1.0]
    disturbed += [0, 4000]
    assert cpu_us(works, [["a.", "b"]], rounds=2) == pytest.approx((3 + 1 + 0.5) / 2)


def test_a_summary_takes_off_what_measuring_cost_and_never_more() -> None:
    found = summary([1.0, 2.0, 3.0], less=1.5)
    assert found == {"min": 0.0, "median": 0.5, "p99": pytest.approx(1.48), "max": 1.5}


CASES = [Case("One. Two", ["One.", "Two"]), Case("A. B. C", ["A. B.", "C"])]


def test_a_text_is_right_if_all_its_sentences_are() -> None:
    verdict = judged(at_stops, CASES, 4)
    assert (verdict.right, verdict.of, verdict.lost, verdict.by_arrival) == (1, 2, 0, 0)
    assert verdict.wrong == [("A. B. C", ["A.", "B.", "C"])]


def test_letters_that_got_lost_and_whims_of_arrival_are_seen() -> None:
    assert judged(without_the_last, CASES, 4).lost == 2
    assert judged(by_delta, CASES, 4).by_arrival == 2


def test_whole_texts_are_asked_again_with_every_delta() -> None:
    asked = []

    def split_whole(text: str) -> list[str]:
        asked.append(text)
        parts = text.split(". ")
        return [f"{part}. " for part in parts[:-1]] + parts[-1:]

    split = splitters._asked_again(split_whole)
    assert list(split(["One. T", "wo. ", "Three"])) == ["One. ", "Two. ", "Three"]
    assert asked == ["One. T", "Two. ", "Three"]


def test_what_never_waits_needs_no_event_loop() -> None:
    async def each() -> AsyncIterator[int]:
        yield 1
        yield 2

    assert list(splitters._by_hand(each())) == [1, 2]


@pytest.mark.parametrize("name", [OURS, OURS_WHOLE])
def test_ours_is_called_as_it_should_be(name: str) -> None:
    split = splitters.SPLITTERS[name]()
    text = "The parser is fixed. All tests pass. Shall I go on?"
    assert list(split(deltas_of(text, 4))) == ["The parser is fixed.", "All tests pass.", "Shall I go on?"]


def test_everybody_in_the_roster_can_be_called_and_is_pinned() -> None:
    named = [name for environment in ENVIRONMENTS for name in environment.splitters]
    assert {*named, OURS, OURS_WHOLE, "nobody"} == set(splitters.SPLITTERS)
    assert {*SPEAK_MARKDOWN, *CHANGE_THE_TEXT} <= set(splitters.SPLITTERS)
    for environment in ENVIRONMENTS:
        assert all("==" in package for package in (*environment.packages, *environment.alone))


def test_all_are_fed_the_same() -> None:
    cases = texts.cases()
    known = {case["text"] for case in cases["developed"]}
    assert all(case["text"] not in known for case in cases["fresh"])
    for found in cases.values():
        for case in found:
            assert "".join("".join(case["sentences"]).split()) == "".join(case["text"].split())
    prose = " ".join("".join(message) for message in texts.streams()["prose"])
    assert prose == " ".join(case["text"] for found in cases.values() for case in found)
    captured = texts.streams()["capture"]
    assert captured[0][:2] == ["I'll look", " at the d"]


def test_a_check_of_markdown_can_fail() -> None:
    """The document as it is has all that should be silent; silence has nothing that should be heard."""
    as_it_is = texts.markdown().splitlines()
    for check in CHECKS:
        assert check.holds([]) == (not check.heard)
        assert check.holds(as_it_is) == (check.heard and check.what != "bold words between Japanese ones")


def test_an_excerpt_has_a_little_around_it() -> None:
    assert excerpt(["nothing", "a" * 50 + " here " + "b" * 50], "here", around=3) == "…aa here bb…"
    assert excerpt(["nothing"], "here") == ""


def saved() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(running.SAVED.read_text(encoding="utf-8"))
    return found


def test_the_tables_are_those_of_the_saved_run() -> None:
    assert tables.tables(saved()) in tables.README.read_text(encoding="utf-8")


def test_a_saved_run_is_read_as_it_was() -> None:
    assert json.loads(running.as_text(saved())) == saved()


def test_where_a_peer_is_better_the_tables_say_so() -> None:
    run = saved()
    run["splitters"]["pipecat"]["cases"]["fresh"]["right"] = 1000
    run["splitters"]["pipecat"]["cost_us"]["prose"]["cpu"] = 0.001
    told = tables.where_peers_are_better(run)
    assert "* new texts right: pipecat 1e+03, streamtts" in told
    assert "* processor time, prose: pipecat 0.001, streamtts" in told
    alone = {**run, "splitters": {OURS: run["splitters"][OURS]}}
    assert tables.where_peers_are_better(alone).endswith("* nowhere in this run")


def test_a_peer_that_is_missing_is_named() -> None:
    run = {**saved(), "missing": ["pipecat"]}
    for name in ("pipecat", "pipecat, markdown stripped"):
        del run["splitters"][name]
    told = tables.tables(run)
    assert "could not be installed: pipecat." in told
    assert "| pipecat |" not in told


def test_of_our_own_figures_the_slower_count() -> None:
    def figures(spent: float) -> dict[str, Any]:
        return {OURS: {"cost_us": {"prose": {"cpu": spent, "p99": 10 - spent}}, "spoken": []}}

    merged = running.slower(figures(2), figures(3))
    assert merged[OURS] == {"cost_us": {"prose": {"cpu": 3, "p99": 8}}, "spoken": []}


def test_a_run_that_was_not_fed_well_is_refused() -> None:
    run = saved()
    run["splitters"]["pipecat"]["cases"]["fresh"]["right"] = 0
    with pytest.raises(AssertionError, match="pipecat is not fed well"):
        running.check(run)


def test_signs_of_what_is_said_are_shown_as_they_are() -> None:
    assert tables.said_of(["| a | **b** |"], "a") == r"\| a \| \*\*b\*\* \|"
    assert set(EXCERPTS) > {"the table"}


def test_readme_stays_around_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{tables.BEGIN}\nold\n{tables.END}\nafter\n")
    monkeypatch.setattr(tables, "README", readme)
    tables.write()
    text = readme.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{tables.BEGIN}\n\nRun of ")
    assert text.endswith(f"{tables.END}\nafter\n")
    assert "old" not in text.split(tables.END)[0].splitlines()
