"""The voice itself, with a small random model: 17 languages, settings, cancelling, closing."""

import os
import threading
from contextlib import suppress
from importlib.metadata import PackageNotFoundError
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from engines.sounds import check_pcm, spoken
from engines.xtts import tiny_folder
from streamtts.engine import Cancelled, EngineError, Synthesizer, Ticket, VoiceOptions
from streamtts.registry import synthesizer
from streamtts.synthesizers import packages
from streamtts.synthesizers.xtts import description, engine
from streamtts.synthesizers.xtts.text import LANGUAGES

HANG_S = 600
JAPANESE = "ビルドは通りました。テストは3件です。"
SENTENCES = {
    "ar": "استغرق البناء 12.5 ثانية.",
    "cs": "Za 12,5 vteřiny bylo hotovo 3. sestavení.",
    "de": "Der Bau dauerte 12,5 Sekunden.",
    "en": "The build took 12.5 seconds on 3 machines.",
    "es": "La compilación tardó 12,5 segundos.",
    "fr": "Le 1er test a pris 12,5 secondes.",
    "hi": "बिल्ड में 12.5 सेकंड लगे।",
    "hu": "A 3. teszt 12,5 másodperc alatt.",
    "it": "La build ha richiesto 12,5 secondi.",
    "ja": JAPANESE,
    "ko": "빌드에 12.5초 걸렸습니다.",
    "nl": "De build duurde 12,5 seconden.",
    "pl": "To trwało 12,5 sekundy.",
    "pt": "A compilação levou 12,5 segundos.",
    "ru": "Сборка заняла 12.5 секунды.",
    "tr": "Derleme 12,5 saniye sürdü.",
    "zh": "构建用了12.5秒。",
}


@pytest.fixture
def voice(tiny: Path, agreed: Path) -> Synthesizer:
    assert agreed
    return engine.create(tiny_folder.options(tiny))


def refusal(options: VoiceOptions) -> str:
    with pytest.raises(EngineError) as refused:
        engine.create(options)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_speaks(tiny: Path, language: str) -> None:
    voice = engine.create(tiny_folder.options(tiny, language=language))
    assert voice.rate_hz == 24_000
    assert voice.streams
    for piece in voice.speak(SENTENCES[language], Ticket()):
        check_pcm(piece)
    assert len(spoken(voice, SENTENCES[language])) > 1000


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize(("tag", "same"), [("zh-CN", "zh"), ("pt_BR", "pt"), ("EN", "en"), ("", "en")])
def test_a_region_does_not_matter(tiny: Path, tag: str, same: str) -> None:
    text = SENTENCES[same]
    heard = [spoken(engine.create(tiny_folder.options(tiny, language=each)), text) for each in (tag, same)]
    assert heard[0] == heard[1]


@pytest.mark.usefixtures("agreed")
def test_an_unknown_language_is_told(tiny: Path) -> None:
    assert "does not speak 'sv', only ar, cs, de" in refusal(tiny_folder.options(tiny, language="sv"))


@pytest.mark.usefixtures("agreed")
def test_japanese_is_read_aloud_in_latin_letters(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voice: Any = engine.create(tiny_folder.options(tiny, language="ja"))
    said: list[str] = []
    worded = voice._reader._worded

    def noted(part: str) -> str:
        said.append(worded(part))
        return said[-1]

    monkeypatch.setattr(voice._reader, "_worded", noted)
    assert len(spoken(voice, JAPANESE)) > 1000
    assert said == ["build wa toorimashita. test wa 3 ken desu."]


MARKED = {
    "ar": "هل نجح الاختبار؟ رائع!",
    "es": "¿Pasó la prueba? ¡Genial!",
    "fr": "Vraiment ? Super !",
    "hi": "क्या परीक्षण सफल हुआ? बहुत बढ़िया!",
    "ja": "本当ですか？ すごい！",
    "ko": "정말요？ 좋아요！",
    "zh": "真的吗？太好了！",
}


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_reach_the_tokenizer(tiny: Path, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are all that says how a sentence is meant; upstream makes commas of them in Chinese."""
    voice: Any = engine.create(tiny_folder.options(tiny, language=language))
    tokenizer = voice._reader._tokenizer.tokenizer
    encoded: list[str] = []

    class Noting:
        def encode(self, text: str) -> Any:
            encoded.append(text)
            return tokenizer.encode(text)

    monkeypatch.setattr(voice._reader._tokenizer, "tokenizer", Noting())
    spoken(voice, MARKED.get(language, "Ok? Super!"))
    (text,) = encoded
    asked = "؟" if language == "ar" else "?"
    assert text.count(asked) == text.count("!") == 1
    assert 0 < text.index(asked) < len(text) - 2
    assert text.endswith("!")


def test_pieces_are_trimmed_and_joined_by_pauses(voice: Synthesizer) -> None:
    text = " ".join(["The build passed, and all tests on all machines followed it."] * 9)
    assert len(list(voice.speak(text, Ticket()))) > len(list(voice.speak("The build passed.", Ticket())))
    assert len(spoken(voice, text)) > 2 * len(spoken(voice, "The build passed."))


@pytest.mark.parametrize("text", ["", "...", "\ud800", "\N{PARTY POPPER}", "、。"])
def test_a_text_without_words_is_silence(voice: Synthesizer, text: str) -> None:
    assert list(voice.speak(text, Ticket())) == []


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "9" * 5000, "1," * 2000, "<speak>" * 500, "a\0b\x1b[31m c", "[ja]ドル[STOP]"]
)
def test_hostile_text_is_only_text(voice: Synthesizer, text: str) -> None:
    ticket = Ticket()
    pieces = voice.speak(text, ticket)
    for piece in islice(pieces, 4):
        check_pcm(piece)
    ticket.cancel()
    with suppress(Cancelled):
        assert list(pieces) == []
    assert len(spoken(voice, "All tests pass.")) > 0


def test_the_same_seed_says_the_same(voice: Synthesizer) -> None:
    assert spoken(voice, "All tests pass.") == spoken(voice, "All tests pass.")


@pytest.mark.usefixtures("agreed")
def test_speed_is_heard(tiny: Path) -> None:
    slow, fast = (
        len(spoken(engine.create(tiny_folder.options(tiny, speed=speed)), "All tests pass."))
        for speed in ("0.5", "2")
    )
    assert slow > 2 * fast


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", "hot"),
        ("top_k", "0"),
        ("top_p", "2"),
        ("repetition_penalty", "0.5"),
        ("speed", "9"),
        ("device", "tpu"),
        ("precision", "int3"),
        ("temprature", "1"),
    ],
)
def test_settings_are_checked_before_anything_is_loaded(tmp_path: Path, name: str, value: str) -> None:
    options = tiny_folder.options(tmp_path / "not looked for", **{name: value})
    if packages.reason_missing("xtts", ("TTS",), ""):
        pytest.skip(tiny_folder.REASON)
    assert name in refusal(options)
    assert set(engine.settings or ()) >= {"model", "device", "precision", "seed", "speed"}


@pytest.mark.usefixtures("agreed")
def test_a_device_that_is_not_there_is_told(tiny: Path) -> None:
    import torch

    absent = next(name for name in ("mps", "cuda") if not getattr(torch.backends, name).is_built())
    assert f"torch finds no {absent} device here" in refusal(tiny_folder.options(tiny, device=absent))


def test_another_thread_cancels(voice: Synthesizer) -> None:
    ticket, begun, ended = Ticket(), threading.Event(), threading.Event()

    def speak() -> None:
        try:
            for _ in voice.speak("All tests pass, and so on. " * 5000, ticket):
                begun.set()
        except Cancelled:
            ended.set()

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    assert begun.wait(HANG_S)
    ticket.cancel()
    thread.join(HANG_S)
    assert ended.is_set()


def test_closing_twice_is_harmless(voice: Synthesizer) -> None:
    voice.close()
    voice.close()
    with pytest.raises(EngineError, match="closed"):
        list(voice.speak("All tests pass.", Ticket()))


def test_nothing_speaks_before_the_terms_are_accepted(tiny: Path, home: Path) -> None:
    assert home
    told = refusal(tiny_folder.options(tiny))
    assert told == engine.lacks({"model": str(tiny)})
    assert told.endswith("read and accept them with `streamtts models pull xtts-v2 --accept-license`")


@pytest.mark.usefixtures("agreed")
def test_a_model_that_was_not_pulled_is_told() -> None:
    told = engine.lacks({})
    assert told == "the model xtts-v2 is not on this machine: run `streamtts models pull xtts-v2` (1.9 GB)"


def test_what_an_installation_lacks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """`streamtts doctor` says it, in these words."""
    there = {"torch", "transformers", "TTS", "soundfile"}
    monkeypatch.setattr(packages, "find_spec", lambda name: name if name in there else None)
    assert engine.missing() == "xtts needs six, which is not installed: pip install 'streamtts[xtts]'"
    there.add("six")
    monkeypatch.setattr(description, "version", _no_distribution)
    assert "pip uninstall TTS" in str(engine.missing())


def _no_distribution(name: str) -> str:
    raise PackageNotFoundError(name)


def test_the_engine_is_found_and_lists_its_speakers() -> None:
    found = synthesizer("xtts")
    assert found is engine
    voices = found.voices()
    assert len({voice.name for voice in voices}) == len(voices) == 58
    assert [voice.name for voice in voices if voice.default] == ["Claribel Dervla"]
    assert set(found.languages) == set(LANGUAGES)
    assert found.hosted
    assert found.clones
    assert os.environ.get("COQUI_TOS_AGREED") is None
