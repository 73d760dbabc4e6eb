"""eSpeak NG: the real one where it is installed, and fakes for what it does not usually do."""

import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.programs import FakePrograms, is_gone
from engines.sounds import spoken
from streamtts.engine import (
    STRESS_BEGIN,
    STRESS_END,
    Cancelled,
    EngineError,
    Synthesizer,
    Ticket,
    VoiceOptions,
)
from streamtts.synthesizers import stressed
from streamtts.synthesizers.espeak import EspeakVoice, chosen, described, engine, for_language, listed

LISTING = """\
Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  af              --/M      Afrikaans          gmw/af
 5  cmn             --/M      Chinese_(Mandarin,_latin_as_English) sit/cmn              (zh-cmn 5)(zh 5)
 5  en-029          --/M      English_(Caribbean) gmw/en-029           (en 10)
 2  en-gb           --/M      English_(Great_Britain) gmw/en               (en 2)
 2  en-us           --/M      English_(America)  gmw/en-US            (en 3)
 5  fr-be           --/M      French_(Belgium)   roa/fr-BE            (fr 8)
 5  fr-fr           --/M      French_(France)    roa/fr               (fr 5)
 5  ja              --/M      Japanese           jpx/ja
 5  nb              --/M      Norwegian_Bokmål  gmq/nb               (no 5)
 5  pt              --/M      Portuguese_(Portugal) roa/pt               (pt-pt 5)
 5  pt-br           --/M      Portuguese_(Brazil) roa/pt-BR            (pt 6)
 5  vi-vn-x-central --/M      Vietnamese_(Central) aav/vi-VN-x-central
"""
VOICES = listed(LISTING)

real = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")

FAKE = """
import struct
if '--voices' in sys.argv:
    print(''' 5  de  --/M  German  gmw/de''')
    sys.exit()
told('argv', ' '.join(sys.argv[1:]) + '\\n')
text = sys.stdin.buffer.read()
told('text', text.decode() + '\\n')
header = b'RIFF\\x24\\xf0\\xff\\x7fWAVEfmt ' + struct.pack('<IHHIIHH', 16, 1, 1, 16000, 32000, 2, 16)
sys.stdout.buffer.write(header + b'data\\x00\\xf0\\xff\\x7f' + struct.pack('<h', 9000) * 8000)
sys.stdout.flush()
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePrograms:
    fakes = FakePrograms(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(fakes.folder))
    return fakes


@pytest.fixture
def voice() -> Synthesizer:
    return engine.create(VoiceOptions(language="en"))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("en", "en-us"),
        ("", "en-us"),
        ("en-GB", "en-gb"),
        ("en_gb", "en-gb"),
        ("en-AU", "en-us"),
        ("fr", "fr-fr"),
        ("pt", "pt"),
        ("pt-BR", "pt-br"),
        ("pt-PT", "pt"),
        ("zh", "cmn"),
        ("zh-TW", "cmn"),
        ("no", "nb"),
        ("vi", "vi-vn-x-central"),
        ("ja-JP", "ja"),
    ],
)
def test_a_language_finds_its_voice(code: str, expected: str) -> None:
    assert for_language(code, VOICES) == expected


def test_a_language_without_a_voice_is_told() -> None:
    with pytest.raises(EngineError, match="no voice for the language 'tlh'"):
        for_language("tlh", VOICES)


@pytest.mark.parametrize("voice", ["en-gb", "gmw/en-US", "French_(France)", "no", "en-us+f3"])
def test_a_voice_can_be_named_as_it_is_listed(voice: str) -> None:
    assert chosen(voice, VOICES) == voice


@pytest.mark.parametrize("voice", ["en-xx", "-h", "../../etc/passwd", "en-us+", "en-us+../f3", "+f3"])
def test_a_voice_that_is_not_listed_is_refused(voice: str) -> None:
    with pytest.raises(EngineError, match="has no voice"):
        chosen(voice, VOICES)


def test_each_voice_has_a_name_of_its_own() -> None:
    again = " 5  ja  --/M  Japanese_(in_Latin)  jpx/ja-Latn\n"
    infos = list(described(listed(LISTING + again)))
    names = [info.name for info in infos]
    assert names.count("ja") == 1
    assert names[-1] == "jpx/ja-Latn"
    assert [info.name for info in infos if info.default and info.language in ("en", "fr", "ja", "pt")] == [
        "en-us", "fr-fr", "ja", "pt"
    ]  # fmt: skip


def test_the_text_is_never_an_argument(programs: FakePrograms) -> None:
    programs.add("espeak-ng", FAKE)
    voice = engine.create(VoiceOptions(language="de"))
    assert len(spoken(voice, "--help -v en [[_:]] <b>fett</b>\x1b[31m")) == 8000
    assert voice.rate_hz == 16_000
    arguments = set(programs.note("argv").splitlines())
    assert arguments == {"--stdin --stdout -b 1 -v de"}
    assert programs.note("text").splitlines()[-1] == "--help -v en [ [_:]] <b>fett</b> [31m"


def test_the_older_espeak_will_do(programs: FakePrograms) -> None:
    programs.add("espeak", FAKE)
    assert engine.missing() is None
    assert len(spoken(engine.create(VoiceOptions(language="de")), "Ja.")) == 8000


def test_a_long_text_is_given_in_portions_that_fit_into_a_pipe(programs: FakePrograms) -> None:
    programs.add("espeak-ng", FAKE)
    voice = engine.create(VoiceOptions(language="de"))
    spoken(voice, "语" * 5000)
    portions = programs.note("text").splitlines()[1:]
    assert "".join(portions) == "语" * 5000
    assert max(len(portion.encode()) for portion in portions) <= 16_384


def test_a_cancel_is_at_once_and_leaves_nothing(programs: FakePrograms) -> None:
    program = programs.add("espeak-ng", FAKE)
    voice = engine.create(VoiceOptions(language="de"))
    program.write_text(program.read_text() + "told('ready', '1')\ntime.sleep(600)\n")
    ticket = Ticket()
    waiting = threading.Thread(target=programs.cancel_once_ready, args=(ticket,))
    waiting.start()
    with pytest.raises(Cancelled):
        spoken(voice, "Hallo.", ticket)
    waiting.join()
    assert all(map(is_gone, programs.pids()))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("sys.exit(1)", "`.*espeak-ng --voices` fails: install it with"),
        ("", "no voice for the language 'de'"),
        (
            "if '--voices' not in sys.argv: sys.exit('Error: no data')\nprint(' 5 de -- G gmw/de')",
            "failed: Error: no data",
        ),
        ("print(' 5 de -- G gmw/de')", "no sound that can be played"),
    ],
)
def test_a_broken_espeak_is_known_before_the_first_sentence(
    programs: FakePrograms, body: str, said: str
) -> None:
    programs.add("espeak-ng", body)
    with pytest.raises(EngineError, match=said):
        engine.create(VoiceOptions(language="de"))


def test_where_it_is_missing_it_says_how_to_get_it(programs: FakePrograms) -> None:
    assert programs.folder.exists()
    reason = engine.missing() or ""
    assert "apt install espeak-ng" in reason
    assert "brew install espeak-ng" in reason
    assert engine.voices() == ()
    with pytest.raises(EngineError, match="is not installed"):
        engine.create(VoiceOptions())


def test_it_has_no_settings() -> None:
    with pytest.raises(EngineError, match="no setting 'speed'"):
        engine.create(VoiceOptions(settings={"speed": "2"}))


@real
def test_it_speaks(voice: Synthesizer) -> None:
    heard = spoken(voice, "All tests pass.")
    assert 0.5 < len(heard) / voice.rate_hz < 3
    assert max(map(abs, heard)) > 0.1
    assert voice.streams


@real
@pytest.mark.parametrize(
    "language", ["de", "es", "fr", "it", "ja", "ko", "pt-BR", "ru", "zh", "ar", "hi", "sv"]
)
def test_it_speaks_many_languages(language: str) -> None:
    voice = engine.create(VoiceOptions(language=language))
    assert len(spoken(voice, "1 2 3")) > voice.rate_hz // 4


@real
@pytest.mark.parametrize("text", ["", " \n\t", "...", "\0\x07\x1b", "🎉", "\u200b", "\ud800"])
def test_a_text_without_words_is_silent(voice: Synthesizer, text: str) -> None:
    assert len(spoken(voice, text)) == 0


@real
def test_brackets_are_no_phonemes(voice: Synthesizer) -> None:
    assert spoken(voice, "a [[h@l'oU]] b") == spoken(voice, "a [ [h@l'oU]] b")
    assert spoken(voice, "<speak>one</speak>") != spoken(voice, "one")


@real
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40))
def test_any_text_is_spoken_or_silent(voice: Synthesizer, text: str) -> None:
    assert len(spoken(voice, text)) >= 0


@real
def test_every_voice_it_lists_can_be_loaded_by_that_name() -> None:
    names = [info.name for info in engine.voices()]
    assert len(names) > 50
    for name in names[::25]:
        engine.create(VoiceOptions(voice=name)).close()


MARKED = str.maketrans({"<": STRESS_BEGIN, ">": STRESS_END})


def test_stressed_words_are_marked_up_and_the_text_is_data(programs: FakePrograms) -> None:
    programs.add("espeak-ng", FAKE)
    voice = engine.create(VoiceOptions(language="de"))
    spoken(voice, f"1 < 2 & {STRESS_BEGIN}</speak> [[x]]{STRESS_END} &amp; so.")
    strong = '<emphasis level="strong">&lt;/speak&gt; [ [x]]</emphasis>'
    assert programs.note("text").endswith(f"1 &lt; 2 &amp; {strong} &amp;amp; so.\n")
    assert programs.note("argv").splitlines()[-1].split()[-1] == "-m"


def test_without_stressed_words_there_is_no_markup(programs: FakePrograms) -> None:
    programs.add("espeak-ng", FAKE)
    voice = engine.create(VoiceOptions(language="de"))
    spoken(voice, "1 < 2 & so.")
    assert programs.note("text").endswith("1 < 2 & so.\n")
    assert "-m" not in programs.note("argv").split()


STRESSED = [
    ("en", "It is <not> so."),
    ("en", "This is <very important>, isn't it?"),
    ("en", "Use <JSON> & (<so>) <foo.py>, <don't>, <AT&T> and <e.g>. this & that!"),
    ("de", "Das ist <nie> gut."),
    ("ja", "これは<ぜったい>だめ。"),
]


@real
@pytest.mark.parametrize(("language", "marked"), STRESSED)
def test_stressed_words_sound_otherwise_and_are_the_same_words(language: str, marked: str) -> None:
    marked = marked.translate(MARKED)
    plain = marked.replace(STRESS_BEGIN, "").replace(STRESS_END, "")
    voice = engine.create(VoiceOptions(language=language))
    assert spoken(voice, marked) != spoken(voice, plain)
    assert phonemes(voice, marked) == phonemes(voice, plain)


def phonemes(voice: Synthesizer, text: str) -> str:
    """Without stress, length and pauses."""
    assert isinstance(voice, EspeakVoice)
    (runs,) = stressed.pieces(text, 1000)
    argv, given = voice.asked(runs)
    quiet = [word for word in argv if word not in ("--stdout", "--stdin")]
    told = subprocess.run(
        [*quiet, "-q", "-x", "--stdin"], input=given, capture_output=True, check=True, text=True
    )
    return "".join(c for c in told.stdout if c.isalpha() or c in "@#023578")
