"""Completion, as each shell gives it."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cli.support import PLAIN, process_environ, run
from streamtts import registry
from streamtts.cloned.store import folder
from streamtts.commands import offers
from streamtts.commands.flags import MAIN, commands
from streamtts.commands.interpreters import Interpreter
from streamtts.models.catalogue import catalogue

Complete = Callable[[str], set[str]]

_PATIENCE_S = 60.0

BASH = """
source {script}
read -ra COMP_WORDS <<< "$1"
[[ $1 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 )) COMP_LINE=$1 COMP_POINT=${{#1}}
_streamtts streamtts "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def script(shell: str, folder: Path) -> Path:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed here")
    path = folder / f"completion.{shell}"
    path.write_text(run("completion", shell).out, encoding="utf-8")
    return path


def program(folder: Path) -> str:
    """A PATH with the command, which the scripts ask for names."""
    command = folder / "bin/streamtts"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m streamtts "$@"\n')
    command.chmod(0o755)
    return f"{command.parent}:{os.environ['PATH']}"


@pytest.fixture(params=["bash", "fish"])
def complete(request: pytest.FixtureRequest, tmp_path: Path) -> Complete:
    """What the shell offers for a line that is being typed."""
    path = script(request.param, tmp_path)
    search = program(tmp_path)

    def bash(line: str) -> list[str]:
        return ["bash", "-c", BASH.format(script=path), "bash", line]

    def fish(line: str) -> list[str]:
        return ["fish", "--no-config", "-c", f"source {path}; complete --do-complete $argv[1]", line]

    def offered(line: str) -> set[str]:
        argv = {"bash": bash, "fish": fish}[request.param](line)
        done = subprocess.run(
            argv,
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
            env=process_environ(HOME=str(tmp_path), PATH=search),
        )
        assert done.stderr == ""
        return {row.partition("\t")[0] for row in done.stdout.splitlines()} - {""}

    return offered


def test_every_flag_of_every_command_is_offered(complete: Complete) -> None:
    for command in commands():
        line = "streamtts " if command.name == MAIN else f"streamtts {command.name} "
        for flag in command.flags:
            assert set(flag.names) <= complete(line + "-") | complete(line + "--"), flag


def test_commands_come_first(complete: Complete) -> None:
    assert {"demo", "devices", "doctor"} <= complete("streamtts d")
    assert "doctor" not in complete("streamtts log.jsonl d")


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("streamtts --code ", {"skip", "brief", "read"}),
        ("streamtts demo --on-new-turn f", {"finish"}),
        ("streamtts config sh", {"show"}),
        ("streamtts ctl pau", {"pause"}),
        ("streamtts completion ", {"bash", "zsh", "fish"}),
    ],
)
def test_words_are_offered_where_they_are_meant(complete: Complete, line: str, offered: set[str]) -> None:
    assert complete(line) == offered


def test_a_verb_is_offered_once(complete: Complete) -> None:
    assert "pause" not in complete("streamtts ctl pause ")


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("streamtts --voice tone", {"tone", "tone:sine"}),
        ("streamtts demo --voice tone:s", {"tone:sine"}),
        ("streamtts --voice ja=tone:", {"ja=tone:sine"}),
        ("streamtts --voice hibari,de=tone:s", {"hibari,de=tone:sine"}),
        ("streamtts --translator mar", {"mark"}),
        ("streamtts --translator en-fr=mar", {"en-fr=mark"}),
        ("streamtts models pull opus-mt-en-", {"opus-mt-en-de", "opus-mt-en-es", "opus-mt-en-fr"}),
        ("streamtts models path opus-mt-en-fr opus-mt-en-e", {"opus-mt-en-es"}),
        ("streamtts models rm nllb-200-3", {"nllb-200-3.3b"}),
        ("streamtts models pul", {"pull"}),
        ("streamtts voices ton", {"tone"}),
        ("streamtts voices list ton", {"tone"}),
        ("streamtts voices pla", {"play"}),
        ("streamtts voices play an", {"anna"}),
        ("streamtts voices rm anna be", {"bert"}),
    ],
)
def test_names_are_offered_where_they_are_meant(
    complete: Complete, line: str, offered: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    for own in ("anna", "bert"):
        (folder({"HOME": str(tmp_path)}) / own).mkdir(parents=True)
    assert complete(line) == offered


def test_translators_are_offered_with_the_models_that_are_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Interpreter("llama", replace(registry.translator("mark"), name="llama", models_of="llama"), None)
    monkeypatch.setattr(offers, "interpreters", lambda _config: [there])
    model = catalogue()["qwen2.5-7b-instruct-q3"]
    environ = {**PLAIN, "STREAMTTS_MODELS": str(tmp_path)}
    assert offers.offered("translators", environ) == "llama\n"
    place = tmp_path / model.name / model.files[0]
    place.parent.mkdir()
    place.write_bytes(b"GGUF")
    assert offers.offered("translators", environ) == f"llama\nllama:{model.name}\n"


def test_lists_are_for_the_scripts_alone() -> None:
    assert "--list" not in run("completion", "--help").out
    assert {"tone", "tone:sine"} <= {*run("completion", "--list", "voices").lines}
    assert run("completion", "--list", "devices").status == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_good_grammar(shell: str, tmp_path: Path) -> None:
    path = script(shell, tmp_path)
    done = subprocess.run([shell, "-n", str(path)], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_bash_completes_in_a_living_shell(tmp_path: Path) -> None:
    path = script("bash", tmp_path)
    shown = typed(["bash", "--norc", "-i"], [f"source {path}"], "streamtts --on\t", "--on-new-turn", tmp_path)
    assert "--on-new-turn" in shown


@pytest.mark.parametrize(
    ("typing", "wanted"),
    [("--voice tone:s", "--voice tone:sine"), ("--voice=ja=tone:s", "--voice=ja=tone:sine"),
     ("--voice hibari,tone:s", "--voice hibari,tone:sine"), ("models rm nllb-200-3", "rm nllb-200-3.3b")],
)  # fmt: skip
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_name_is_completed_in_a_living_shell(shell: str, typing: str, wanted: str, tmp_path: Path) -> None:
    path = script(shell, tmp_path)
    prepared = [f"export PATH={program(tmp_path)}", "PS1='> '"]
    argv = ["bash", "--norc", "-i"]
    if shell == "zsh":
        argv = ["zsh", "-f", "-i"]
        prepared += ["autoload -Uz compinit", "compinit -u -D"]
    assert wanted in typed(argv, [*prepared, f"source {path}"], f"streamtts {typing}\t", wanted, tmp_path)


def test_zsh_completes_in_a_living_shell(tmp_path: Path) -> None:
    path = script("zsh", tmp_path)
    prepared = ["autoload -Uz compinit", "compinit -u -D", f"source {path}"]
    zsh = ["zsh", "-f", "-i"]
    assert "--on-new-turn" in typed(zsh, prepared, "streamtts --on\t", "--on-new-turn", tmp_path)
    assert "interrupt" in typed(zsh, prepared, "streamtts demo --on-new-turn in\t", "interrupt", tmp_path)
    assert "previous" in typed(zsh, prepared, "streamtts ctl prev\t", "previous", tmp_path)


def typed(argv: list[str], prepared: list[str], keys: str, wanted: str, folder: Path) -> str:
    """What a terminal shows after `keys`, once `wanted` is there or patience ends."""
    ours, its = pty.openpty()
    env = process_environ(TERM="dumb", HOME=str(folder), COLUMNS="200")
    shell = subprocess.Popen(
        argv, stdin=its, stdout=its, stderr=its, cwd=folder, env=env, start_new_session=True
    )
    os.close(its)
    try:
        for line in [*prepared, "echo rea''dy"]:
            os.write(ours, f"{line}\n".encode())
        shown_until(ours, "ready\r\n")
        os.write(ours, keys.encode())
        return shown_until(ours, wanted)
    finally:
        shell.kill()
        shell.wait()
        os.close(ours)


def shown_until(fd: int, wanted: str) -> str:
    shown, end_s = "", time.monotonic() + _PATIENCE_S
    while wanted not in shown and time.monotonic() < end_s:
        if select.select([fd], [], [], 0.1)[0]:
            shown += os.read(fd, 65536).decode("utf-8", "replace")
    return shown
