"""`streamtts doctor`: everything looked at, and what to do about what does not work."""

import io
import json
import os
from pathlib import Path

import pytest

import streamtts.commands.auditions
from cli.support import PLAIN, FakeClock, run
from streamtts import registry
from streamtts.commands import findings
from streamtts.commands.auditions import auditions
from streamtts.commands.doctor import verdict
from streamtts.commands.interpreters import Interpreter, examined, interpreters
from streamtts.commands.roster import Member, members
from streamtts.configuration.config import Config
from streamtts.engine import ANY_LANGUAGE, Synthesizer, SynthesizerEngine, VoiceOptions
from streamtts.environment import Environment
from streamtts.web.openai import KEY_VARIABLES


def engine(name: str, *languages: str, missing: str | None = None) -> Member:
    """An engine that says this of itself; a child process knows it only if it is registered."""

    def create(_options: VoiceOptions) -> Synthesizer:
        raise AssertionError("the doctor loads engines in processes of their own")

    told = SynthesizerEngine(
        name,
        "a stand-in",
        languages,
        "none",
        create,
        lambda: missing,
        lambda: (),
    )
    return Member(name, told, missing)


def real(name: str) -> Member:
    return next(member for member in members() if member.name == name)


def test_a_healthy_machine_gets_a_good_verdict(tmp_path: Path) -> None:
    outcome = run("doctor", environ={**PLAIN, "XDG_RUNTIME_DIR": str(tmp_path)})
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.lines[0].startswith("streamtts ")
    assert outcome.lines[-1].startswith(
        ("Everything that should work here works", "What should work here works")
    )
    for name in registry.synthesizer_names():
        assert any(line.split()[1:2] == [name] for line in outcome.lines)
    for name in ("compiled part", "playback", "remote control"):
        assert any(line.startswith(f"  ok      {name}") for line in outcome.lines)
    assert any(line.startswith("  ok      hibari") and "first sound after" in line for line in outcome.lines)


def test_a_machine_without_sound_is_told_that_nothing_can_be_heard() -> None:
    silent, loud = (findings.Finding("sound", "output", state, "") for state in ("note", "ok"))
    fault = findings.Finding("engines", "hibari", "failed", "broken")
    assert verdict([silent]).endswith("nothing can be heard until there is a sound device.")
    assert verdict([loud]) == "Everything that should work here works."
    assert verdict([silent, fault]).startswith("One thing does not work")


def test_settings_can_be_flags_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("sped = 2")
    environ = {"STREAMTTS_CONFIG": str(path), "XDG_RUNTIME_DIR": str(tmp_path)}
    report = json.loads(run("doctor", "--json", "--to", "ja", "--output", "null", environ=environ).out)
    found = {(each["about"], each["name"]): each["text"] for each in report["findings"]}
    assert ("languages", "Japanese") in found
    assert found["sound", "output"].startswith("null")
    wrong = run("doctor", "--speed", "quick", environ=environ)
    assert (wrong.status, wrong.out) == (2, "")
    assert run("doctor", "--apple", "--to", "ja", environ=environ).status == 2


def test_a_voice_that_nobody_understands_is_no_ok(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamtts.commands.auditions, "_heard", lambda *_: "heard")
    espeak = engine("espeak", ANY_LANGUAGE)
    absent = engine("openjtalk", "ja", missing="openjtalk is not installed: pip install it")
    *_, english, japanese = auditions([espeak, absent], Config(to="ja"))
    assert (english.state, english.text) == ("ok", "spoken by espeak")
    assert japanese.state == "note"
    assert japanese.text == f"only espeak can say it, and nobody understands that: {absent.missing}"
    *_, japanese = auditions([espeak, engine("openjtalk", "ja")], Config(to="ja"))
    assert (japanese.state, japanese.text) == ("ok", "spoken by openjtalk")


def test_the_help_promises_no_more_than_is_true() -> None:
    """Engines are loaded as they would be to speak, and some keep what that took them long to make."""
    said = " ".join(run("doctor", "--help").out.split())
    assert "changes nothing" not in said
    assert "what an engine or a translator prepares at its first start and keeps, it prepares here" in said


def test_json_says_the_same(tmp_path: Path) -> None:
    environ = {**PLAIN, "XDG_RUNTIME_DIR": str(tmp_path)}
    report = json.loads(run("doctor", "--json", environ=environ).out)
    assert report["ok"]
    assert {"version", "python", "system", "machine"} <= report.keys()
    found = {(each["about"], each["name"]): each["state"] for each in report["findings"]}
    assert found["program", "core"] == found["sound", "player"] == found["engines", "hibari"] == "ok"
    assert found["languages", "English"] == "ok"
    assert found["engines", "gtts"] == "note"
    (quality,) = [each["text"] for each in report["findings"] if each["name"] == "quality"]
    assert quality.startswith("balanced: English by ")
    assert "Japanese" not in quality


def test_a_wrong_configuration_is_found_and_the_rest_still_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("sped = 2")
    outcome = run("doctor", environ={"STREAMTTS_CONFIG": str(path), "XDG_RUNTIME_DIR": str(tmp_path)})
    assert outcome.status == 1
    assert "did you mean speed?" in outcome.out
    assert any(line.startswith("  ok      hibari") for line in outcome.lines)
    assert (
        outcome.lines[-1]
        == "One thing does not work: what to do stands in each line that begins with failed."
    )


def test_an_engine_that_is_not_installed_is_no_fault_unless_it_was_chosen() -> None:
    absent = engine("absent", "en", missing="absent is not installed: pip install absent")
    (note, english) = auditions([absent], Config())
    assert (note.state, note.text) == ("note", "absent is not installed: pip install absent")
    assert (english.state, english.text) == ("failed", f"nothing here speaks it: {absent.missing}")
    assert next(iter(auditions([absent], Config(voice=("en=absent:x",))))).state == "failed"


def test_an_engine_that_cannot_be_loaded_is_a_fault() -> None:
    broken = next(iter(auditions([engine("broken", "en")], Config())))
    assert broken.state == "failed"
    plugin = Member("plugin", None, "the engine plugin failed with ImportError")
    assert next(iter(auditions([plugin], Config()))).state == "failed"


def test_an_engine_that_lacks_its_key_is_no_fault_unless_it_was_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in KEY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for config, state in ((Config(), "note"), (Config(voice=("openai",), translator=("openai",)), "failed")):
        voice = next(iter(auditions([real("openai")], config)))
        (translator,) = [each for each in examined(interpreters(), config) if each.name == "openai"]
        assert (voice.state, translator.state) == (state, state)
        assert "needs a key" in voice.text
        assert "needs a key" in translator.text


def test_a_language_that_is_to_be_heard_needs_a_voice() -> None:
    found = {each.name: each for each in auditions([real("hibari")], Config(to="ja"))}
    assert (found["English"].state, found["Japanese"].state) == ("ok", "failed")


def test_the_test_voice_speaks_no_language() -> None:
    found = {each.name: each for each in auditions([real("tone")], Config())}
    assert (found["tone"].state, found["English"].state) == ("ok", "failed")


def test_a_wrong_lexicon_is_found(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text("nonsense")
    found = findings.lexicon(Config(lexicon=path))
    assert (found.state, str(path) in found.text) == ("failed", True)
    assert findings.lexicon(Config()).state == "ok"


def test_nothing_is_written_where_sound_goes_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    output = list(findings.sound(Config(output=f"wav:{path}")))[-1]
    assert (output.state, output.text) == ("ok", f"wav:{path}")
    assert not path.exists()


def test_an_output_that_was_chosen_must_be_there() -> None:
    output = list(findings.sound(Config(output="kitchen")))[-1]
    assert output.state == "failed"
    assert "kitchen" in output.text


def test_the_control_folder_is_looked_at_and_not_made(tmp_path: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": str(tmp_path)}
    folder = tmp_path / "streamtts"
    assert findings.control(environ, Config()).state == "ok"
    assert not folder.exists()
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    fault = findings.control(environ, Config())
    assert (fault.state, f"chmod 700 {folder}" in fault.text) == ("failed", True)
    assert findings.control(environ, Config(control=False)).state == "note"


def test_keys_need_a_terminal(tmp_path: Path) -> None:
    assert findings.keys(Config(), tmp_path / "none").state == "note"
    assert findings.keys(Config(), Path(os.devnull)).state == "ok"
    assert findings.keys(Config(keys=False)).text == "switched off"


@pytest.mark.parametrize(
    ("encoding", "told"), [("ascii", "set LANG to a UTF-8 locale"), ("utf-8", "no terminal")]
)
def test_the_screen(encoding: str, told: str) -> None:
    stderr = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    screen = findings.screen(Environment(0, io.StringIO(), stderr, FakeClock(), PLAIN))
    assert screen.state == "note"
    assert told in screen.text


def test_the_translator_that_is_needed_translates_a_sentence() -> None:
    config = Config(to="fr", translator=("mark",), translators={"mark": {"opening": "[", "closing": "]"}})
    found = {each.name: each for each in examined(interpreters(), config)}
    assert found["en to fr"].state == "ok"
    assert found["en to fr"].text.startswith("mark: loaded in ")
    assert found["en to fr"].text.endswith("“[Allo testso passo.]”")
    assert "mark" not in found
    assert "en to fr" not in {each.name for each in examined(interpreters(), Config())}


def test_a_translator_that_is_missing_is_a_fault_if_it_was_chosen() -> None:
    broken = Interpreter("llama", None, "the plugin is torn")
    absent = [broken, Interpreter("nllb", registry.translator("mark"), "pip install it")]
    assert [each.state for each in examined(absent, Config())] == ["failed", "note"]
    assert [each.state for each in examined(absent, Config(translator=("en-ja=nllb:x",)))] == [
        "failed",
        "failed",
    ]


def test_a_language_that_nothing_translates_into_is_a_fault() -> None:
    config = Config(to="ja", translator=("llama:/nowhere/model.gguf",))
    *_, last = examined(interpreters(), config)
    assert (last.name, last.state) == ("en to ja", "failed")
    *_, unknown = examined(interpreters(), Config(to="tlh"))
    assert (unknown.state, "no language that can be translated" in unknown.text) == ("failed", True)


def test_a_key_that_its_engine_does_not_know_is_found(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[translators.llama]\ncontxt = 5\n")
    environ = {"STREAMTTS_CONFIG": str(path)}
    finding = findings.configuration(environ, lambda: None)
    assert finding.state == "failed"
    assert finding.text.endswith("has an unknown key 'contxt' in [translators.llama]: did you mean context?")
