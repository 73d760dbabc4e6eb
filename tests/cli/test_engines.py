"""`streamtts engines` and `streamtts voices`: what can speak here."""

import json
from collections import Counter
from pathlib import Path

import pytest

from cli.support import PLAIN, run
from streamtts import registry
from streamtts.voices import chosen
from streamtts.web.openai import KEY_VARIABLES


def test_every_engine_is_listed_with_its_state() -> None:
    outcome = run("engines")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.lines[0].split() == ["ENGINE", "STATE", "LANGUAGES", "RUNS", "LICENCE"]
    end = outcome.lines.index("")
    last = outcome.lines.index("", end + 1)
    voices, translators = outcome.lines[1:end], outcome.lines[end + 1 : last]
    assert translators.pop(0).split() == ["TRANSLATOR", "STATE", "RUNS", "LICENCE"]
    for lines, names in ((voices, registry.synthesizer_names()), (translators, registry.translator_names())):
        rows = {line.split()[0]: line.split()[1] for line in lines[::2]}
        assert sorted(rows) == names
        assert set(rows.values()) <= {"ready", "missing"}
        assert rows.get("hibari", "ready") == rows.get("mark", "ready") == "ready"
        assert all(line.startswith("    ") and len(line) > 20 for line in lines[1::2])


def test_a_missing_engine_says_what_to_do() -> None:
    found = json.loads(run("engines", "--json").out)
    rows = {row["name"]: row for row in found if row["kind"] == "voice"}
    assert {row["name"] for row in found if row["kind"] == "translator"} == {*registry.translator_names()}
    for row in found:
        assert row["available"] == (row["missing"] is None)
        assert row["licence"]
        assert row["runs"] in ("in-process", "hosted", "program", "cloud")
    missing = {name: row["missing"] for name, row in rows.items() if not row["available"]}
    for name in missing.keys() & {"kokoro-ja", "piper", "nanotts"}:
        assert f"pip install 'streamtts[{name}" in missing[name]
    assert rows["gtts"]["runs"] == "cloud"
    assert rows["piper"]["runs"] == "hosted"
    assert rows["espeak"]["runs"] == rows["say"]["runs"] == "program"


@pytest.mark.parametrize("kind", ["engines", "translators"])
def test_a_server_that_was_not_named_needs_a_key(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "config.toml"

    def missing(config: str) -> str | None:
        path.write_text(config)
        rows = json.loads(run("engines", "--json", environ={"STREAMTTS_CONFIG": str(path)}).out)
        wanted = "voice" if kind == "engines" else "translator"
        (row,) = [row for row in rows if (row["kind"], row["name"]) == (wanted, "openai")]
        assert row["available"] == (row["missing"] is None)
        found: str | None = row["missing"]
        return found

    told = missing("")
    assert told is not None
    assert told.startswith("api.openai.com needs a key: set the environment variable STREAMTTS_OPENAI_API")
    assert told.endswith(f"or url in [{kind}.openai] to a server of yours")
    assert missing(f"[{kind}.openai]\nurl = 'http://localhost:8080/v1'\n") is None
    assert missing(f"[{kind}.openai]\nurl = 'https://example.com/v1'\n") is not None
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    assert missing("") is None


def test_what_voices_lists_is_what_voice_takes() -> None:
    rows = json.loads(run("voices", "--json").out)
    assert any(row["engine"] == "hibari" for row in rows)
    for row in rows:
        assert chosen(row["voice"]).engine == row["engine"]


def test_each_voice_is_listed_once_and_one_is_the_default_of_its_language() -> None:
    rows = json.loads(run("voices", "--json").out)
    names = [row["voice"] for row in rows]
    assert len(names) == len({*names})
    defaults = Counter(row["language"] for row in rows if row["default"])
    assert defaults["en"] == 1
    assert max(defaults.values()) == 1
    (english,) = [row["voice"] for row in rows if row["default"] and row["language"] == "en"]
    assert english == "hibari:heart"


@pytest.mark.parametrize(
    ("setting", "default"),
    [
        ("hibari:emma", ["hibari:emma"]),
        ("hibari", ["hibari:heart"]),
        ("no-such-engine", ["hibari:heart"]),
        ("ja=tone", ["hibari:heart"]),
        ("tone,hibari:emma", []),
    ],
)
def test_the_default_is_what_was_set(setting: str, default: list[str]) -> None:
    rows = json.loads(run("voices", "en", "--json", environ={**PLAIN, "STREAMTTS_VOICE": setting}).out)
    assert [row["voice"] for row in rows if row["default"]] == default
    lines = run("voices", "en", environ={**PLAIN, "STREAMTTS_VOICE": setting}).lines
    assert [line.split()[0] for line in lines if "  default" in line] == default


def test_an_engine_with_very_many_voices_does_not_drown_the_others() -> None:
    if registry.synthesizer("espeak").missing() is not None:
        pytest.skip("espeak is not installed")
    summary = [line for line in run("voices").lines if line.startswith("espeak")]
    assert len(summary) == 1
    assert "`streamtts voices espeak` lists them" in summary[0]
    assert len(run("voices", "espeak").lines) > 50
    assert len([row for row in json.loads(run("voices", "--json").out) if row["engine"] == "espeak"]) > 50


def test_voices_of_a_language() -> None:
    rows = json.loads(run("voices", "en", "--json").out)
    assert rows
    assert {row["language"].partition("-")[0] for row in rows} <= {"en", "*"}
    assert run("voices", "EN").out == run("voices", "en").out


def test_voices_of_an_engine() -> None:
    lines = run("voices", "hibari").lines
    assert lines[0].split() == ["VOICE", "LANGUAGE", "NOTE"]
    assert all(line.startswith("hibari") for line in lines[1:])


@pytest.mark.parametrize("word", ["say", "xx"])
def test_no_voice_is_told_with_the_reason(word: str) -> None:
    outcome = run("voices", word)
    if outcome.status == 0:
        pytest.skip(f"this system speaks {word}")
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.count("\n") == 1


def test_languages_are_in_their_order() -> None:
    heading, *lines = run("engines").lines
    column = slice(heading.index("LANGUAGES"), heading.index("RUNS"))
    of_many = [line[column].split() for line in lines if line.startswith(("cosyvoice ", "xtts "))]
    assert len(of_many) == 2
    for codes in of_many:
        assert codes == sorted(codes)
        assert len(codes) > 3
