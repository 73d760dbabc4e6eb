"""`streamtts config`: what it prints is a file that says the same."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cli.support import PLAIN, run
from config.samples import SAMPLES
from streamtts.commands.configuration import answer
from streamtts.configuration.config import SETTINGS, Config
from streamtts.configuration.config_file import load
from streamtts.configuration.settings import Kind
from streamtts.shown.terminal import printable


def read_back(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "shown.toml"
    path.write_text(text, encoding="utf-8")
    return load({"STREAMTTS_CONFIG": str(path)}).config


def test_every_value_comes_back(tmp_path: Path) -> None:
    for at in range(3):
        flags = [word for samples in SAMPLES.values() for word in samples[at].flags]
        shown = run("config", "show", *flags)
        assert (shown.status, shown.err) == (0, "")
        config = read_back(tmp_path, shown.out)
        assert {field: getattr(config, field) for field in SAMPLES} == {
            field: samples[at].value for field, samples in SAMPLES.items()
        }


@example("~")
@example("~/a//b")
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_any_text_comes_back(text: str) -> None:
    shown = answer("show", PLAIN, {"output": text, "trace": text})
    table = tomllib.loads(shown)
    path = Path(text)
    at_home = Path.home().joinpath(*path.parts[1:]) if path.parts[:1] == ("~",) else path
    assert (table["output"], table["trace"]) == (text, str(at_home))


def test_engines_come_back(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[engines.piper]\n"a b" = "x\\n"\n[engines.kokoro-ja]\nsteps = 3\n')
    config = load({"STREAMTTS_CONFIG": str(path)}).config
    shown = run("config", environ={"STREAMTTS_CONFIG": str(path)}).out
    assert read_back(tmp_path, shown).engines == config.engines
    assert tomllib.loads(shown)["engines"]["piper"] == {"a b": "x\n"}


def test_each_line_says_where_it_comes_from(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("volume = 0.5\nspeed = 2\n")
    environ = {"STREAMTTS_CONFIG": str(path), "STREAMTTS_SPEED": "1.5", "STREAMTTS_TO": "ja"}
    lines = run("config", "--to", "de", environ=environ).lines
    origins = {line.split(" =")[0]: line.split("  # ")[1] for line in lines[1:] if " = " in line}
    assert origins["to"] == "--to"
    assert origins["speed"] == "STREAMTTS_SPEED"
    assert origins["volume"] == str(path)
    assert origins["code"] == "default"
    assert lines[0] == f"# the file: '{path}'"


def test_the_example_sets_nothing_and_names_everything(tmp_path: Path) -> None:
    text = run("config", "example").out
    assert read_back(tmp_path, text) == Config()
    for setting in SETTINGS:
        assert f"# {setting.name} = " in text or f"# [{setting.name}." in text


def test_the_examples_lines_are_valid(tmp_path: Path) -> None:
    names = [setting.name for setting in SETTINGS if setting.kind is not Kind.TABLES]
    starts = tuple(f"# {name} = " for name in names)
    lines = [line for line in run("config", "example").lines if line.startswith(starts)]
    assert len(lines) == len(names)
    config = read_back(tmp_path, "\n".join(line.removeprefix("# ") for line in lines))
    shown = {s.field for s in SETTINGS if s.about.example}
    assert {f for f in SAMPLES if getattr(config, f) != getattr(Config(), f)} == shown


def test_the_path_is_printed_even_if_the_file_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("nonsense")
    assert run("config", "path", environ={"STREAMTTS_CONFIG": str(path)}).out == f"{path}\n"
    assert run("config", "example", environ={"STREAMTTS_CONFIG": str(path)}).status == 0
    assert run("config", environ={"STREAMTTS_CONFIG": str(path)}).status == 2


def test_settings_are_for_show_alone() -> None:
    assert "they are for show" in run("config", "path", "--speed", "2").err


@pytest.mark.parametrize(
    ("table", "key", "hint"),
    [
        ("translators.llama", "contxt", "did you mean context?"),
        ("translators.nllb", "zzz", "it knows device, precision, shortlist, graphs"),
        ("translators.identity", "speed", "it has no settings"),
        ("engines.hibari", "sped", "did you mean speed?"),
        ("engines.tone", "x\u001b[2J", "it knows chars_per_s, piece_s, delay_s, piece_delay_s"),
    ],
)
def test_a_key_that_its_engine_does_not_know_is_told(tmp_path: Path, table: str, key: str, hint: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[{table}]\n{json.dumps(key)} = 5\n[engines.openai]\nvoice = 'nova'\n")
    outcome = run("config", environ={"STREAMTTS_CONFIG": str(path)})
    assert outcome.status == 2
    seen = printable(key)
    told = f"streamtts: the configuration '{path}' has an unknown key '{seen}' in [{table}]: {hint}\n"
    assert outcome.err == told
    marked = [line for line in outcome.lines if f"  # unknown: {hint}" in line]
    assert [line.partition(" =")[0].strip('"') for line in marked] == [json.dumps(key).strip('"')]
    assert tomllib.loads(outcome.out)["engines"]["openai"] == {"voice": "nova"}


def test_keys_that_engines_know_are_not(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[translators.llama]\ncontext = 4096\n[engines.kokoro-ja]\nthreads = 2\n[engines.say]\n")
    outcome = run("config", environ={"STREAMTTS_CONFIG": str(path)})
    assert (outcome.status, outcome.err) == (0, "")
    assert "# unknown" not in outcome.out
