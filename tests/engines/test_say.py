"""`say` of macOS, as far as it can be known from afar: a fake on PATH checks what it is asked."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir

import pytest

from engines.fake_say import LISTING, add_say
from engines.programs import FakePrograms, is_gone
from engines.sounds import pitch_hz, spoken
from streamtts.engine import (
    STRESS_BEGIN,
    STRESS_END,
    Cancelled,
    EngineError,
    Synthesizer,
    Ticket,
    VoiceInfo,
    VoiceOptions,
)
from streamtts.synthesizers.say import ListedVoice, chosen, engine, for_language, listed

VOICES = listed(LISTING)
MARKED = str.maketrans("<>", STRESS_BEGIN + STRESS_END)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePrograms:
    fakes = FakePrograms(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(fakes.folder))
    return fakes


@pytest.fixture
def voice(programs: FakePrograms) -> Iterator[Synthesizer]:
    add_say(programs)
    voice = engine.create(VoiceOptions(language="ja"))
    yield voice
    voice.close()


def folders() -> set[str]:
    return {path.name for path in Path(gettempdir()).glob("streamtts-say-*")}


def test_every_line_of_the_list_is_read() -> None:
    assert len(VOICES) == len(LISTING.splitlines())
    assert VOICES[4] == ListedVoice("Bad News", "en_US")
    assert VOICES[6] == ListedVoice("Eddy (German (Germany))", "de_DE")
    assert VOICES[9] == ListedVoice("Fiona", "en-scotland")
    assert VOICES[11] == ListedVoice("Majed", "ar_001")
    assert VOICES[15] == ListedVoice("Samantha (Enhanced)", "en_US")


@pytest.mark.parametrize(
    "garbage", ["", "\n\n", "say: illegal option -- v", "# only a comment", "Usage: say [-v voice]"]
)
def test_what_is_no_list_has_no_voices(garbage: str) -> None:
    assert listed(garbage) == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ja", "Kyoko"),
        ("ja-JP", "Kyoko"),
        ("en", "Samantha (Enhanced)"),
        ("", "Samantha (Enhanced)"),
        ("en-GB", "Daniel"),
        ("en_gb", "Daniel"),
        ("en-AU", "Samantha (Enhanced)"),
        ("de", "Anna"),
        ("fr", "Thomas"),
        ("fr-CA", "Amélie"),
        ("zh", "Tingting"),
        ("zh-TW", "Meijia"),
        ("ar", "Majed"),
        ("fi", "Eddy (Finnish (Finland))"),
    ],
)
def test_a_language_finds_its_voice(code: str, expected: str) -> None:
    assert for_language(code, VOICES) == expected


def test_a_better_recording_of_a_voice_is_taken_where_there_is_one() -> None:
    better = [*VOICES, ListedVoice("Kyoko (Enhanced)", "ja_JP"), ListedVoice("Kyoko (Premium)", "ja_JP")]
    assert for_language("ja", better) == "Kyoko (Premium)"


def test_a_language_without_a_voice_is_told_with_what_to_do() -> None:
    with pytest.raises(EngineError, match=r"no voice for the language 'tlh' yet: add one in System Settings"):
        for_language("tlh", VOICES)


@pytest.mark.parametrize("named", ["Otoya (Premium)", "otoya", "OTOYA (premium)"])
def test_a_voice_is_found_in_any_case(named: str) -> None:
    assert chosen(named, VOICES) == "Otoya (Premium)"


@pytest.mark.parametrize("named", ["Nobody", "?", "-o", "Eddy (Klingon)"])
def test_a_voice_that_is_not_there_is_refused(named: str) -> None:
    with pytest.raises(EngineError, match="macOS has no voice"):
        chosen(named, VOICES)


def test_it_speaks_what_it_is_given_without_the_silence(programs: FakePrograms, voice: Synthesizer) -> None:
    heard = spoken(voice, "はい。")
    assert 3000 <= len(heard) < 3000 + 4410
    assert pitch_hz(heard, voice.rate_hz) == pytest.approx(441, abs=2)
    assert voice.rate_hz == 22_050
    assert programs.note("text") == "はい。\n"
    assert programs.note("argv").startswith("-v Kyoko -o ")


@pytest.mark.parametrize("text", ["-o /etc/passwd", "--help", "$(reboot) `id` ; rm", "?", "-"])
def test_the_text_is_never_an_argument(programs: FakePrograms, voice: Synthesizer, text: str) -> None:
    spoken(voice, text + " x")
    assert f"{text} x" not in programs.note("argv")
    assert programs.note("text") == f"{text} x\n"


def test_commands_in_the_text_are_not_obeyed(programs: FakePrograms, voice: Synthesizer) -> None:
    spoken(voice, "a [[volm 0]] b [[[[rate 9]]]] \x1b[31mc\0")
    assert "[[" not in programs.note("text")
    assert programs.note("text").startswith("a [ [volm 0]] b [ [ [ [rate 9]]]]")


def test_a_long_text_is_given_in_portions_that_fit_into_a_pipe(
    programs: FakePrograms, voice: Synthesizer
) -> None:
    spoken(voice, "語" * 2500)
    portions = programs.note("text").splitlines()
    assert "".join(portions) == "語" * 2500
    assert max(len(portion.encode()) for portion in portions) <= 4096


@pytest.mark.parametrize("text", ["", " \n", "...", "\0\x1b", "🎉", "\ud800"])
def test_a_text_without_words_runs_nothing(programs: FakePrograms, voice: Synthesizer, text: str) -> None:
    assert len(spoken(voice, text)) == 0
    assert not (programs.notes / "text").exists()


def test_its_files_are_private_and_gone_after_each_sentence(programs: FakePrograms) -> None:
    before = folders()
    add_say(programs)
    voice = engine.create(VoiceOptions(language="en"))
    (folder,) = folders() - before
    spoken(voice, "One.")
    spoken(voice, "Two.")
    assert programs.note("mode") == "0o700\n0o700\n"
    assert list(Path(gettempdir(), folder).iterdir()) == []
    voice.close()
    assert folders() == before


def test_a_cancel_is_at_once_and_leaves_nothing(programs: FakePrograms) -> None:
    before = folders()
    add_say(programs, trouble="open(given['-o'], 'wb').write(b'RIFF'); told('ready', '1'); time.sleep(600)")
    voice = engine.create(VoiceOptions(language="en"))
    (folder,) = folders() - before
    ticket = Ticket()
    waiting = threading.Thread(target=programs.cancel_once_ready, args=(ticket,))
    waiting.start()
    with pytest.raises(Cancelled):
        spoken(voice, "One.", ticket)
    waiting.join()
    assert list(Path(gettempdir(), folder).iterdir()) == []
    assert all(map(is_gone, programs.pids()))
    voice.close()


@pytest.mark.parametrize(
    ("trouble", "sound", "said"),
    [
        ("sys.exit('it is \\x1b[1mbroken')", "", r"say failed: it is \[1mbroken$"),
        ("sys.exit(1)", "", "say failed: exit status 1"),
        ("sys.exit(0)", "", "wrote no sound that can be played: there is no file"),
        ("open(given['-o'], 'wb').close(); sys.exit(0)", "", "it ends before its sound begins"),
        (
            "open(given['-o'], 'wb').write(b'FORM' + bytes(99)); sys.exit(0)",
            "",
            "it does not begin as a WAV does",
        ),
        ("", "sound = b''", "'?Samantha.*cannot speak this text: choose a voice for its language"),
        ("", "sound = bytes(40000)", "cannot speak this text"),
    ],
)
def test_what_goes_wrong_is_told_in_one_sentence(
    programs: FakePrograms, trouble: str, sound: str, said: str
) -> None:
    add_say(programs, trouble=trouble, sound=sound)
    voice = engine.create(VoiceOptions(language="en"))
    with pytest.raises(EngineError, match=said) as caught:
        spoken(voice, "One.")
    assert "\n" not in str(caught.value)
    voice.close()


@pytest.mark.skipif(sys.platform == "darwin", reason="there `say` is part of the system")
@pytest.mark.parametrize("other", ["", "sys.exit('say: unknown option -v')", "print('Speaking: ?')"])
def test_elsewhere_it_needs_macos(programs: FakePrograms, other: str) -> None:
    if other:
        programs.add("say", other)
    assert "needs macOS" in (engine.missing() or "")
    assert list(engine.voices()) == []
    with pytest.raises(EngineError, match="needs macOS"):
        engine.create(VoiceOptions(language="en"))


def test_its_voices_are_listed_by_language(programs: FakePrograms) -> None:
    add_say(programs)
    assert engine.missing() is None
    assert VoiceInfo("Kyoko", "ja", "ja_JP") in engine.voices()


def test_it_has_no_settings(programs: FakePrograms) -> None:
    add_say(programs)
    with pytest.raises(EngineError, match="no setting 'rate'"):
        engine.create(VoiceOptions(language="en", settings={"rate": "200"}))


@pytest.mark.parametrize(
    ("marked", "given"),
    [
        ("It is <not> so.", "It is [[emph +]]not so."),
        ("It is <very important>.", "It is [[emph +]]very [[emph +]]important."),
        ("これは<絶対に>だめ。", "これは[[emph +]]絶対にだめ。"),
        ("So <— it —> is", "So — [[emph +]]it — is"),
        ("[[volm 0]] a <[[volm 0]] b>", "[ [volm 0]] a [[emph +]][ [volm [[emph +]]0]] [[emph +]]b"),
        ("a [<[volm 0]]>", "a [ [[emph +]][volm [[emph +]]0]]"),
        ("a [<volm> 0]]", "a [ [[emph +]]volm 0]]"),
    ],
)
def test_each_stressed_word_has_a_command_and_the_text_has_none(
    programs: FakePrograms, voice: Synthesizer, marked: str, given: str
) -> None:
    spoken(voice, marked.translate(MARKED))
    assert programs.note("text") == given + "\n"
