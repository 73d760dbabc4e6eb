"""The page of one session: what a person looks for on it."""

import base64
import hashlib
from pathlib import Path

import pytest

from reported.markup import Element, Page
from reported.sessions import SPOKEN, WRITTEN, page_of, sentence, text_of, trace, written


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Element:
    return page_of(trace(tmp_path_factory.mktemp("trace") / "session.jsonl"))


def lane(page: Element, name: str) -> Element:
    return page.where(
        lambda each: each.attributes.get("class") == "lane" and each.all(class_="lane-name")[0].text == name
    )


def test_the_page_asks_for_nothing_and_runs_nothing(page: Element) -> None:
    for each in page.below():
        assert each.tag not in {"script", "iframe", "object", "img", "form", "base", "audio", "video"}
        for name, value in each.attributes.items():
            assert not name.startswith("on"), each
            assert name != "style", each
            assert name not in {"href", "src", "xlink:href"} or value.startswith(("#", "data:")), each
    style = str(page.one("style").children[0])
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_allows_this_style_sheet_alone(page: Element) -> None:
    (policy,) = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    digest = hashlib.sha256(str(page.one("style").children[0]).encode()).digest()
    directives = policy.attributes["content"].split("; ")
    assert "default-src 'none'" in directives
    assert f"style-src 'sha256-{base64.b64encode(digest).decode()}'" in directives
    assert not [word for word in directives if word.startswith("script-src") or "unsafe" in word]


def test_it_says_what_it_is_of(page: Element) -> None:
    assert page.one("title").children == ["session.jsonl – streamtts report"]
    assert "session.jsonl 20 November 2026, 17:28 UTC llama, tone" in page.one("header").text
    assert [each.text for each in page.all("h2")] == [
        "At a glance",
        "Timeline",
        "Sentence by sentence",
        "How far speech was behind the text",
        "Where the milliseconds go",
        "The slowest sentences",
        "Engines and machine",
    ]


def test_the_figures_at_a_glance(page: Element) -> None:
    tiles = {each.one("dt").text: each.one("dd").text for each in page.all(class_="tile")}
    assert tiles["Last byte to the ear"] == "625 ms median of 2 at most 1.00 s"
    assert tiles["Silence between sentences"] == "400 ms median of 1 at most 400 ms"
    assert tiles["First clause translated"] == "250 ms median of 3 at most 500 ms"
    assert tiles["Furthest behind"].startswith("31.5 s")
    assert tiles["Heard to the end"] == "3 of 4 1 skipped"


def test_overlap_can_be_seen(page: Element) -> None:
    """The second sentence is translated while the first is heard: its bar lies within that one's."""
    first_heard, *_ = (bar.span() for bar in lane(page, "Heard").all("rect"))
    _, second_translated, _ = (bar.span() for bar in lane(page, "Translate").all("rect"))
    assert first_heard[0] < second_translated[0] < second_translated[1] < first_heard[1]
    assert "1.70 s went into translating; 29 % of that while something else was being heard." in page.text
    assert len(lane(page, "Text").all("rect")) == 4


def test_each_stage_has_its_colour_and_its_name_once(page: Element) -> None:
    legend = [each.one("b").text for each in page.one(class_="legend").all("li")]
    assert legend == ["Translate", "Voice", "Ready", "Heard"]
    for key in ("translate", "voice", "queue", "heard"):
        assert f"--{key}: #" in str(page.one("style").children[0])


def test_a_row_tells_all_of_its_sentence(page: Element) -> None:
    rows = page.all("details", class_="row")
    assert len(rows) == 4
    row = rows[1]
    assert WRITTEN[1] in row.one("summary").text
    assert row.one("bdi", lang="ja").text == SPOKEN[1]
    times = {each.one("dt").text: each.one("dd").text for each in row.one("dl").all("div")}
    assert times["first clause translated after"] == "250 ms"
    assert times["all of it after"] == "500 ms"
    assert times["silence before it"] == "400 ms"
    assert times["translated by"] == "llama"
    assert times["spoken by"] == "tone"
    assert rows[3].one("dl").text.endswith("skipped (lag)")


def test_the_lag_curve(page: Element) -> None:
    curve = page.one(id="lag")
    assert "At most 31.5 s of speech were still to come, at 0:00." in curve.text
    assert "One sentence was skipped for it." in curve.text
    assert "hurries above 20 s" in curve.text
    heights = [float(corner.split(",")[1]) for corner in curve.one("polyline").attributes["points"].split()]
    assert min(heights) == pytest.approx(1000 - 1000 * 31.5 / 40, abs=1)
    assert heights[-1] == 1000


def test_a_histogram_for_each_stage(page: Element) -> None:
    panels = {each.one("figcaption").one("b").text: each for each in page.all("figure")}
    assert list(panels) == [
        "Last byte to the ear",
        "Gap between sentences",
        "Translate: first clause",
        "Translate: all of it",
        "Voice: first sound",
        "Ready to heard",
    ]
    whole = panels["Translate: all of it"]
    assert len(whole.all("rect", class_="bin translate")) == 3
    assert whole.one(class_="summary").text == "median 500 ms most 1.00 s 3 sentences"


def test_the_slowest_come_first_in_both_languages(page: Element) -> None:
    headings, *rows = page.one(id="sentences").one("table").rows()
    assert headings[:2] == ["No.", "Silence"]
    assert [row[:2] for row in rows] == [["3", "1.00 s"], ["2", "400 ms"], ["1", "250 ms"]]
    assert rows[0][-1] == f"{WRITTEN[2]} {SPOKEN[2]}"
    assert rows[1][-1] == f"{WRITTEN[1]} {SPOKEN[1]} behind earlier speech"


def test_engines_and_machine(page: Element) -> None:
    engines, machine, notices = (each.rows() for each in page.one(id="facts").all("table"))
    assert engines[1:] == [
        ["llama", "3", "250 ms", "first clause translated"],
        ["tone", "3", "325 ms", "first sound, where the voice was free"],
    ]
    facts = {row[0]: row[1] for row in machine[1:]}
    assert facts["streamtts"] == "9.8.7"
    assert facts["Processor"] == "A Processor of 16 Cores"
    assert facts["Memory"] == "24.0 GiB"
    assert facts["Translator"] == "llama, nllb"
    assert notices[1:] == [["0:00", "what translates is being loaded"]]


def test_every_drawing_says_in_words_what_it_shows(page: Element) -> None:
    for drawing in page.all("svg"):
        if "viewbox" not in drawing.attributes:
            assert drawing.attributes.get("aria-hidden") == "true" or drawing.attributes["aria-label"]
    ids = [each.attributes["id"] for each in page.below() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    assert page.one("html").attributes["lang"] == "en"
    assert len(page.all("h1")) == 1
    for table in page.all("table"):
        assert table.one("caption").text
    for region in page.all(class_="table"):
        assert region.attributes["tabindex"] == "0"
        assert region.attributes["aria-label"]


def test_a_session_that_is_not_translated_has_no_stage_for_it(tmp_path: Path) -> None:
    page = page_of(written(tmp_path / "a.jsonl", *(sentence(index) for index in range(3))))
    assert [each.one("b").text for each in page.one(class_="legend").all("li")] == ["Voice", "Ready", "Heard"]
    assert "translated" not in page.one(id="glance").text
    assert "The trace does not tell on which machine it was written." in page.text
    assert "The trace does not tell how far speech was behind." in page.text


def test_a_long_session_stays_small_and_says_what_is_left_out(tmp_path: Path) -> None:
    lines = [sentence(index, heard_start_ms=index * 1000.0 + 50 + index % 7) for index in range(6_000)]
    lines[4_321] = sentence(4_321, heard_start_ms=4_321_700.0, text="The slowest of all.")
    lags = (
        {"event": "status", "at_ms": index * 1000.0, "lag_ms": 17_000.0 if index == 777 else 2000.0}
        for index in range(6_000)
    )
    text = text_of(written(tmp_path / "long.jsonl", *lines, *lags))
    page = Page.of(text)
    assert len(text) < 600_000
    assert "16 of 500 parts are shown" in page.text
    assert "All 6,000 sentences are drawn. A long session is drawn in 240 parts" in page.text
    assert "Of each five hundredth of the session the highest lag is drawn." in page.text
    assert "At most 17.0 s" in page.text
    assert len(page.one("polyline").attributes["points"].split()) == 1000
    assert "The slowest of all." in page.one(id="sentences").one("table").rows()[1][-1]
    assert [each for each in page.all("details", class_="row") if "The slowest of all." in each.text]
    assert max(len(each.all("rect")) for each in page.all(class_="lane")) <= 240


def test_waiting_for_the_translator_is_no_work_of_it(tmp_path: Path) -> None:
    """It is asked 600 ms after the last byte, and has a clause 200 ms later."""
    times = {"translating_ms": 600.0, "translated_first_ms": 800.0, "translated_ms": 900.0}
    line = sentence(0, by="llama", voicing_ms=800.0, made_ms=810.0, heard_start_ms=820.0, **times)
    page = page_of(written(tmp_path / "trace.jsonl", line))
    panels = {each.one("figcaption").one("b").text: each.one(class_="summary") for each in page.all("figure")}
    assert panels["Wait to be translated"].text.startswith("median 600 ms")
    assert panels["Translate: first clause"].text.startswith("median 200 ms")
    assert panels["Translate: all of it"].text.startswith("median 300 ms")
    told = {each.one("dt").text: each.one("dd").text for each in page.one(class_="row").one("dl").all("div")}
    assert told["taken by the translator after"] == "600 ms"
    assert told["first clause translated after another"] == "200 ms"
    assert page.one(id="facts").all("table")[0].rows()[1] == [
        "llama",
        "1",
        "200 ms",
        "first clause translated",
    ]


def test_a_translation_that_came_to_nothing_is_told(tmp_path: Path) -> None:
    """It took 20 s of silence, although the sentence is spoken as it was written."""
    times = {"translating_ms": 100.0, "translated_first_ms": 20_100.0, "translated_ms": 20_100.0}
    heard = {
        "voicing_ms": 20_110.0,
        "made_ms": 20_130.0,
        "heard_start_ms": 20_150.0,
        "heard_end_ms": 21_000.0,
    }
    page = page_of(written(tmp_path / "trace.jsonl", sentence(0, **times, **heard)))
    (bar,) = lane(page, "Translate").all("rect")
    assert bar.attributes["class"] == "translate pale"
    assert "went into translating" not in page.text
    told = {each.one("dt").text: each.one("dd").text for each in page.one(class_="row").one("dl").all("div")}
    assert told["not translated after another"] == "20.0 s"
    assert told["first sound after another"] == "20 ms"
    assert "not translated in 20.0 s" in page.one(id="sentences").one("table").rows()[1][-1]


def test_a_file_that_takes_sound_as_fast_as_it_is_made_had_no_listener(tmp_path: Path) -> None:
    told = "The sound went into a file"
    for output, is_told in (("wav", True), ("raw", True), ("default", False), ("null", False)):
        about = {"event": "session", "at_ms": 0.0, "output": output}
        page = page_of(written(tmp_path / "trace.jsonl", about, sentence(0)))
        assert (told in page.one(id="glance").text) == is_told, output


def test_a_lag_of_minutes_is_told_in_minutes(tmp_path: Path) -> None:
    for lag_ms, ends in (
        (1_500.0, ["1 s", "2 s"]),
        (110_000.0, ["60 s", "2 min"]),
        (949_000.0, ["10 min", "20 min"]),
    ):
        lines = (sentence(0), {"event": "status", "at_ms": 1.0, "lag_ms": lag_ms})
        page = page_of(written(tmp_path / "trace.jsonl", *lines))
        labels = [each.text for each in page.one(id="lag").all("text", class_="tick")]
        assert labels[:2] == ends


def test_waiting_for_the_voice_is_no_work_of_it(tmp_path: Path) -> None:
    """The second sentence waits 700 ms for the first; the voice has it for 50, the device for the rest."""
    lines = (
        {"event": "started", "at_ms": 0.0},
        sentence(0, voicing_ms=1.0, made_ms=31.0),
        sentence(
            1, voice_free=False, gap_ms=0.0, voicing_ms=1700.0, made_ms=1750.0, voiced_ms=1780.0,
            heard_start_ms=1800.0, heard_end_ms=2600.0,
        ),
        {"event": "summary", "at_ms": 2700.0},
    )  # fmt: skip
    page = page_of(written(tmp_path / "trace.jsonl", *lines))
    assert page.all("rect", class_="voice pale") == []
    panels = {each.one("figcaption").one("b").text: each for each in page.all("figure")}
    assert panels["Voice: first sound"].one(class_="summary").text == "median 40 ms most 50 ms 2 sentences"
    _, row = page.all("details", class_="row")
    times = {each.one("dt").text: each.one("dd").text for each in row.one("dl").all("div")}
    assert (times["first sound after another"], times["heard after another"]) == ("50 ms", "50 ms")
