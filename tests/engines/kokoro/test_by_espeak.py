"""A text becomes phrases: the marks of the text between what eSpeak NG, a program, makes of its words."""

import shutil
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.engine import Cancelled, EngineError, Ticket
from streamtts.synthesizers import speakable
from streamtts.synthesizers.kokoro import by_espeak
from streamtts.synthesizers.kokoro.by_espeak import VARIETIES, EspeakReader
from streamtts.synthesizers.kokoro.phrases import STOPS, Phrase

MOST = 128


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> EspeakReader:
    """Whose program writes the words as they are."""
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(by_espeak, "output_of", lambda _argv, words, _ticket, **_: iter([words.encode()]))
    return EspeakReader("es")  # whose letters stay


def written(reader: EspeakReader, text: str) -> list[str]:
    return [phrase.phonemes for phrase in reader.phrases(text, Ticket())]


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("una frase corta.", ["una frase corta."]),
        ("una frase corta, y la otra.", ["una frase corta,", "y la otra."]),
        ("si, no.", ["si, no."]),
        ("dime: listo?!", ["dime: listo?!"]),
        ('dijo "listo" y calla', ["dijo “listo”", "y calla"]),
        ("uno (dos) tres", ["uno (dos) tres"]),
        ("«uno» – dos", ["“uno”— dos"]),
        ("casi 3.14, el p.ej. no cuenta... fin", ["casi 3.14, el p.ej. no cuenta…", "fin"]),
        ("el sr. Juan", ["el sr. Juan"]),
        ("esto termina。Otra vez？", ["esto termina.", "Otra vez?"]),
        ("?! hola", ["?! hola"]),
        ("...", ["…"]),
    ],
)
def test_marks_stay_and_phrases_end_at_them(reader: EspeakReader, text: str, phrases: list[str]) -> None:
    assert written(reader, text) == phrases


def test_what_has_no_mark_is_cut_behind_a_word(reader: EspeakReader) -> None:
    text = "palabra " * 60
    phrases = written(reader, text)
    assert all(len(phrase) <= MOST and not phrase.startswith(" ") for phrase in phrases)
    assert " ".join(phrases).split() == text.split()


def test_a_word_without_end_is_cut_in_the_middle(reader: EspeakReader) -> None:
    phrases = written(reader, "x" * 390 + "?!")
    assert "".join(phrases) == "x" * 390 + "?!"
    assert max(map(len, phrases)) <= MOST + 2


def letters_alone(_argv: object, words: str, _ticket: Ticket, **_: object) -> Iterator[bytes]:
    """As eSpeak writes no marks of its own."""
    yield "".join(c for c in words if c.isalnum() or c.isspace()).encode()


@given(text=st.text(alphabet="aé1 .,;:!?…—\"'()[]«»“”-¿", max_size=80))
def test_no_word_is_lost_and_no_mark_begins_what_follows_words(text: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
        patched.setattr(by_espeak, "output_of", letters_alone)
        phrases = list(EspeakReader("es").phrases(text, Ticket()))
    said = "".join(phrase.phonemes for phrase in phrases)
    assert [c for c in said if c.isalnum()] == [c for c in text if c.isalnum()]
    for phrase in phrases[1:]:
        assert phrase.phonemes[0] not in STOPS
    for phrase in phrases:
        assert len(phrase.phonemes) <= MOST + 2


def test_a_pause_follows_a_mark(reader: EspeakReader) -> None:
    first, second = reader.phrases("una frase (corta), sin fin", Ticket())
    assert first.pause_s > second.pause_s > 0


def test_commands_for_the_program_are_only_text(reader: EspeakReader) -> None:
    assert "[[" not in "".join(written(reader, "[[volm 9]] [[[[hola]]"))


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed: apt install espeak-ng")
@pytest.mark.parametrize(
    ("variety", "text", "phonemes"),
    [
        ("en-us", "Hello world, little judge.", ["həlˈO wˈɜɹld,", "lˈɪTᵊl ʤˈʌʤ."]),
        ("en-gb", "No bottle?", ["nˈQ bˈɒtᵊl?"]),
        ("es", "hola chicos", ["ˈola ʧˈikos"]),
    ],
)
def test_the_program_itself(variety: str, text: str, phonemes: list[str]) -> None:
    assert written(EspeakReader(variety), text) == phonemes


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed: apt install espeak-ng")
@pytest.mark.parametrize("variety", VARIETIES)
def test_hostile_text_is_only_text(variety: str) -> None:
    for text in ("--version -f /etc/passwd", "<speak>&lt;</speak>", "漢字 Привет", "%s$(id)`id`"):
        for piece in speakable.pieces(text, 400):
            for phrase in EspeakReader(variety).phrases(piece, Ticket()):
                assert isinstance(phrase, Phrase)
                assert "(^" not in phrase.phonemes


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed: apt install espeak-ng")
def test_nobody_reads_on_for_a_ticket_that_is_cancelled() -> None:
    ticket = Ticket()
    phrases = EspeakReader("en-us").phrases("All tests pass now, " * 10, ticket)
    next(phrases)
    ticket.cancel()
    with pytest.raises(Cancelled):
        next(phrases)


def test_without_the_program_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(EngineError, match="espeak-ng, which reads for Kokoro, is not installed: install it"):
        EspeakReader("en-us")
