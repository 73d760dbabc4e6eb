"""What the voices say is understood: by Whisper, who hears what is played and writes it down."""

import sys
from collections.abc import Callable, Sequence

import pytest

from engines.said_sentences import ENGLISH, GERMAN, JAPANESE, kana
from engines.sounds import spoken
from engines.whisper_ear import Ear, distance, reason_deaf, words
from streamtts.engine import VoiceOptions
from streamtts.registry import synthesizer
from streamtts.speech.lexicon import Lexicon

pytestmark = [
    pytest.mark.skipif(reason_deaf() is not None, reason=str(reason_deaf())),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of packages that only this listener needs
]


@pytest.fixture(scope="module")
def ear(tmp_path_factory: pytest.TempPathFactory) -> Ear:
    return Ear(tmp_path_factory.mktemp("whisper"))


@pytest.mark.parametrize(
    ("name", "language", "sentences", "units", "limit"),
    [
        ("hibari", "en", ENGLISH, words, 0.10),
        ("openjtalk", "ja", JAPANESE, kana, 0.10),
        ("kokoro-ja", "ja", JAPANESE, kana, 0.10),
        ("nanotts", "en", ENGLISH, words, 0.20),
        ("nanotts", "de", GERMAN, words, 0.20),
        ("piper", "en", ENGLISH, words, 0.10),
        ("espeak", "en", ENGLISH, words, 0.30),
    ],
)
def test_what_is_said_is_understood(
    ear: Ear,
    *,
    name: str,
    language: str,
    sentences: list[str],
    units: Callable[[str], Sequence[str]],
    limit: float,
) -> None:
    engine = synthesizer(name)
    if reason := engine.missing():
        pytest.skip(reason)
    voice = engine.create(VoiceOptions(language=language, threads=2))
    lexicon = Lexicon()
    wrong = said = 0
    for sentence in sentences:
        sound = spoken(voice, lexicon.spoken(sentence, language))
        heard = ear.hear(sound, voice.rate_hz, language)
        missed = distance(units(sentence), units(heard))
        if missed:
            sys.stdout.write(f"{missed} {sentence} | {heard}\n")
        wrong, said = wrong + missed, said + len(units(sentence))
    voice.close()
    sys.stdout.write(f"{name} {language}: {wrong / said:.3f} of {said} wrong\n")
    assert wrong / said <= limit
