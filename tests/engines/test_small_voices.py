"""The small voices that are always here: hibari, OpenJTalk, NanoTTS."""

import json
import shlex
import subprocess
import sys
from array import array
from itertools import pairwise
from pathlib import Path

import pytest

from engines.sounds import spoken
from streamtts.engine import EngineError, Synthesizer, Ticket, VoiceOptions
from streamtts.registry import synthesizer
from streamtts.synthesizers import hibari, openjtalk

SENTENCES = {
    ("hibari", "en"): ("All tests pass, so I will commit the change.", 2.2, 4.0),
    ("openjtalk", "ja"): ("テストはすべて通りましたので、変更を保存します。", 2.8, 5.0),
    ("nanotts", "en"): ("All tests pass, so I will commit the change.", 2.2, 4.0),
    ("nanotts", "de"): ("Alle Tests sind bestanden, ich speichere die Änderung.", 2.2, 4.5),
    ("nanotts", "fr"): ("Tous les tests passent, j'enregistre la modification.", 2.0, 4.5),
    ("nanotts", "es"): ("Todas las pruebas pasan, guardo el cambio.", 2.0, 4.5),
    ("nanotts", "it"): ("Tutti i test passano, salvo la modifica.", 2.0, 4.5),
}


def voice(name: str, language: str = "", voice: str = "", **settings: str) -> Synthesizer:
    engine = synthesizer(name)
    if reason := engine.missing():
        pytest.skip(reason)
    return engine.create(VoiceOptions(language=language, voice=voice, settings=settings))


@pytest.mark.parametrize(("name", "language"), SENTENCES)
def test_a_sentence_takes_as_long_as_a_speaker_takes(name: str, language: str) -> None:
    text, least_s, most_s = SENTENCES[name, language]
    speaker = voice(name, language)
    assert least_s < len(spoken(speaker, text)) / speaker.rate_hz < most_s


@pytest.mark.parametrize("name", ["hibari", "openjtalk"])
def test_a_sentence_sounds_the_same_every_time(name: str) -> None:
    language = synthesizer(name).languages[0]
    text = SENTENCES[name, language][0]
    assert spoken(voice(name), text) == spoken(voice(name), text)


def test_speed_is_a_setting_of_hibari() -> None:
    text = "All tests pass, so I will commit the change."
    slow, quick = (len(spoken(voice("hibari", speed=speed), text)) for speed in ("0.8", "1.6"))
    assert 1.6 < slow / quick < 2.4


def test_hibari_fetches_nothing_and_says_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path))
    with pytest.raises(EngineError, match=r"fetch it once with `[^`]+`$") as told:
        voice("hibari", voice="emma")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "bf_emma.int8.onnx").touch()
    command = shlex.split(str(told.value).split("`")[1])
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).name == "bf_emma.int8.onnx"


def test_hibari_lists_its_voices_and_names_the_nearest() -> None:
    assert {"heart", "emma"} <= {known.name for known in hibari.engine.voices()}
    with pytest.raises(EngineError, match="did you mean heart"):
        voice("hibari", voice="hart")


@pytest.mark.parametrize("name", ["hibari", "nanotts"])
def test_a_text_in_another_script_is_refused_not_swallowed(name: str) -> None:
    with pytest.raises(EngineError, match="choose a voice"):
        list(voice(name, "en").speak("日本語のテキスト", Ticket()))


@pytest.mark.parametrize("text", ["① first", "x² + y²", "٣ tests", "5\u2044 6", "Ⅳ", "1e400", "½ done"])
def test_hibari_reads_signs_that_trip_its_reader_of_numbers(text: str) -> None:
    assert len(spoken(voice("hibari"), text)) > 0


def test_a_long_text_is_heard_to_its_end() -> None:
    sentence = "This is one of many sentences in a long paragraph. "
    one, many = (len(spoken(voice("hibari"), sentence * count)) for count in (1, 20))
    assert many > 18 * one


def test_openjtalk_gives_the_beginning_before_the_rest_is_made() -> None:
    pieces = list(voice("openjtalk").speak("設定ファイルの読み込みを修正しました。", Ticket()))
    assert len(pieces) > 1
    assert len(pieces[0]) < sum(map(len, pieces)) / 2


def test_openjtalk_joins_without_a_click() -> None:
    """Where the two halves meet no step is larger than the voice makes by itself."""
    speaker = voice("openjtalk")
    pieces = list(speaker.speak("変更を適用しました。", Ticket()))
    whole = array("f", b"".join(pieces))
    join = len(pieces[0]) + len(pieces[1])  # the first half comes in two pieces
    near = whole[join - 480 : join + 960]
    steps = [abs(after - before) for before, after in pairwise(near)]
    assert max(steps) < 0.01


def test_openjtalk_needs_no_dictionary_of_sudachi() -> None:
    script = (
        "import sys, json; sys.modules['sudachidict_core'] = None\n"
        "from streamtts.engine import Ticket, VoiceOptions\n"
        "from streamtts.synthesizers.openjtalk import engine\n"
        "voice = engine.create(VoiceOptions())\n"
        "said = [voice.speak(text, Ticket()) for text in ('変更です。', '佷を読む。')]\n"
        "print(json.dumps([sum(map(len, pieces)) for pieces in said]))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert all(frames > 10_000 for frames in json.loads(done.stdout))
    assert done.stderr == ""


@pytest.mark.parametrize("text", ["!? !", "ーー", "、ー。！", "…ッ…", "あ 、！ い", "〜です"])
def test_openjtalk_writes_nothing_to_the_terminal(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    list(voice("openjtalk").speak(f"{text}テスト", Ticket()))
    assert capfd.readouterr() == ("", "")


def test_openjtalk_names_its_voice_as_its_licence_asks() -> None:
    assert "Nagoya Institute of Technology" in openjtalk.engine.attribution
    assert "CC BY 3.0" in openjtalk.engine.attribution


def test_nanotts_does_not_obey_commands_in_the_text() -> None:
    speaker = voice("nanotts", "en")
    read_out = len(spoken(speaker, " speed level='500' The file is ready now."))
    commanded = len(spoken(speaker, "<speed level='500'>The file is ready now."))
    assert commanded == pytest.approx(read_out, rel=0.1)


def test_nanotts_has_a_voice_for_each_language() -> None:
    english, german = (len(spoken(voice("nanotts", code), "Information")) for code in ("en", "de"))
    assert english != german
    with pytest.raises(EngineError, match="did you mean fr-FR"):
        voice("nanotts", voice="fr-FF")
