"""What words on the command line mean, and what wrong ones are told."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.support import LOG, PLAIN, run, run_process
from config.samples import SAMPLES
from streamtts.arguments import (
    CtlCommand,
    DevicesCommand,
    DoctorCommand,
    ShowCommand,
    SpeakCommand,
    TextCommand,
    WatchCommand,
    parse,
)
from streamtts.configuration.config import Config
from streamtts.control.keys import KEYS
from streamtts.errors import UsageError
from streamtts.parsers import SUBCOMMANDS
from streamtts.shown.terminal import printable
from streamtts.voicewords import VoicesCommand


def refusal(*words: str) -> str:
    outcome = run(*words)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("streamtts: ")
    assert outcome.err.count("\n") == 1
    return outcome.err.removeprefix("streamtts: ")


def test_to_speak_is_what_no_command_means() -> None:
    assert parse([], PLAIN) == SpeakCommand([], None, Config())
    assert parse(["a", "--to", "ja", "b"], PLAIN) == SpeakCommand(
        [Path("a"), Path("b")], None, Config(to="ja")
    )
    assert parse(["-q", "--replay", "2", "-"], PLAIN) == SpeakCommand([Path("-")], 2.0, Config(quiet=True))


@pytest.mark.parametrize("flags", [["--text"], ["--json"], ["--stage", "prose"]])
def test_to_print_is_asked_for(flags: list[str]) -> None:
    command = parse([*flags, "--code", "read", "log"], PLAIN)
    assert isinstance(command, TextCommand)
    assert (command.files, command.config) == ([Path("log")], Config(code="read"))


def test_settings_reach_the_printed_sentences() -> None:
    with_code = run("--text", LOG, environ={**PLAIN, "STREAMTTS_CODE": "read"})
    assert "print('code')" in with_code.out


def test_commands() -> None:
    assert parse(["watch"], PLAIN) == WatchCommand(None, Config())
    assert parse(["watch", "x", "--to", "de"], PLAIN) == WatchCommand(Path("x"), Config(to="de"))
    assert parse(["voices", "ja", "--json"], PLAIN) == VoicesCommand("ja", as_json=True)
    assert parse(["doctor"], PLAIN) == DoctorCommand(as_json=False)
    assert parse(["devices", "--test"], PLAIN) == DevicesCommand(test=True, output="default")
    assert parse(["ctl", "say", "a", "b"], PLAIN) == CtlCommand("say", "a b", None, as_json=False)
    assert parse(["ctl", "--pid", "7", "say", "--", "-x", "--"], PLAIN) == CtlCommand(
        "say", "-x --", 7, as_json=False
    )


def test_the_chime_sounds_where_speech_would() -> None:
    environ = {**PLAIN, "STREAMTTS_OUTPUT": "null"}
    assert parse(["devices", "--test"], environ) == DevicesCommand(test=True, output="null")
    assert parse(["devices", "--test", "--output", "raw:-"], environ) == DevicesCommand(
        test=True, output="raw:-"
    )


def test_words_after_two_dashes_are_files() -> None:
    command = parse(["--text", "--", "--json", "-q"], PLAIN)
    assert isinstance(command, TextCommand)
    assert (command.files, command.as_json) == ([Path("--json"), Path("-q")], False)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--sped", "2"], "there is no --sped: did you mean --speed?"),
        (["--speed", "9"], "--speed cannot be '9': give a number from 0.5 to 3"),
        (["--speed"], "--speed needs a value; one that begins with a dash is written --speed=-1"),
        (["--code", "breif"], "--code cannot be 'breif': did you mean brief?"),
        (["--stage", "x"], "--stage cannot be 'x'"),
        (
            ["--quiet", "demo"],
            "the command goes first: streamtts demo [options]; a log of that name is ./demo",
        ),
        (["devcies"], "there is no file or command 'devcies': did you mean `streamtts devices`?"),
        (["stauts"], "there is no file or command 'stauts': did you mean `streamtts ctl status`?"),
        (["pause"], "there is no file or command 'pause': did you mean `streamtts ctl pause`?"),
        (["ctl", "frobnicate"], "VERB cannot be 'frobnicate': give pause, resume, toggle, next, previous, "),
        (["help"], "there is no file or command 'help': did you mean `streamtts --help`?"),
        (["--text", "--captions", "x.srt"], "--captions is for what is spoken, and --text only prints"),
        (["--json", "--output", "null"], "--output is for what is spoken"),
        (["demo", "x"], "`streamtts demo` takes no 'x'"),
        (["demo", "--txt"], "there is no --txt"),
        (["ctl"], "VERB is missing; `streamtts ctl --help` lists what there is"),
        (["ctl", "puase"], "VERB cannot be 'puase': did you mean pause?"),
        (["ctl", "pause", "now"], "pause takes nothing after it"),
        (["ctl", "say"], "say needs something after it"),
        (["ctl", "--pid", "x", "pause"], "--pid cannot be 'x': give the number of a process"),
        (["ctl", "--pid", "-1", "pause"], "--pid"),
        (["config", "shwo"], "ACTION cannot be 'shwo': did you mean show?"),
        (["completion"], "name the shell: streamtts completion bash|zsh|fish"),
        (["completion", "powershell"], "SHELL cannot be 'powershell'"),
        (["voices", "hibri"], "'hibri' is neither an engine nor a language code: did you mean hibari?"),
        (["--text", "a\nb\x1b[2J"], "a b"),
        (["\udcff\udcfe"], "No such file"),
        (["--text", "a" * 5000], "File name too long"),
    ],
)
def test_a_wrong_word_gets_one_sentence(words: list[str], told: str) -> None:
    assert told in refusal(*words)


def test_a_command_wins_over_a_file_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config").write_bytes(LOG.read_bytes())
    assert run("config", "path").out == "/dev/null\n"
    assert run("--text", "./config").status == 0


def test_help_is_given_beside_anything() -> None:
    for words in (["--help"], ["--sped", "-h"], ["x", "--speed", "9", "--help"]):
        assert run(*words).out.startswith("usage: ")
    for name in SUBCOMMANDS:
        assert f"streamtts {name}" in run(name, "--help").out
        assert run(name, "--help", environ={"STREAMTTS_CONFIG": "/nowhere"}).status == 0


def test_help_names_every_setting_and_command() -> None:
    shown = run("--help").out
    for samples in SAMPLES.values():
        flag = samples[0].flags[0].partition("=")[0]
        assert flag in shown or flag.replace("--no-", "--") in shown
    for name, command in SUBCOMMANDS.items():
        assert f"  {name:<10}  {command.summary}\n" in shown


def test_help_names_every_key() -> None:
    (told,) = re.findall(r"keys while it speaks: (.*?)\.\n", run("--help").out, re.DOTALL)
    assert {key.name for key in KEYS} <= set(re.split(r"[\s,]+", told))


def test_a_wrong_setting_does_not_hide_help_and_version() -> None:
    broken = {"STREAMTTS_CONFIG": "/nowhere"}
    assert run("--version", environ=broken).status == 0
    assert run("--text", environ=broken).status == 2


def test_the_module_tells_in_one_sentence_too() -> None:
    outcome = run_process("--sped")
    assert (outcome.status, outcome.err) == (2, "streamtts: there is no --sped: did you mean --speed?\n")


LONG = "a" * 5000
FLAGS = [word for samples in SAMPLES.values() for sample in samples for word in sample.flags]
WORDS = st.one_of(
    st.sampled_from(
        [*FLAGS, *SUBCOMMANDS, "--text", "--json", "--replay", "--stage", "--pid", "--test", "--", "-", "-h"]
    ),
    st.sampled_from(
        [
            "say",
            "pause",
            "to",
            "show",
            "path",
            "bash",
            "--version",
            "-qx",
            "--speed=",
            "--no-",
            "-5",
            LONG,
        ]
    ),
    st.text(st.characters(exclude_characters="\0"), max_size=5),
)


@given(
    st.lists(WORDS, max_size=6), st.dictionaries(st.sampled_from(["STREAMTTS_SPEED", "HOME", "SHELL"]), WORDS)
)
def test_any_words_mean_something_or_are_told_in_words(words: list[str], variables: dict[str, str]) -> None:
    told = None
    try:
        command = parse(words, {**PLAIN, **variables})
    except UsageError as error:
        told = printable(str(error))
    else:
        assert not isinstance(command, ShowCommand) or command.text.startswith(("usage: ", "streamtts "))
    assert told is None or len(told) > 10


LOOKING = ("config", "completion", "voices", "engines")


@given(st.sampled_from(LOOKING), st.lists(WORDS, max_size=4))
def test_looking_around_ends_in_a_known_status(command: str, words: list[str]) -> None:
    outcome = run(command, *words)
    assert outcome.status in (0, 1, 2)
    assert outcome.err.count("\n") == (outcome.status != 0)
    assert outcome.status == 0 or outcome.out == ""
