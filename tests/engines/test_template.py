"""The engine that docs/engines.md shows works as it says."""

import re
from pathlib import Path

import pytest

from engines.sounds import spoken
from streamtts.engine import Cancelled, SynthesizerEngine, Ticket, VoiceOptions
from streamtts.registry import synthesizer_names

DOCS = Path(__file__).parent.parent.parent / "docs/engines.md"


@pytest.fixture(scope="module")
def engine() -> SynthesizerEngine:
    (source,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    module: dict[str, object] = {}
    exec(compile(source, "docs/engines.md", "exec"), module)  # noqa: S102 - our own page
    made = module["engine"]
    assert isinstance(made, SynthesizerEngine)
    return made


def test_the_template_speaks(engine: SynthesizerEngine) -> None:
    voice = engine.create(VoiceOptions())
    assert len(spoken(voice, "two words")) == 8 * 2_000
    assert len(spoken(voice, "... —")) == 0
    assert len(spoken(voice, "x" * 1_000_000)) < 10 * voice.rate_hz
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        list(voice.speak("two words", ticket))
    voice.close()


def test_the_page_names_every_engine() -> None:
    page = DOCS.read_text(encoding="utf-8")
    assert [name for name in synthesizer_names() if f"| `{name}`" not in page] == []
