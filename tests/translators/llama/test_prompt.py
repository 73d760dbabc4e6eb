"""What the model is given to read and allowed to write. Needs no packages."""

import json
import re
from pathlib import Path

import pytest

from streamtts.engine import EngineError
from streamtts.translation.names import names
from streamtts.translators.gguf import prompt as llama_prompt
from streamtts.translators.gguf.glossary import Glossary
from streamtts.translators.gguf.grammar import Grammar, japanese
from streamtts.translators.llama import engine

DATA = Path(__file__).parent.parent.parent / "data/translation"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The function parse_config returns early.", ["parse_config"]),
        ("See README.md, src/a/b.py and ~/.bashrc.", ["~/.bashrc", "README.md", "src/a/b.py"]),
        ("The API speaks JSON over HTTP.", ["API", "HTTP", "JSON"]),
        ("Use --no-cache, or -v.", ["--no-cache", "-v"]),
        ("I like Docker; Docker's layers are cached.", ["Docker"]),
        ("The tests pass. I am glad.", []),
        ("Call getUser(id) in v2.", ["getUser(id", "v2"]),
        ('Write "x=1" to `a.txt`.', ["a.txt", "x=1"]),
        ("Running npm audit reported two.", ["audit", "npm"]),
        ("pytest -k upload runs twice.", ["-k", "pytest", "upload"]),
        ("git was slow, and I bumped pydantic.", ["git", "pydantic"]),
        ("Dockerfile copies all. Tests pass: Good.", ["Dockerfile"]),
        ("Close it in a finally block; it finally works.", ["finally"]),
    ],
)
def test_names_are_words_that_nobody_translates(text: str, wanted: list[str]) -> None:
    assert sorted(names(text)) == sorted(wanted)


def test_names_cannot_break_out_of_the_grammar() -> None:
    grammar = japanese(names('a\\b" | root "c.d and \\"x.y'))
    rules = [line.partition(" ::= ")[0] for line in grammar.splitlines()]
    assert rules == ["root", "letter"]
    words = re.findall(r'"(?:[^"\\]|\\.)*"', grammar.splitlines()[0])
    assert re.sub(r'"(?:[^"\\]|\\.)*"', "", grammar.splitlines()[0]).count('"') == 0
    assert words


def test_many_and_long_names_are_too_much() -> None:
    text = " ".join(f"name_{number}" for number in range(500)) + " " + "x_" * 300
    assert len(names(text)) == 40
    assert max(map(len, names(text))) <= 200


def test_a_grammar_is_ours_the_users_or_none(tmp_path: Path) -> None:
    assert "API" in Grammar("auto", "ja").of("The API works.")
    assert Grammar("auto", "fr").of("The API works.").startswith("root ::= [^")
    assert Grammar("off", "fr").of("The API works.") == ""
    assert Grammar("off", "ja").of("The API works.") == ""
    own = tmp_path / "own.gbnf"
    own.write_text('root ::= "x"+', encoding="utf-8")
    assert Grammar(str(own), "ja").of("The API works.") == 'root ::= "x"+'
    own.write_bytes(b"\xff\xfe\xff")
    for broken in (own, tmp_path, tmp_path / "none", "\0"):
        with pytest.raises(EngineError, match=r"translators\.llama\.grammar"):
            Grammar(str(broken), "ja")


def test_notes_stand_behind_terms_once_and_not_in_names() -> None:
    glossary = Glossary("en", "ja")
    assert glossary.noted("A memory leak, and more memory leaks.") == (
        "A memory leak(メモリリーク), and more memory leaks."
    )
    for name in ("leak.py", "src/leak", "memory_leak", "--leak", "flaky_test"):
        assert glossary.noted(f"See {name} now.") == f"See {name} now."
    assert Glossary("en", "fr").noted("A memory leak.") == "A memory leak."
    assert Glossary("fr", "ja").noted("A memory leak.") == "A memory leak."


def test_a_sentence_that_grows_keeps_its_notes() -> None:
    text = "The flaky regression test hides a race condition and a memory leak."
    glossary = Glossary("en", "ja")
    whole = glossary.noted(text)
    for end in [place for place, char in enumerate(text) if char == " "]:
        begun = glossary.noted(text[:end], complete=False)
        assert whole.startswith(begun)


def test_no_line_ends_within_a_sentence() -> None:
    assert llama_prompt.line("one\ntwo\r\n three\u2028four \ud800") == "one two three four ?"


def test_models_without_a_system_role_are_told_the_task_first() -> None:
    turns = llama_prompt.answered(llama_prompt.talk("en", "ja"))
    assert [turn["role"] for turn in turns] == ["system", "user", "assistant", "user"]
    bare = llama_prompt.without_system(turns)
    assert [turn["role"] for turn in bare] == ["user", "assistant", "user"]
    assert bare[0]["content"].startswith(turns[0]["content"])
    assert bare[0]["content"].endswith(turns[1]["content"])


@pytest.mark.parametrize("target", ["ja", "fr"])
def test_examples_are_not_those_that_we_are_measured_by(target: str) -> None:
    measured = json.loads((DATA / f"dev_en_{target}.json").read_text(encoding="utf-8"))["sentences"]
    sources = {each["source"] for each in measured}
    shown = dict(llama_prompt.pairs("en", target))
    assert len(shown) >= 5
    assert sources.isdisjoint(shown)
    assert {each["reference"] for each in measured}.isdisjoint(shown.values())


def test_examples_hold_in_every_direction() -> None:
    forward, backward = dict(llama_prompt.pairs("de", "pt")), dict(llama_prompt.pairs("pt", "de"))
    assert {value: key for key, value in forward.items()} == backward
    assert not list(llama_prompt.pairs("de", "th"))


def test_it_knows_languages_of_chat_models() -> None:
    assert engine.speaks("en", "ja")
    assert engine.speaks("de", "zh")
    assert not engine.speaks("en", "en")
    assert not engine.speaks("en", "sw")
