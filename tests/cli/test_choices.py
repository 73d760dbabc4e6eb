"""A voice or a model that cannot exist: a usage error before anything is read or written."""

from pathlib import Path

import pytest

from cli.support import PLAIN, assistant, run

LINE = assistant("All tests pass.", uuid="1")


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--voice", "tone:sinus"), "tone has no voice 'sinus': did you mean sine?"),
        (("--voice", "tone", "--voice", "ja=tone:x"), "tone has no voice 'x': it has sine"),
        (
            ("--voice", "tone", "--to", "ja", "--translator", "mark,llama:nope"),
            "there is no model 'nope' for llama: `streamtts models list llama` lists what there is",
        ),
    ],
)
def test_speaking_does_not_begin(tmp_path: Path, flags: tuple[str, ...], words: str) -> None:
    wav = tmp_path / "out.wav"
    outcome = run("--output", f"wav:{wav}", *flags, stdin=LINE)
    assert (outcome.status, outcome.out, outcome.err) == (2, "", f"streamtts: {words}\n")
    assert not wav.exists()


def test_printing_does_not_begin() -> None:
    outcome = run("--text", "--to", "ja", "--translator", "nllb:opus-mt-en-f", stdin=LINE)
    told = "streamtts: there is no model 'opus-mt-en-f' for nllb: did you mean opus-mt-en-fr?\n"
    assert (outcome.status, outcome.out, outcome.err) == (2, "", told)


def test_what_can_exist_and_does_not_work_makes_way(tmp_path: Path) -> None:
    environ = {**PLAIN, "STREAMTTS_MODELS": str(tmp_path)}
    words = ("--text", "--to", "ja", "--translator", "llama:qwen2.5-7b-instruct-q3,mark")
    outcome = run(*words, stdin=LINE, environ=environ)
    assert (outcome.status, outcome.err.count("\n")) == (0, 1)
    assert "llama:qwen2.5-7b-instruct-q3 cannot translate" in outcome.err
    assert outcome.out.startswith("<")
