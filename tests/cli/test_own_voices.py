"""`streamtts voices add`, `rm` and `play`: voices of the user's own, at the terminal and in scripts."""

import io
import json
import os
import pty
import wave
from dataclasses import replace
from pathlib import Path

import pytest

from cli.support import PLAIN, FakeClock, Outcome, run
from streamtts import cloned, registry
from streamtts.cli import main
from streamtts.commands import own_voices
from streamtts.environment import Environment
from voices.recordings import noise, speech, wav


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A home of its own, also for what asks the system for it."""
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    for name, value in home.items():
        monkeypatch.setenv(name, value)
    return {**PLAIN, **home}


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return wav(tmp_path / "me.wav", speech(6.0))


def at_a_terminal(typed: bytes, environ: dict[str, str], *argv: str | Path) -> Outcome:
    ours, its = pty.openpty()
    try:
        os.write(ours, typed)
        stdout, stderr = io.StringIO(), io.StringIO()
        status = main([*map(str, argv)], Environment(its, stdout, stderr, FakeClock(), environ))
    finally:
        os.close(ours)
        os.close(its)
    return Outcome(int(status), stdout.getvalue(), stderr.getvalue())


def added(environ: dict[str, str], sample: Path, name: str = "anna", *more: str) -> Outcome:
    return run("voices", "add", name, sample, "--i-have-consent", *more, environ=environ)


def refusal(outcome: Outcome, status: int = 2) -> str:
    assert (outcome.status, outcome.out) == (status, "")
    assert outcome.err.startswith("streamtts: ")
    assert outcome.err.count("\n") == 1
    return outcome.err


def test_a_voice_is_added_listed_played_and_removed(
    environ: dict[str, str], sample: Path, tmp_path: Path
) -> None:
    outcome = added(environ, sample, "anna", "--text", "  Hello,\n you. ", "--language", "EN-gb")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith("anna is kept, 5.9 s: `streamtts --voice anna` speaks like it")
    voice = cloned.find("anna", environ)
    assert voice is not None
    assert (voice.transcript, voice.language) == ("Hello, you.", "en")
    assert voice.consent.endswith("(said with --i-have-consent)")
    rows = json.loads(run("voices", "--json", environ=environ).out)
    (row,) = [row for row in rows if row["own"]]
    assert row["voice"] == "anna"
    assert row["note"].startswith("your own, 5.9 s, recorded in English; ")
    for words in (["list"], [], ["anna"], ["list", "ANNA"]):
        assert "anna " in run("voices", *words, environ=environ).out
    heard = tmp_path / "heard.wav"
    outcome = run("voices", "play", "anna", "--output", f"wav:{heard}", environ=environ)
    assert (outcome.status, outcome.out, outcome.err) == (0, "", "")
    with wave.open(str(heard)) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(voice.length_s, abs=0.05)
    assert run("voices", "rm", "anna", environ=environ) == Outcome(0, "anna is gone\n", "")
    assert "there is no voice of your own 'anna'" in refusal(run("voices", "rm", "anna", environ=environ))


@pytest.mark.parametrize("answer", [b"yes\n", b"y\n", b" YES \n"])
def test_who_says_yes_is_asked_once(environ: dict[str, str], sample: Path, answer: bytes) -> None:
    outcome = at_a_terminal(answer, environ, "voices", "add", "anna", sample)
    assert outcome.status == 0
    assert outcome.err.count("agrees") == 1
    assert outcome.err.endswith("agrees that streamtts speaks with it.\nIs that so? Type yes: ")
    voice = cloned.find("anna", environ)
    assert voice is not None
    assert voice.consent.endswith("agrees that streamtts speaks with it. (said at the terminal)")


@pytest.mark.parametrize("answer", [b"no\n", b"\n", b"\x04", b"yes but\n"])
def test_without_a_yes_nothing_is_kept(environ: dict[str, str], sample: Path, answer: bytes) -> None:
    outcome = at_a_terminal(answer, environ, "voices", "add", "anna", sample)
    assert (outcome.status, outcome.out) == (1, "")
    assert "anna was not added" in outcome.err
    assert cloned.every(environ) == []


def test_where_nobody_can_be_asked_consent_is_said_beforehand(environ: dict[str, str], sample: Path) -> None:
    outcome = run("voices", "add", "anna", sample, stdin=b"yes\n", environ=environ)
    assert "or say so with --i-have-consent" in refusal(outcome)
    assert cloned.every(environ) == []


def test_a_recording_that_is_none_is_refused_before_anybody_is_asked(
    environ: dict[str, str], tmp_path: Path
) -> None:
    text = tmp_path / "text.wav"
    text.write_text("no sound at all\n" * 500)
    outcome = at_a_terminal(b"yes\n", environ, "voices", "add", "anna", text)
    assert "text.wav is no sound file" in refusal(outcome, 1)


def test_doubts_are_told_and_the_voice_is_taken(environ: dict[str, str], tmp_path: Path) -> None:
    sound = speech(4.0)
    outcome = added(environ, wav(tmp_path / "bad.wav", sound + noise(sound, 8)))
    assert outcome.status == 0
    told = outcome.err.splitlines()
    assert len(told) == 2
    assert all(line.startswith("streamtts: warning: bad.wav ") for line in told)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "../x", "SAMPLE"], "a voice cannot be called '../x'"),
        (["add", "a\x1b[31mb", "SAMPLE"], r"a voice cannot be called 'a\x1b[31mb'"),
        (["add", "-rf", "SAMPLE"], "there is no -rf"),
        (["add", "Hibari", "SAMPLE"], "Hibari is the name of an engine"),
        (["add", "anna"], "takes a name and the file of a recording"),
        (["add", "anna", "SAMPLE", "more"], "takes a name and the file of a recording"),
        (["add", "anna", "gone.wav"], "cannot read gone.wav: No such file"),
        (["add", "anna", "/"], "/ is a folder"),
        (["add", "anna", ""], "one of the files has an empty name"),
        (["add", "anna", "SAMPLE", "--language", "klingon"], "--language cannot be 'klingon'"),
        (["add", "anna", "SAMPLE", "--text", "\x01"], "--text has no words"),
        (["add", "anna", "SAMPLE", "--text", "x" * 1001], "--text is too long"),
    ],
)
def test_what_cannot_be_added_gets_one_sentence(
    environ: dict[str, str], sample: Path, words: list[str], told: str
) -> None:
    given = [str(sample) if word == "SAMPLE" else word for word in words]
    assert told in refusal(run("voices", *given, "--i-have-consent", environ=environ))
    assert cloned.every(environ) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rm"], "takes the name of a voice of your own"),
        (["rm", "anna", "nobody"], "there is no voice of your own 'nobody'"),
        (["play"], "takes the name of one voice of your own"),
        (["play", "../anna"], "there is no voice of your own '../anna'"),
        (["plya", "anna"], "ACTION cannot be 'plya': did you mean play?"),
        (["list", "ja", "--text", "x"], "`streamtts voices list` takes no --text: that is for add"),
        (["rm", "anna", "--json"], "takes no --json: that is for list"),
        (["list", "ja", "en"], "takes one language or one engine"),
    ],
)
def test_other_words_get_one_sentence_too(
    environ: dict[str, str], sample: Path, words: list[str], told: str
) -> None:
    added(environ, sample)
    assert told in refusal(run("voices", *words, environ=environ))
    assert cloned.find("anna", environ) is not None


def test_a_damaged_voice_is_listed_with_what_to_do(environ: dict[str, str], sample: Path) -> None:
    added(environ, sample)
    voice = cloned.find("anna", environ)
    assert voice is not None
    voice.sample.write_bytes(b"")
    assert "run `streamtts voices rm anna` and add it again" in run("voices", environ=environ).out
    assert "the voice anna is damaged" in refusal(run("voices", "play", "anna", environ=environ), 1)
    assert run("voices", "rm", "anna", environ=environ).status == 0


def test_own_voices_are_offered_where_they_are_meant(environ: dict[str, str], sample: Path) -> None:
    added(environ, sample)
    assert run("completion", "--list", "own-voices", environ=environ).out == "anna\n"
    assert "anna" in run("completion", "--list", "voices", environ=environ).lines


def test_what_a_new_voice_waits_for_is_told_at_once(
    environ: dict[str, str], sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The packages, and the model with its terms: who installs the first must not find the second later."""
    needs = "xtts needs torch, which is not installed: pip install 'streamtts[xtts]'"
    engine = replace(registry.synthesizer("xtts"), missing=lambda: needs)
    monkeypatch.setattr(own_voices, "cloners", lambda _settings: [engine])
    outcome = added(environ, sample)
    assert f"speaks like it, when this is done: {needs}; and xtts-v2 is under terms" in outcome.out
    assert outcome.out.endswith("`streamtts models pull xtts-v2 --accept-license`\n")
