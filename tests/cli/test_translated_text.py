"""`streamtts --text --to`: translations, a line a sentence, whatever goes wrong with some of them."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cli.support import LOG, PLAIN, Outcome, assistant, process_environ, run

ENGLISH = assistant("The tests pass. I fixed `parser.py`, and it works.", uuid="1")
JAPANESE = assistant("テストが通りました。", uuid="2")


def translated(
    *flags: str | Path, stdin: bytes = b"", config: str = "", folder: Path | None = None
) -> Outcome:
    environ = dict(PLAIN)
    if folder is not None:
        (folder / "config.toml").write_text(config, encoding="utf-8")
        environ["STREAMTTS_CONFIG"] = str(folder / "config.toml")
    return run("--text", "--translator", "mark", *flags, stdin=stdin, environ=environ)


def rows(outcome: Outcome) -> list[dict[str, Any]]:
    return [json.loads(line) for line in outcome.lines]


def test_each_sentence_is_a_line_in_its_order() -> None:
    outcome = translated("--to", "fr", stdin=ENGLISH)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.lines == ["<Theo testso passo.>", "<Io fixedo parser.py,>< ando ito workso.>"]


def test_a_file_gives_the_same_as_standard_input() -> None:
    assert translated("--to", "fr", LOG).out == translated("--to", "fr", stdin=LOG.read_bytes()).out
    originals = run("--text", LOG).lines
    assert len(translated("--to", "fr", LOG).lines) == len(originals)


def test_json_has_both_texts_and_the_times_of_the_stages() -> None:
    first, second = rows(translated("--to", "fr", "--json", stdin=ENGLISH))
    assert list(first) == [
        "turn", "seq", "text", "source", "language", "engine", "error", "end", "protected", "t_ms"
    ]  # fmt: skip
    assert (first["text"], first["source"]) == ("<Theo testso passo.>", "The tests pass.")
    assert (first["language"], first["engine"], first["error"]) == ("fr", "mark", None)
    assert [row["seq"] for row in (first, second)] == [0, 1]
    assert [second["source"][begin:end] for begin, end, _ in second["protected"]] == ["parser.py"]
    times = first["t_ms"]
    assert list(times) == ["known", "translated_first", "translated"]
    assert 0 <= times["known"] <= times["translated_first"] <= times["translated"]


def test_what_is_in_the_language_already_passes_through_and_says_so() -> None:
    outcome = translated("--to", "ja", "--json", stdin=JAPANESE + ENGLISH)
    assert [row["engine"] for row in rows(outcome)] == ["identity", "mark", "mark"]
    assert rows(outcome)[0]["text"] == rows(outcome)[0]["source"] == "テストが通りました。"
    assert run("--text", "--to", "en", stdin=ENGLISH).lines[0] == "The tests pass."
    assert run("--text", "--to", "en-GB", stdin=ENGLISH).status == 0


def test_a_sentence_that_fails_is_printed_as_it_was_written(tmp_path: Path) -> None:
    config = '[translators.mark]\nfails = "fixed"\n'
    outcome = translated("--to", "fr", "--json", stdin=ENGLISH, config=config, folder=tmp_path)
    good, bad = rows(outcome)
    assert (good["engine"], bad["engine"]) == ("mark", None)
    assert bad["text"] == bad["source"] == "I fixed parser.py, and it works."
    assert (bad["language"], "told to fail" in bad["error"]) == ("en", True)
    assert outcome.status == 0
    assert outcome.err.count("\n") == 1
    assert "a sentence is printed as it was written" in outcome.err


def test_an_overdue_sentence_too(tmp_path: Path) -> None:
    config = "translation_timeout = 0.2\n[translators.mark]\ndelay_s = 60\n"
    outcome = translated("--to", "fr", "--json", stdin=JAPANESE, config=config, folder=tmp_path)
    (row,) = rows(outcome)
    assert (row["text"], row["language"], row["engine"]) == ("テストが通りました。", "ja", None)
    assert "after 0.2 s" in row["error"]


def test_a_translator_that_keeps_failing_makes_room_for_the_next(tmp_path: Path) -> None:
    config = 'translator = ["mark", "mark:again"]\n[translators.mark]\nfails = "."\n'
    (tmp_path / "config.toml").write_text(config, encoding="utf-8")
    log = assistant(" ".join(f"Number {number} is here." for number in range(9)))
    environ = {"STREAMTTS_CONFIG": str(tmp_path / "config.toml")}
    outcome = run("--text", "--to", "fr", "--json", stdin=log, environ=environ)
    assert [row["source"] for row in rows(outcome)] == [f"Number {number} is here." for number in range(9)]
    assert {row["engine"] for row in rows(outcome)} == {None}
    assert "3 times in a row" in outcome.err
    assert "mark:again translates from here on" in outcome.err


def test_without_a_translator_all_is_printed_and_one_sentence_says_what_to_do() -> None:
    outcome = run("--text", "--to", "ja", stdin=ENGLISH + JAPANESE)
    if outcome.status == 0:
        pytest.skip("a translator with its model is installed here")
    assert outcome.lines == ["The tests pass.", "I fixed parser.py, and it works.", "テストが通りました。"]
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    assert "nothing here can translate from English to Japanese: " in outcome.err
    assert "pip install" in outcome.err or "streamtts models pull" in outcome.err


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--to", "jp"), "did you mean ja (Japanese)?"),
        (("--to", "tlh"), "is no language that can be translated"),
        (("--to", "ja", "--from", "xx"), "'xx' is no language that can be translated"),
        (("--to", "ja", "--translator", "lama"), "did you mean llama?"),
        (("--to", "ja", "--translator", "en-ja=identity"), "does not translate from English to Japanese"),
        (("--to", "ja", "--translator", "=x"), "give ENGINE, ENGINE:MODEL or SRC-TGT=ENGINE:MODEL"),
        (("--translation-timeout", "0"), "give a number from 0.1 to 3600"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_read(flags: tuple[str, ...], said: str) -> None:
    outcome = run("--text", *flags, stdin=ENGLISH)
    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert said in outcome.err


def test_prose_is_not_translated() -> None:
    assert (
        run("--stage", "prose", "--to", "ja", stdin=ENGLISH).out == run("--stage", "prose", stdin=ENGLISH).out
    )


def test_a_hint_is_still_given_when_nothing_was_an_event() -> None:
    outcome = translated("--to", "ja", stdin=b"no json at all\n")
    assert (outcome.out, outcome.err.count("\n")) == ("", 1)


def test_a_sentence_is_printed_before_the_next_is_read() -> None:
    command = [sys.executable, "-m", "streamtts", "--text", "--to", "fr", "--translator", "mark"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=process_environ()
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(assistant(f"Number {number}.", uuid=str(number)))
            process.stdin.flush()
            assert process.stdout.readline().decode() == f"<Numbero {number}.>\n"
        process.stdin.close()
        assert process.wait() == 0


def test_many_sentences_keep_their_order() -> None:
    log = b"".join(assistant(f"Number {number} of many.", uuid=str(number)) for number in range(300))
    outcome = translated("--to", "fr", stdin=log)
    assert outcome.lines == [f"<Numbero {number} ofo manyo.>" for number in range(300)]


def test_a_file_that_cannot_be_read_further_is_told_after_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(ENGLISH)
    outcome = translated("--to", "fr", path, tmp_path / "missing.jsonl")
    assert outcome.status == 2
    assert "missing.jsonl" in outcome.err


def test_translations_are_kept_if_asked_for(tmp_path: Path) -> None:
    kept = tmp_path / "kept.sqlite"
    first = translated("--to", "fr", "--translation-cache", kept, stdin=ENGLISH)
    with closing(sqlite3.connect(kept)) as database:
        database.execute("UPDATE translations SET translation = 'C’est gardé.'")
        database.commit()
    again = translated("--to", "fr", "--translation-cache", kept, stdin=ENGLISH)
    assert len(first.lines) == len(again.lines) == 2
    assert set(again.lines) == {"C’est gardé."}


def test_nobody_writes_over_the_log() -> None:
    before = LOG.read_bytes()
    outcome = translated("--to", "fr", "--translation-cache", LOG, LOG)
    assert (outcome.status, "name another file" in outcome.err) == (2, True)
    assert LOG.read_bytes() == before


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(assistant("One is done. " * 20_000))
    command = [sys.executable, "-m", "streamtts", "--text", "--to", "en", str(log)]
    for _ in range(5):
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=process_environ()) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline() == b"One is done.\n"
            process.stdout.close()
            assert (process.stderr.read(), process.wait(60)) == (b"", 0)
