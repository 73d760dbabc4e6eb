"""What is written becomes what is said: entries, the user's file, and what must stay as it is."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts._core import SentenceStream
from streamtts.errors import UsageError
from streamtts.speech.lexicon import Lexicon

BUILT_IN = Lexicon.load()
DATA = Path(__file__).resolve().parents[1] / "data"


def lexicon(**languages: dict[str, str]) -> Lexicon:
    return Lexicon(languages)


MINE = lexicon(
    en={
        "api": "ay pee eye",
        "Rust": "the language",
        "vs code": "the editor",
        "code": "CODE",
        "api gateway": "front door",
        "x": "api",
        "c++": "see plus plus",
        "-": "never",
    }
)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("the api works", "the ay pee eye works"),
        ("The API works", "The ay pee eye works"),
        ("rapid apis", "rapid apis"),
        ("api_key", "ay pee eye key"),
        ("getApiKey", "get ay pee eye Key"),
        ("my-api-client", "my-ay pee eye-client"),
        ("(api), 'api'; [api]! “api” api's api.", None),
        ("rust and Rust", "rust and the language"),
        ("VS Code, vs code. VS codes", "the editor, the editor. VS codes"),
        ("the API gateway api gateways", "the front door ay pee eye gateways"),
        ("x api", "api ay pee eye"),
        ("C++. (c++) C++'s", "see plus plus. (see plus plus) see plus plus's"),
        ("日本語api日本語", "日本語ay pee eye日本語"),
        ("naïve éapi apié", "naïve éapi apié"),
    ],
)
def test_an_entry_replaces_whole_words(written: str, said: str | None) -> None:
    if said is None:
        said = re.sub("api", "ay pee eye", written)
    assert MINE.spoken(written, "en") == said


def test_entries_are_of_one_language() -> None:
    assert MINE.spoken("api", "fr") == "api"
    assert MINE.spoken("api", "xx") == "api"


def test_entries_in_scripts_without_spaces_replace_wherever_they_stand() -> None:
    own = lexicon(ja={"行数": "ぎょうすう", "行": "ぎょう", "C言語": "しーげんご"}, ko={"테스트": "시험"})
    assert own.spoken("総行数は12行。C言語です", "ja") == "総ぎょうすうは12ぎょう。しーげんごです"
    assert own.spoken("이 테스트를", "ko") == "이 시험를"


def test_the_user_wins_over_the_built_in() -> None:
    assert BUILT_IN.spoken("YAML", "en") == "yammel"
    assert lexicon(en={"yaml": "camel"}).spoken("YAML yaml", "en") == "camel camel"
    assert lexicon(en={"YAML": "Y"}).spoken("YAML yaml", "en") == "Y yammel"
    assert lexicon(en={"VS Code": "editor"}).spoken("VS Code", "en") == "editor"
    assert (
        lexicon(en={"parser.rs": "the parser", "->": "gives"}).spoken("a -> parser.rs.", "en")
        == "a gives the parser."
    )


def test_what_was_replaced_is_not_looked_at_again() -> None:
    own = lexicon(en={"a": "b", "b": "c", "c": "a", "regex": "regex regex"})
    assert own.spoken("a b c regex", "en") == "b c a regex regex"


def test_an_entry_may_be_silent() -> None:
    assert lexicon(en={"hmm": ""}).spoken("Well hmm, yes.", "en") == "Well , yes."


def test_thousands_of_entries() -> None:
    own = lexicon(en={f"word{n} two{n}" if n % 2 else f"word{n}": f"<{n}>" for n in range(20_000)})
    assert own.spoken("word19999 two19999 word1 word19998", "en") == "<19999> word1 <19998>"


def load(tmp_path: Path, text: str | bytes) -> Lexicon:
    path = tmp_path / "lexicon.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Lexicon.load(path)


def test_the_users_file(tmp_path: Path) -> None:
    own = load(tmp_path, '﻿[en]\nk8s = "kubernetes"\n"reg  ex" = "re gex"\n[ja]\n"API" = "えーぴーあい"\n')
    assert own.spoken("K8s reg ex", "en") == "kubernetes re gex"
    assert own.spoken("APIとapi", "ja") == "えーぴーあいとエーピーアイ"
    assert load(tmp_path, "").spoken("API", "en") == "API"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('[en]\nk8s = "a"\nk8s = "b"\n', "line 3"),
        ('[en]\nc++ = "see"\n', "line 2"),
        ('[en\n"a" = "b"', "line 1"),
        ('k8s = "kubernetes"\n', '"k8s" outside a language'),
        ('[words]\na = "b"\n', "[words]"),
        ('[en]\nparser.rs = "parser"\n', "[en] parser"),
        ("[en]\nk8s = 8\n", '"k8s"'),
        ('[en]\nk8s = ["a"]\n', '"k8s"'),
        ('[en]\n" " = "b"\n', "without a name"),
        (b'[en]\n"a" = "\xff"\n', "UTF-8"),
    ],
)
def test_a_wrong_file_is_one_sentence_that_names_the_place(
    tmp_path: Path, text: str | bytes, names: str
) -> None:
    with pytest.raises(UsageError) as caught:
        load(tmp_path, text)
    assert names in str(caught.value)
    assert str(tmp_path / "lexicon.toml") in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["absent.toml", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, path: str) -> None:
    with pytest.raises(UsageError, match=re.escape(os.fspath(tmp_path / path))):
        Lexicon.load(tmp_path / path)


def prose() -> Iterator[str]:
    """The sentences of the recorded sessions, and the English ones that the splitter is tested with."""
    for path in sorted(DATA.glob("agent-logs/*.jsonl")):
        stream = SentenceStream()
        stream.push(path.read_bytes())
        stream.push_end()
        while rows := stream.pull():
            yield from (row[2] for row in rows)
    for path in sorted(DATA.glob("segmentation*.json")):
        for case in json.loads(path.read_text(encoding="utf-8")):
            if case["cat"] not in ("europe", "cjk"):
                yield from filter(str.isascii, case["sentences"])


def test_of_plain_prose_only_what_is_code_changes() -> None:
    changed = {s: said for s in prose() if (said := BUILT_IN.spoken(s, "en")) != s}
    assert changed == json.loads((DATA / "lexicon/changed_prose.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "sentence",
    [
        "I've re-run the well-tested, tried parser; it's fine, e.g. at 5 p.m. in the U.S. on 2024-01-05.",
        "He said \"no\" (twice), and/or 'maybe' -- then left... OK?",
        "It costs $5, i.e. 50% of 1,234.5 or 3/4, at 12:30 -- see #42 and user@example.com!",
        "Options are A, B and C; plan B is on p. 42 of vol. 2.",
        "The HTTP API returns HTML; GitHub and JavaScript work on macOS, iOS and Linux.",
        "Call self.model.fit(x, y) and foo(); a ValueError is raised.",
        "Größe, naïve café, déjà vu — l'été, Ångström.",
        "Rapid ideas: sidewalk, srcset-free, todorov, idle, forsql.",
        "",
    ],
)
def test_what_a_voice_reads_well_stays_as_it_is(sentence: str) -> None:
    assert BUILT_IN.spoken(sentence, "en") == sentence


ANY = st.text() | st.text("aAzZ09 ._-/+=<>()[]{}'\"~^:;,!?#$%&*@|\\`\n あ漢ー、。한é")


@given(ANY, st.sampled_from(["en", "ja", "de", "zh", "ko", "xx", "", "../en"]))
def test_any_text_can_be_spoken(text: str, language: str) -> None:
    said = BUILT_IN.spoken(text, language)
    assert said == BUILT_IN.spoken(text, language)
    assert bool(said.strip()) or not re.search(r"[^\W_]", text)


@given(
    st.text(
        st.characters(exclude_categories=["L", "N", "Lu", "Ll"], exclude_characters="-=<>&|!+:≈≤≥≠→⇒~^_%°µ")
    )
)
def test_signs_alone_are_left_alone(text: str) -> None:
    assert BUILT_IN.spoken(text, "en") == text


GIANT = [
    "a",
    ")",
    "(",
    "a b ",
    "1",
    "1 ",
    "1,",
    "_",
    "a_",
    "-",
    ".",
    "a.",
    "あ",
    "あa",
    "'",
    "==",
    "->",
    "12 ms ",
    "vs code ",
]


@pytest.mark.parametrize("unit", [*GIANT, "VS ", "::", "aA", "((a))", "a=", "~", "0f", "`a"])
@pytest.mark.parametrize("language", ["en", "ja", "de"])
def test_a_giant_text_takes_time_in_proportion(unit: str, language: str) -> None:
    text = unit * (1_000_000 // len(unit))
    assert BUILT_IN.spoken(text, language)
