"""What the voices say is understood: by Whisper, who hears what is played and writes it down."""

import sys
from collections.abc import Callable, Sequence

import pytest

from engines.sounds import spoken
from engines.whisper_ear import Ear, distance, reason_deaf, words
from streamtts.engine import VoiceOptions
from streamtts.registry import synthesizer
from streamtts.speech.lexicon import Lexicon

ENGLISH = [
    "All tests pass now, so I am going to commit the change.",
    "The parser failed because the input ended in the middle of a string.",
    "I renamed the function and updated every place where it is called.",
    "Please run the whole suite again before you merge this branch.",
    "The server refuses connections until the certificate is renewed.",
    "Two of the files were never closed, which explains the warning.",
    "I could not reproduce the crash, but the log points to the cache.",
    "Reading the configuration takes longer than starting the program.",
    "The second approach is simpler and uses less memory.",
    "Here is a short summary of what was changed and why.",
]
JAPANESE = [
    "テストはすべて通りました。",
    "設定ファイルの読み込みを修正しました。",
    "関数の名前を変更して、呼び出し側もすべて直しました。",
    "原因は、ファイルが閉じられていなかったことです。",
    "この変更を取り込む前に、もう一度テストを実行してください。",
    "二つ目の方法のほうが簡単で、メモリも少なくて済みます。",
    "サーバーが起動しない問題は、まだ再現できていません。",
    "ログを確認したところ、キャッシュに問題があるようです。",
    "ドキュメントも新しい使い方に合わせて更新しました。",
    "最後に、変更した点を短くまとめます。",
]
GERMAN = [
    "Alle Tests sind jetzt erfolgreich, deshalb speichere ich die Änderung.",
    "Der Server nimmt keine Verbindungen an, bis das Zertifikat erneuert ist.",
    "Ich habe die Funktion umbenannt und alle Aufrufe angepasst.",
    "Die zweite Lösung ist einfacher und braucht weniger Speicher.",
]

pytestmark = [
    pytest.mark.skipif(reason_deaf() is not None, reason=str(reason_deaf())),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of packages that only this listener needs
]


@pytest.fixture(scope="module")
def ear(tmp_path_factory: pytest.TempPathFactory) -> Ear:
    return Ear(tmp_path_factory.mktemp("whisper"))


def kana(text: str) -> Sequence[str]:
    """As it sounds: the same words may be written with other characters."""
    import pyopenjtalk

    return [sign for sign in pyopenjtalk.g2p(text, kana=True, use_sudachi_kanji_yomi=False) if sign.isalpha()]


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
