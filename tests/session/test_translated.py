"""Translation through the whole command: clauses to the voice, captions, trace, and what goes wrong."""

import json
import os
import signal
import subprocess
from itertools import pairwise
from pathlib import Path

from cli.support import assistant
from session.running import COMMAND, PATIENCE_S, Running, private_environment, wait_until
from streamtts import Speaker
from streamtts.events import Event, Translated
from streamtts.registry import TRANSLATORS
from worker.registering import install

MARK = ("--translator", "mark", "--to", "fr")


def delta(text: str) -> bytes:
    piece = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
    return json.dumps({"type": "stream_event", "event": piece}).encode() + b"\n"


def test_translations_are_heard_in_order_and_shown_with_their_originals(tmp_path: Path) -> None:
    with Running(tmp_path, *MARK) as running:
        running.say("The tests pass.", "It works, at last.")
        assert running.finish() == 0
        sentences = running.lines("sentence")
    assert [line["spoken"] for line in sentences] == ["<Theo testso passo.>", "<Ito workso,>< ato lasto.>"]
    assert {(line["by"], line["language"], line["outcome"]) for line in sentences} == {
        ("mark", "fr", "heard")
    }
    for line in sentences:
        assert line["known_ms"] <= line["translated_first_ms"] <= line["translated_ms"]
        assert line["translated_first_ms"] <= line["voiced_ms"] <= line["heard_start_ms"]
    assert running.err.splitlines() == [
        "<Theo testso passo.> (The tests pass.)",
        "<Ito workso,>< ato lasto.> (It works, at last.)",
    ]


def test_the_voice_begins_before_the_translation_is_complete(tmp_path: Path) -> None:
    config = "[translators.mark]\nclause_delay_s = 0.5\n"
    with Running(tmp_path, *MARK, config=config) as running:
        running.say("I fixed the parser, and then I ran all of the tests, and they pass.")
        assert running.finish() == 0
        (line,) = running.lines("sentence")
    assert line["translated_first_ms"] < line["voiced_ms"] < line["translated_ms"]
    clauses = [each["text"] for each in running.lines("translated_clause")]
    assert len(clauses) == 3
    assert all(after.startswith(before) for before, after in pairwise(clauses))


def test_it_is_the_same_in_a_process_of_its_own_which_ends_with_the_session(tmp_path: Path) -> None:
    with Running(tmp_path, *MARK, "--isolate", "always", "--output", "null") as running:
        running.say("The tests pass.", "It works.")
        running.wait_for("voiced")
        children = running.children()
        assert running.finish() == 0
        assert [line["by"] for line in running.lines("sentence")] == ["mark", "mark"]
    assert len(children) == 2
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_subtitles_have_both_languages(tmp_path: Path) -> None:
    with Running(tmp_path, *MARK, "--captions", tmp_path / "out.srt") as running:
        running.say("The tests pass.")
        assert running.finish() == 0
    assert "<Theo testso passo.>\nThe tests pass.\n" in (tmp_path / "out.srt").read_text(encoding="utf-8")


def test_an_overdue_or_failed_sentence_is_heard_as_it_was_written(tmp_path: Path) -> None:
    config = '[translators.mark]\nfails = "broken"\n'
    with Running(tmp_path, *MARK, config=config) as running:
        running.say("One works.", "This one is broken.", "Three works.")
        assert running.finish() == 0
        sentences = running.lines("sentence")
    assert [(line["by"], line["language"]) for line in sentences] == [
        ("mark", "fr"),
        ("", "en"),
        ("mark", "fr"),
    ]
    assert sentences[1]["spoken"] == "This one is broken."
    assert "a sentence is spoken as it was written" in running.err
    with Running(
        tmp_path, *MARK, "--translation-timeout", "0.2", config="[translators.mark]\ndelay_s = 60\n"
    ) as late:
        late.say("One.")
        assert late.finish() == 0
        assert [line["language"] for line in late.lines("sentence")] == ["en"]
    assert "after 0.2 s" in late.err


def test_without_a_translator_the_session_speaks_the_original_and_says_what_to_do(tmp_path: Path) -> None:
    with Running(tmp_path, "--to", "ja", "--translator", "llama:/nowhere/model.gguf") as running:
        running.say("One.", "Two.")
        assert running.finish() == 0
        assert [line["language"] for line in running.lines("sentence")] == ["en", "en"]
        assert running.heard_texts() == ["One.", "Two."]
    told = [line for line in running.err.splitlines() if line.startswith("streamtts: ")]
    assert len(told) == 1
    assert "nothing here can translate from English to Japanese: " in told[0]
    assert told[0].endswith("what is written in English is spoken in English")


def test_the_language_can_be_changed_from_another_terminal(tmp_path: Path) -> None:
    with Running(tmp_path, "--translator", "mark", "--output", "null") as running:
        running.say("One.")
        running.wait_for("heard_start")

        def ctl(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [*COMMAND, "ctl", *words],
                env=running.environment,
                capture_output=True,
                text=True,
                check=False,
            )

        assert ctl("to", "fr").returncode == 0
        assert json.loads(ctl("status", "--json").stdout)["to"] == "fr"
        refused = ctl("to", "tlh")
        assert (refused.returncode, "no language that can be translated" in refused.stderr) == (1, True)
        running.say("Two.")
        running.wait_for("heard_start", 2)
        assert ctl("to", "").returncode == 0
        running.say("Three.")
        assert running.finish() == 0
        assert [line["spoken"] for line in running.lines("sentence")] == ["One.", "<Twoo.>", "Three."]


def test_words_that_arrive_one_by_one_are_translated_whole(tmp_path: Path) -> None:
    with Running(tmp_path, *MARK, "--isolate", "always") as running:
        for word in ("And ", "then ", "all ", "of ", "the ", "tests ", "pass. "):
            running.write(delta(word))
        running.write(delta("Good"))
        assert running.finish() == 0
        assert [line["spoken"] for line in running.lines("sentence")] == [
            "<Ando theno allo ofo theo testso passo.>",
            "<Goodo.>",
        ]


def test_a_recorded_log_is_translated_in_batches_and_nothing_is_lost(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"".join(assistant(f"Number {n} of many.", uuid=str(n)) for n in range(60)))
    with Running(tmp_path, *MARK, "--output", "null:200", log) as running:
        assert running.finish() == 0
        spoken = [line["spoken"] for line in running.lines("sentence")]
    assert spoken == [f"<Numbero {n} ofo manyo.>" for n in range(60)]


def test_a_program_can_translate_too() -> None:
    class Recorder:
        def __init__(self) -> None:
            self.texts: list[str] = []

        def on_event(self, event: Event) -> None:
            if isinstance(event, Translated):
                self.texts.append(event.text)

        def close(self) -> None:
            pass

    recorder = Recorder()
    with Speaker(voice="tone", output="null:50", to="fr", translator="mark", observer=recorder) as speaker:
        for word in ("All ", "tests ", "pass. ", "Good."):
            speaker.feed(word)
    assert recorder.texts == ["<Allo testso passo.>", "<Goodo.>"]


def test_a_translator_reads_along_while_a_sentence_arrives(tmp_path: Path) -> None:
    """Named by its first words, in a process of its own, before the last of them is there."""
    install(tmp_path, {"notes": "session.taking_notes:engine"}, group=TRANSLATORS)
    notes = tmp_path / "notes"
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parent.parent)])
    config = f"[translators.notes]\nfile = '{notes}'\n"
    flags = ("--translator", "notes", "--to", "fr")

    def noted() -> list[str]:
        return notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []

    with Running(tmp_path, *flags, config=config, environment={"PYTHONPATH": path}) as running:
        running.write(delta("The first line of a paragraph is held back for a while. "))
        for word in ("And ", "then ", "all ", "of ", "the ", "42 ", "tests ", "passed "):
            running.write(delta(word))
        wait_until("the last hint", lambda: "hint And then all of the 42 tests" in noted())
        running.write(delta("again. "))
        running.write(delta("Good. "))
        assert running.finish() == 0
    hints = [line.removeprefix("hint ") for line in noted() if line.startswith("hint ")]
    asked = [line.removeprefix("ask ") for line in noted() if line.startswith("ask ")]
    assert asked[1:] == ["And then all of the 42 tests passed again.", "Good."]
    assert all(any(sentence.startswith(hint) for sentence in asked) for hint in hints)


def test_printing_reads_along_too(tmp_path: Path) -> None:
    install(tmp_path, {"notes": "session.taking_notes:engine"}, group=TRANSLATORS)
    notes = tmp_path / "notes"
    environment = private_environment(tmp_path, f"[translators.notes]\nfile = '{notes}'\n")
    environment["PYTHONPATH"] = os.pathsep.join([str(tmp_path), str(Path(__file__).parent.parent)])
    command = [*COMMAND, "--text", "--translator", "notes", "--to", "fr"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdin is not None
        process.stdin.write(delta("And yesterday evening all of the other tests "))
        process.stdin.flush()
        wait_until("a hint", lambda: notes.exists() and "hint And yesterday" in notes.read_text())
        out, _ = process.communicate(delta("passed. "))
    assert out.decode().count("\n") == 1


def test_a_translator_that_is_killed_comes_back(tmp_path: Path) -> None:
    flags = ("--isolate", "always", "--output", "null")
    with Running(tmp_path, *MARK, *flags) as running:
        running.say("One works.")
        running.wait_for("translated")
        running.wait_for("heard_end")
        for child in running.children():
            os.kill(child, signal.SIGKILL)
        running.say("Two works.")
        assert running.finish() == 0
        spoken = [(line["spoken"], line["outcome"]) for line in running.lines("sentence")]
    assert spoken == [("<Oneo workso.>", "heard"), ("<Twoo workso.>", "heard")]


def test_ctrl_c_does_not_wait_for_a_translation(tmp_path: Path) -> None:
    config = "[translators.mark]\ndelay_s = 1000\n"
    flags = ("--isolate", "always", "--translation-timeout", "1000")
    with Running(tmp_path, *MARK, *flags, config=config) as running:
        running.say("One never comes.")
        running.wait_for("known")
        wait_until("both engines", lambda: len(running.children()) == 2)
        children = running.children()
        running.process.send_signal(signal.SIGINT)
        assert running.finish() == 130
    wait_until("no orphan", lambda: not any(Path(f"/proc/{child}").exists() for child in children))


def test_printing_ends_with_ctrl_c_too(tmp_path: Path) -> None:
    environment = private_environment(tmp_path, "[translators.mark]\ndelay_s = 1000\n")
    command = [*COMMAND, "--text", "--translation-timeout", "1000", "--isolate", "always", *MARK]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdin is not None
        process.stdin.write(assistant("One never comes."))
        process.stdin.flush()
        tasks = Path(f"/proc/{process.pid}/task")
        wait_until("the engine", lambda: any((each / "children").read_text() for each in tasks.iterdir()))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, out, err) == (130, b"", b"")
