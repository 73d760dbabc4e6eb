"""Two runs side by side."""

from pathlib import Path

import pytest

from reported.sessions import SPOKEN, WRITTEN, page_of, sentence, trace, written


def test_figures_stand_beside_each_other_with_their_difference(tmp_path: Path) -> None:
    page = page_of(trace(tmp_path / "one.jsonl"), trace(tmp_path / "two.jsonl", slower_s=0.3, by="nllb"))
    rows = {row[0]: row[1:] for row in page.one("table", class_="compared").rows()}
    assert rows[""] == ["A", "B", "B against A"]
    assert rows["Last byte to the ear"] == [
        "625 ms median of 2 at most 1.00 s",
        "775 ms median of 2 at most 1.00 s",
        "+150 ms 24 % longer",
    ]
    assert rows["Silence between sentences"][2] == "the same"
    assert page.one("header").text.startswith("Two sessions, side by side A one.jsonl")


@pytest.mark.parametrize(
    ("other_ms", "told"),
    [
        (250, "+50 ms 25 % longer"),
        (150, "−50 ms 25 % shorter"),
        (1000, "+800 ms 5.0 times as long"),
        (8200, "+8.00 s 41 times as long"),
        (20, "−180 ms 1/10 of it"),
        (0.1, "−200 ms next to nothing of it"),
        (200.5, "about the same"),
    ],
)
def test_a_difference_is_told_as_a_person_would(tmp_path: Path, other_ms: float, told: str) -> None:
    page = page_of(
        written(tmp_path / "a.jsonl", sentence(0, heard_start_ms=200)),
        written(tmp_path / "b.jsonl", sentence(0, heard_start_ms=other_ms, heard_end_ms=9000)),
    )
    assert page.one("table", class_="compared").rows()[1][3] == told


def test_drawings_of_both_share_their_axes(tmp_path: Path) -> None:
    lines = [sentence(index) for index in range(10)]
    page = page_of(
        written(tmp_path / "a.jsonl", *lines[:5], {"event": "status", "at_ms": 0, "lag_ms": 7000}),
        written(tmp_path / "b.jsonl", *lines, {"event": "status", "at_ms": 0, "lag_ms": 1000}),
    )
    short, long = page.all(class_="lanes")
    assert max(bar.span()[1] for bar in short.all("rect")) < 55
    assert max(bar.span()[1] for bar in long.all("rect")) > 99
    low, high = (curve.attributes["points"].split()[0] for curve in page.all("polyline"))
    assert (low, high) == ("0,125", "0,875")
    for panel in page.all("figure"):
        first, second = panel.all(class_="axis")
        assert first.text == second.text


def test_the_sentences_that_differ_most_come_first_with_both_translations(tmp_path: Path) -> None:
    first = [
        sentence(index, text=text, spoken=spoken, by="llama", language="ja")
        for index, (text, spoken) in enumerate(zip(WRITTEN, SPOKEN, strict=True))
    ]
    second = [line | {"spoken": f"B: {line['spoken']}", "by": "nllb"} for line in reversed(first)]
    second[1] = second[1] | {"heard_start_ms": second[1]["heard_start_ms"] - 30}
    page = page_of(written(tmp_path / "a.jsonl", *first), written(tmp_path / "b.jsonl", *second))
    table = page.one(id="sentences").one("table")
    assert table.one("caption").text.startswith("Of 3 sentences of both runs")
    assert table.rows()[1] == ["50 ms", "20 ms", "−30 ms", WRITTEN[1], SPOKEN[1], f"B: {SPOKEN[1]}"]


def test_a_sentence_that_comes_twice_is_compared_with_its_own_kind(tmp_path: Path) -> None:
    lines = [
        sentence(index, text="Done.", heard_start_ms=index * 1000 + 10 * (index + 1)) for index in range(2)
    ]
    later = [lines[0] | {"heard_start_ms": 12}, lines[1] | {"heard_start_ms": 1025}]
    page = page_of(written(tmp_path / "a.jsonl", *lines), written(tmp_path / "b.jsonl", *later))
    assert [row[:3] for row in page.one(id="sentences").one("table").rows()[1:]] == [
        ["20 ms", "25 ms", "+5.0 ms"],
        ["10 ms", "12 ms", "+2.0 ms"],
    ]
    page = page_of(tmp_path / "a.jsonl", tmp_path / "a.jsonl")
    assert "All 2 sentences that both runs have are alike." in page.one(id="sentences").text


def test_runs_of_different_sessions_are_laid_side_by_side_too(tmp_path: Path) -> None:
    page = page_of(
        written(tmp_path / "a.jsonl", sentence(0, text="One.")),
        written(tmp_path / "b.jsonl", sentence(0, text="Two.")),
    )
    assert "The two runs have no sentence in common." in page.one(id="sentences").text
    assert [row[0] for row in page.one(id="sentences").one("table").rows()] == ["Run", "A", "B"]
