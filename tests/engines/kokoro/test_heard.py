"""What eSpeak reads is understood as Kokoro says it, even with the Japanese voices that kokoro-ja has."""

from pathlib import Path

import pytest

from engines.said_sentences import ENGLISH
from engines.sounds import spoken
from engines.whisper_ear import Ear, distance, reason_deaf, words
from streamtts.engine import VoiceOptions
from streamtts.registry import synthesizer
from streamtts.speech.lexicon import Lexicon
from streamtts.synthesizers.kokoro.by_espeak import EspeakReader

SPANISH = [
    "Todas las pruebas pasan y la documentación está lista.",
    "Voy a mirar el archivo de configuración.",
]

pytestmark = [
    pytest.mark.skipif(reason_deaf() is not None, reason=str(reason_deaf())),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of packages that only this listener needs
]


@pytest.mark.parametrize(
    ("variety", "sentences"), [("en-us", ENGLISH), ("es", SPANISH)], ids=["English", "Spanish"]
)
def test_words_of_other_languages_survive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variety: str, sentences: list[str]
) -> None:
    engine = synthesizer("kokoro-ja")
    if reason := engine.missing():
        pytest.skip(reason)
    reader, language = EspeakReader(variety), variety.partition("-")[0]
    voice, ear, lexicon = engine.create(VoiceOptions(threads=2)), Ear(tmp_path), Lexicon()
    monkeypatch.setattr(voice, "_reader", reader)
    wrong = sum(
        distance(words(sentence), words(ear.hear(sound, voice.rate_hz, language)))
        for sentence in sentences
        for sound in [spoken(voice, lexicon.spoken(sentence, language))]
    )
    voice.close()
    assert wrong < 0.3 * sum(len(words(sentence)) for sentence in sentences)
