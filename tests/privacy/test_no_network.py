"""Nothing leaves the machine, unless an engine that says so is asked for by name. The kernel tells."""

import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from engines.engine_setup import language
from engines.engine_setup import options as voice_options
from privacy.alone import QUICK, SAID, home_of, needs_eyes, run, sentences
from privacy.kernel_watch import Watched
from reported.sessions import trace as told
from session.running import COMMAND
from streamtts.engine import SynthesizerEngine, TranslatorEngine
from streamtts.registry import synthesizers, translators
from translation.engine_setup import options, reason_unasked

pytestmark = needs_eyes

KEYS = {"OPENAI_API_KEY": "sk-for-no-server", "STREAMTTS_COSYVOICE_API_KEY": "for-no-server"}
MODEL = ".onnx"  # which the package of kokoro-ja joins from its parts
LOCAL_VOICES = [engine for engine in synthesizers() if not engine.cloud]
LOCAL_TRANSLATORS = [engine for engine in translators() if not engine.cloud]


def assert_kept_to_itself(done: Watched, folder: Path) -> None:
    assert done.status == 0, done.err
    assert done.network == []
    # Onnxruntime, left to itself, keeps a number for this machine at once and sends it only after a while.
    left = [file.name for file in home_of(folder).rglob("*") if file.is_file()]
    assert [name for name in left if not name.endswith(MODEL)] == []


def log(folder: Path) -> Path:
    path = folder / "log.jsonl"
    path.write_bytes(SAID)
    return path


def table(kind: str, name: str, settings: Mapping[str, str]) -> str:
    """Of the configuration file; none where there is nothing to set."""
    lines = [f'{key} = "{value}"' for key, value in settings.items()]
    return "\n".join([f"[{kind}.{name}]", *lines, ""]) if lines else ""


def test_the_default_configuration_opens_no_socket_and_leaves_no_file(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert_kept_to_itself(done, tmp_path)
    assert "All tests pass." in done.err


@pytest.mark.parametrize("engine", LOCAL_VOICES, ids=lambda engine: engine.name)
def test_a_voice_of_this_machine_opens_no_socket(tmp_path: Path, engine: SynthesizerEngine) -> None:
    if reason := engine.missing():
        pytest.skip(reason)
    spoken, trace = language(engine), tmp_path / "trace.jsonl"
    with voice_options(engine) as asked:
        if reason := engine.lacks(asked.settings):
            pytest.skip(reason)
        config = table("engines", engine.name, asked.settings)
        done = run(
            tmp_path, *QUICK, "--voice", engine.name, "--from", spoken, "--trace", trace, config=config
        )
    assert_kept_to_itself(done, tmp_path)
    heard = [line["engine"] for line in sentences(trace) if line["outcome"] == "heard"]
    assert heard == [engine.name, engine.name]


@pytest.mark.parametrize("isolate", ["auto", "always"])
def test_a_translated_session_opens_no_socket(tmp_path: Path, isolate: str) -> None:
    trace = tmp_path / "trace.jsonl"
    done = run(tmp_path, *QUICK, "--to", "ja", "--translator", "mark", "--isolate", isolate, "--trace", trace)
    assert_kept_to_itself(done, tmp_path)
    assert [line["by"] for line in sentences(trace)] == ["mark", "mark"]


@pytest.mark.parametrize("engine", LOCAL_TRANSLATORS, ids=lambda engine: engine.name)
def test_a_translator_of_this_machine_opens_no_socket(tmp_path: Path, engine: TranslatorEngine) -> None:
    if reason := reason_unasked(engine):
        pytest.skip(reason)
    with options(engine, tmp_path) as asked:
        config = table("translators", engine.name, asked.settings)
        name = f"{engine.name}:{asked.model}" if asked.model else engine.name
        done = run(
            tmp_path,
            *("--text", "--from", asked.source, "--to", asked.target, "--translator", name),
            config=config,
            variables={"STREAMTTS_MODELS": str(tmp_path / "models")},
        )
    assert_kept_to_itself(done, tmp_path)


def test_a_program_that_speaks_opens_no_socket(tmp_path: Path) -> None:
    script = "from streamtts import Speaker\nwith Speaker(output='null:20') as speaker: speaker.feed('Done.')"
    assert_kept_to_itself(run(tmp_path, command=(sys.executable, "-c", script)), tmp_path)


def test_a_key_in_the_environment_is_no_leave_to_use_it(tmp_path: Path) -> None:
    """Nothing here translates into Thai."""
    assert_kept_to_itself(run(tmp_path, *QUICK, "--to", "th", variables=KEYS), tmp_path)


LOOKS = ("--text", "engines", "voices hibari", "models", "devices", "doctor")
# A session that has nobody to talk to, and a trace that is none.
ENDS_AT_ONCE = (
    "report -",
    "report --compare - /dev/null",
    "watch",
    "watch nowhere.jsonl",
    "ctl status",
    "ctl stop",
)


@pytest.mark.parametrize("words", [*LOOKS, *ENDS_AT_ONCE])
def test_a_command_that_only_looks_opens_no_socket(tmp_path: Path, words: str) -> None:
    assert run(tmp_path, *words.split(), variables=KEYS).network == []


@pytest.mark.parametrize("words", ["bench --json", "demo", "bench", "demo --to ja --translator mark"])
def test_a_command_that_measures_opens_no_socket(tmp_path: Path, words: str) -> None:
    """The log of `demo` is its own, at its own pace; what it says is said as fast as the clock lets it."""
    given = [log(tmp_path)] if words.startswith("bench") else []
    done = run(tmp_path, *words.split(), *QUICK, "--voice", "tone", *given, variables=KEYS)
    assert_kept_to_itself(done, tmp_path)


def test_a_report_opens_no_socket(tmp_path: Path) -> None:
    trace = told(tmp_path / "trace.jsonl")
    done = run(tmp_path, "report", "--compare", trace, trace, "-o", tmp_path / "report.html", variables=KEYS)
    assert_kept_to_itself(done, tmp_path)
    assert (tmp_path / "report.html").exists()


WATCH = """
"$@" watch log.jsonl --voice tone --output null:20 --trace trace.jsonl & session=$!
until grep -q '"event": *"sentence"' trace.jsonl; do cat said.jsonl >> log.jsonl; sleep 0.1; done
"$@" ctl status --json && kill -TERM $session; wait $session
"""


def test_a_session_that_watches_and_is_asked_how_it_is_opens_no_socket(tmp_path: Path) -> None:
    for name, content in (("log.jsonl", b""), ("trace.jsonl", b""), ("said.jsonl", SAID)):
        (tmp_path / name).write_bytes(content)
    script = f"cd {shlex.quote(str(tmp_path))}\n{WATCH}"
    done = run(tmp_path, command=("sh", "-c", script, "sh", *COMMAND), variables=KEYS)
    assert (done.status, done.network) == (143, [])
    assert '"voice"' in done.out


def test_listing_all_voices_sends_nothing(tmp_path: Path) -> None:
    """gTTS, if installed, loads a library that tries out IPv6: a socket of its own, bound and closed."""
    calls = run(tmp_path, "voices", variables=KEYS).network
    assert {re.sub(r"\d+ +(\w+)\(.*", r"\1", call) for call in calls} <= {"socket", "bind"}
    assert all('"::1"' in call for call in calls if "bind(" in call)
