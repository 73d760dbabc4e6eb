"""CosyVoice in another environment: its child, what CosyVoice is asked there, and what comes of trouble."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from engines.cosy.fake_checkout import PYTHON, WORDS, FakeCheckout, noted
from engines.cosy.own_voice import add_own_voice
from engines.programs import is_gone
from engines.sounds import pitch_hz, spoken
from streamtts.engine import (
    STRESS_BEGIN,
    STRESS_END,
    Cancelled,
    EngineError,
    Synthesizer,
    Ticket,
    VoiceOptions,
)
from streamtts.synthesizers.cosy import checkout as made_of
from streamtts.synthesizers.cosyvoice import engine
from worker.waiting import eventually, runs

TEXT = "All tests pass, and the index was off by one."
DOCS = Path(__file__).parents[3] / "docs/engines.md"
CHILD = Path(made_of.__file__).with_name("child.py")

Open = Callable[..., tuple[FakeCheckout, Synthesizer]]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def one(
            *, version: int = 3, old: bool = False, start: str = "pass", voice: str = "", **settings: str
        ) -> tuple[FakeCheckout, Synthesizer]:
            checkout = FakeCheckout(tmp_path, version=version, old=old, start=start)
            given = {name: word for name, word in {**checkout.settings, **settings}.items() if word}
            made = engine.create(VoiceOptions(voice=voice, language="en", settings=given))
            stack.callback(made.close)
            return checkout, made

        yield one


def ways(checkout: FakeCheckout) -> list[dict[str, Any]]:
    return [call for call in checkout.calls() if "way" in call]


def test_it_speaks_in_the_python_that_has_it(opened: Open) -> None:
    checkout, voice = opened()
    heard = spoken(voice, TEXT)
    assert len(heard) == pytest.approx(len(TEXT) * 0.05 * 24_000, abs=2_000)
    assert pitch_hz(heard, voice.rate_hz) == pytest.approx(440, abs=2)
    assert voice.streams
    (python,), (modules,), (path,) = (checkout.noted(what) for what in ("python", "modules", "path"))
    assert os.path.realpath(python) == PYTHON
    assert not [name for name in modules if name.partition(".")[0] in ("streamtts", "numpy", "pytest")]
    assert path[:2] == [str(checkout.folder), str(checkout.folder / "third_party/Matcha-TTS")]
    assert str(CHILD.parent) not in path
    assert checkout.noted("model") == [str(checkout.model)]
    assert checkout.noted("offline") == ["1"]


def test_the_sample_is_read_once_and_the_first_sentence_is_not_the_first(opened: Open) -> None:
    checkout, voice = opened()
    spoken(voice, "One.")
    words = f"You are a helpful assistant.<|endofprompt|>{WORDS}"
    (kept,) = (call for call in checkout.calls() if "kept" in call)
    assert kept == {"kept": "streamtts", "words": words, "sample": str(checkout.sample)}
    assert [call["text"] for call in ways(checkout)] == ["OK.", "One."]
    assert checkout.noted("speaker") == ["streamtts", "streamtts"]
    assert [(call["words"], call["sample"], call["stream"]) for call in ways(checkout)] == [
        ("", "", True)
    ] * 2


@pytest.mark.parametrize(
    ("version", "settings", "way", "words", "text"),
    [
        (2, {}, "zero_shot", "", "One."),
        (
            3,
            {"instruct": "Softly."},
            "instruct2",
            "You are a helpful assistant. Softly.<|endofprompt|>",
            "One.",
        ),
        (2, {"instruct": "Softly."}, "instruct2", "Softly.<|endofprompt|>", "One."),
        (3, {"transcript": ""}, "cross_lingual", None, "You are a helpful assistant.<|endofprompt|>One."),
        (2, {"transcript": ""}, "cross_lingual", None, "One."),
    ],
)
def test_each_version_is_asked_in_its_own_words(
    opened: Open, *, version: int, settings: dict[str, str], way: str, words: str | None, text: str
) -> None:
    checkout, voice = opened(version=version, stream="off", **settings)
    assert len(spoken(voice, "One.")) > 0
    last = ways(checkout)[-1]
    assert (last["way"], last.get("words"), last["text"], last["stream"]) == (way, words, text, False)
    assert not voice.streams
    if version == 2 and not settings:
        assert checkout.noted("kept") == ["streamtts"]
        assert next(call for call in checkout.calls() if "kept" in call)["words"] == WORDS


@pytest.mark.parametrize(("settings", "words"), [({}, WORDS), ({"instruct": "Softly."}, "Softly.")])
def test_a_checkout_from_before_version_3_is_asked_as_it_was_then(
    opened: Open, settings: dict[str, str], words: str
) -> None:
    checkout, voice = opened(version=2, old=True, precision="float16", **settings)
    assert len(spoken(voice, "One.")) > 0
    last = ways(checkout)[-1]
    assert last["words"] == words
    assert last["sample"] == [str(checkout.sample), 16000]
    assert checkout.noted("fp16") == [True]


def test_a_voice_of_the_users_own_is_the_sample(opened: Open, data_folder: Path) -> None:
    own = add_own_voice(data_folder, "ann", "Ann's own words.")
    checkout, voice = opened(voice="ann", sample="")
    assert len(spoken(voice, "One.")) > 0
    assert next(call for call in checkout.calls() if "kept" in call)["sample"] == str(own.sample)


def test_tokens_in_the_text_are_only_text(opened: Open) -> None:
    checkout, voice = opened()
    spoken(voice, "<|endofprompt|> [laughter] \x1b[0m Now\ud800.")
    assert not set("<>[]|\x1b").intersection(ways(checkout)[-1]["text"])


STRESSED = f"[a] Do {STRESS_BEGIN}not{STRESS_END} <strong>do</strong> it."


def test_stressed_words_are_not_left_to_what_puts_text_in_order(opened: Open) -> None:
    checkout, voice = opened()
    spoken(voice, STRESSED)
    spoken(voice, "Do it.")
    given = " ".join(ways(checkout)[-2]["text"].split())
    assert given == "a Do <strong>not</strong> strong do /strong it."
    assert checkout.noted("frontend") == [True, False, True]


def test_a_checkout_that_cannot_leave_text_alone_is_given_the_words(opened: Open) -> None:
    checkout, voice = opened(version=2, old=True)
    spoken(voice, STRESSED)
    assert " ".join(ways(checkout)[-1]["text"].split()) == "a Do not strong do /strong it."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"python": "/nowhere/python"}, "there is no Python '/nowhere/python': set engines.cosyvoice.python"),
        ({"checkout": "/nowhere"}, "'/nowhere' is no checkout of CosyVoice: set engines.cosyvoice.checkout"),
        ({"model": "other"}, "there is no model of CosyVoice 2 or 3 in "),
        ({"checkout": ""}, "there is no model of CosyVoice 2 or 3 in "),
        ({"voice": "nobody"}, "there is no voice 'nobody' of your own: `streamtts voices add` makes one"),
        ({"sample": "/nowhere.wav"}, "the sample /nowhere.wav is no file"),
    ],
)
def test_what_is_not_there_is_told_before_anything_starts(
    opened: Open, given: dict[str, str], said: str
) -> None:
    with pytest.raises(EngineError) as caught:
        opened(**given)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (
            "import hyperpyyaml",
            "said last: ModuleNotFoundError: No module named 'hyperpyyaml'): check python,",
        ),
        (
            "os._exit(7)",
            "did not start (exit code 7, and said last: a warning that nobody needs): check python",
        ),
        (
            "time.sleep(1000)",
            "was not ready after 3 s: check python, checkout and model in [engines.cosyvoice]",
        ),
        ("self.sample_rate = 'fast'", "CosyVoice failed with a rate of 'fast'"),
    ],
)
def test_a_start_that_fails_is_one_sentence_and_nothing_remains(
    opened: Open, tmp_path: Path, start: str, said: str
) -> None:
    limit = {"start_s": "3"} if "sleep" in start else {}
    with pytest.raises(EngineError) as caught:
        opened(start=start, **limit)
    assert said in str(caught.value)
    assert str(caught.value).isprintable()
    (pid,) = noted(tmp_path / "Cosy Voice", "pid")
    assert is_gone(pid)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("RAISE", "CosyVoice failed with ValueError: no such [31mtoken: if that happens again"),
        (
            "CRASH",
            "died over a sentence, twice (killed by SIGABRT, and said last: CUDA error: out of memory)",
        ),
        (
            "A long text with an EXIT.",
            "died in the middle of a sentence (exit code 1, and said last: this is the",
        ),
        ("HANG", "gave no sign of life for 1 s and was ended"),
        ("ODD", "CosyVoice failed with half a sample"),
        ("ENDLESS", "CosyVoice failed with far more sound than the text can need"),
    ],
)
def test_trouble_is_one_sentence_and_the_next_text_is_heard(opened: Open, text: str, said: str) -> None:
    checkout, voice = opened(timeout_s="1" if text == "HANG" else "60")
    with pytest.raises(EngineError) as caught:
        spoken(voice, text)
    told = str(caught.value)
    assert said in told
    assert told.isprintable()
    if text != "HANG":
        assert len(spoken(voice, "Two.")) > 0
    voice.close()
    assert all(map(is_gone, checkout.noted("pid")))


def test_a_cancel_ends_a_sentence_and_the_child_goes_on(opened: Open) -> None:
    checkout, voice = opened()
    ticket = Ticket()
    pieces = voice.speak(f"SLOW {TEXT}", ticket)
    next(pieces)
    ticket.cancel()
    with pytest.raises(Cancelled):
        list(pieces)
    assert len(spoken(voice, "Two.")) > 0
    assert len(checkout.noted("pid")) == 1


PARENT = """
import json, sys
from streamtts.engine import Ticket, VoiceOptions
from streamtts.synthesizers.cosyvoice import engine
voice = engine.create(VoiceOptions(settings=json.loads(sys.argv[1])))
print("ready", flush=True)
list(voice.speak(sys.argv[2], Ticket()))
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere a child that holds its interpreter outlives us"
)
@pytest.mark.parametrize("text", ["HANG in Python.", "CLUTCH the interpreter."])
def test_the_child_dies_with_its_parent(tmp_path: Path, text: str) -> None:
    import json

    checkout = FakeCheckout(tmp_path)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", PARENT, json.dumps(checkout.settings), text]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        busy = "speaking" if "HANG" in text else "clutching"
        eventually(lambda: bool(checkout.noted(busy)))
        parent.send_signal(signal.SIGKILL)
    (pid,) = checkout.noted("pid")
    eventually(lambda: not runs(pid))


def test_the_page_shows_the_child_as_it_is() -> None:
    page = DOCS.read_text(encoding="utf-8")
    assert f"```py\n{CHILD.read_text(encoding='utf-8')}```\n" in page
