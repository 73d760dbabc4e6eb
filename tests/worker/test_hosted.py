"""A hosted voice is one like any other."""

import json
import sys
import time
from array import array
from pathlib import Path

import pytest

from streamtts.engine import EngineError, Synthesizer, Ticket, VoiceOptions
from streamtts.worker.hosted import Hosted
from worker.conftest import PATIENT, Start
from worker.fake_engine import RATE_HZ, FakeVoice


def said(voice: Synthesizer, text: str) -> list[float]:
    return [sample for piece in voice.speak(text, Ticket()) for sample in piece]


def test_it_sounds_as_it_does_in_process(start: Start) -> None:
    hosted, ours = start(), FakeVoice(VoiceOptions())
    assert (hosted.rate_hz, hosted.streams) == (RATE_HZ, True)
    for text in ("sound 1000 0.25 3", "", "words that mean nothing", "sound 5; sound 70000 -1; sound 1"):
        assert said(hosted, text) == said(ours, text)


def test_the_pieces_are_rows_of_floats_and_none_is_empty(start: Start) -> None:
    pieces = list(start().speak("nothing; sound 200000; nothing; sound 1", Ticket()))
    assert all(piece.format == "f" and piece.ndim == 1 and piece.contiguous and piece for piece in pieces)
    assert sum(map(len, pieces)) == 200_001


def test_the_engine_is_loaded_once_and_stays(start: Start) -> None:
    voice = start()
    assert [said(voice, "count") for _ in range(3)] == [[1], [2], [3]]
    assert said(voice, "pid") == [voice.pid]


def test_options_arrive() -> None:
    text = 'a"\x1b[1m\n日本\0'
    options = VoiceOptions("v:1=2", "ja", 3, {"what": text})
    voice = Hosted("fake", options, limits=PATIENT)
    try:
        threads, *letters = said(voice, "options")
    finally:
        voice.close()
    assert threads == 3
    assert "".join(chr(int(letter)) for letter in letters) == f"v:1=2|ja|{text}"


def test_thread_limits_and_keys_are_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "12345")
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    voice = Hosted("fake", VoiceOptions(threads=2), limits=PATIENT)
    try:
        assert said(voice, "environment SOME_API_KEY") == [12345]
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
            assert said(voice, f"environment {name}") == [2]
    finally:
        voice.close()


def test_the_folder_the_user_is_in_holds_no_modules_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: Start
) -> None:
    for name in ("json", "streamtts", "socket"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'trapped')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    assert said(start(), "sound 1") == [0.5]
    assert not (tmp_path / "trapped").exists()


def test_standard_input_is_empty_and_output_disturbs_nothing(
    start: Start, capfd: pytest.CaptureFixture[str]
) -> None:
    voice = start(start="print hello; low-level-print hello")
    assert said(voice, "print x; read; low-level-print x; sound 1; complain x; print x") == [0, 0.5]
    assert said(voice, "sound 2") == [0.5, 0.5]
    assert capfd.readouterr() == ("", "")


def test_a_flood_on_standard_error_stops_nothing(start: Start, capfd: pytest.CaptureFixture[str]) -> None:
    voice = start(start="flood 20")
    assert said(voice, "flood 100; sound 1") == [0.5]
    assert capfd.readouterr() == ("", "")


def test_a_voice_far_ahead_of_the_ear_waits(tmp_path: Path, start: Start) -> None:
    """The engine waits for the listener."""
    done = tmp_path / "done"
    pieces = start().speak(f"sound 60000 0.5 200; touch {done}", Ticket())
    frames = len(next(pieces))
    time.sleep(0.2)  # in which it would have come to its end: it takes a tenth of that
    assert not done.exists()
    assert frames + sum(map(len, pieces)) == 60_000 * 200
    assert done.exists()


def test_hostile_texts_arrive_whole(start: Start) -> None:
    voice = start()
    for text in ("\0", "\x1b[31m", "--help", "\ud800 lone", "𝄞" * 1000, "日本語" * 100_000, " " * 3_000_000):
        assert said(voice, f"{text}; sound 1") == [0.5]


def test_a_text_longer_than_a_frame_is_refused_and_nothing_else_lost(start: Start) -> None:
    voice = start()
    pid = voice.pid
    with pytest.raises(EngineError, match="too long"):
        said(voice, "x" * (1 << 24) + "x")
    assert said(voice, "pid") == [pid]


def test_an_engine_error_keeps_its_message(start: Start) -> None:
    voice = start()
    with pytest.raises(EngineError) as caught:
        said(voice, "fail the key is wrong: set FAKE_KEY")
    assert str(caught.value) == "the key is wrong: set FAKE_KEY"
    assert said(voice, "count") == [2]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("raise no such\x1b[31m file", "the engine fake failed with ValueError: no such file; "),
        ("raise", "the engine fake failed with ValueError; "),
        ("quit 3", "the engine fake failed with SystemExit: 3; "),
        ("doubles", "the engine fake failed with TypeError: its audio is of format 'd', not one row of "),
    ],
)
def test_any_other_error_is_named_and_the_engine_lives_on(start: Start, command: str, message: str) -> None:
    voice = start()
    with pytest.raises(EngineError) as caught:
        said(voice, command)
    assert str(caught.value).startswith(message)
    assert said(voice, "count") == [2]


def test_an_error_after_some_sound(start: Start) -> None:
    pieces = start().speak("sound 3; fail enough", Ticket())
    assert len(next(pieces)) == 3
    with pytest.raises(EngineError, match=r"^enough$"):
        next(pieces)


def test_an_unknown_engine_and_a_broken_plugin_are_one_sentence() -> None:
    for name, message in (("fakee", "did you mean fake"), ("broken", "failed with ModuleNotFoundError")):
        with pytest.raises(EngineError, match=message):
            Hosted(name, VoiceOptions(), limits=PATIENT)


def test_two_voices_speak_beside_each_other(start: Start) -> None:
    one, other = start(), start()
    mixed = zip(one.speak("sound 1 1 50", Ticket()), other.speak("sound 1 2 50", Ticket()), strict=True)
    assert [(list(a), list(b)) for a, b in mixed] == [([1.0], [2.0])] * 50


def test_closed_it_says_so_and_closing_again_is_nothing(start: Start) -> None:
    voice = start()
    voice.close()
    voice.close()
    with pytest.raises(EngineError, match="closed"):
        said(voice, "sound 1")


def test_it_closes_its_engine_when_it_closes(tmp_path: Path, start: Start) -> None:
    mark = tmp_path / "mark"
    start(close=f"touch {mark}").close()
    assert mark.exists()


def test_the_settings_reach_the_child_by_no_command_line(start: Start) -> None:
    voice = start(what="do not look")
    command = Path(f"/proc/{voice.pid}/cmdline")
    if sys.platform != "linux":
        pytest.skip("there is no /proc here to look at")
    assert b"do not look" not in command.read_bytes()


def test_the_floats_are_the_very_same(start: Start) -> None:
    values = [0.1, -0.0, 1e-42, float("inf"), -1.0]
    text = "; ".join(f"sound 1 {value}" for value in values)
    assert json.dumps(said(start(), text)) == json.dumps(array("f", values).tolist())
