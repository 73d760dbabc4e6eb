"""A server that wants what vLLM-Omni wants, and a voice that asks it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from engines.cosy.omni_server import OmniServer, settings_for
from engines.speech_server import Answer
from streamtts.engine import Synthesizer, VoiceOptions
from streamtts.synthesizers.cosy.served import KEY_VARIABLE
from streamtts.synthesizers.cosyvoice import engine
from streamtts.web.openai import KEY_VARIABLES

Serve = Callable[..., tuple[OmniServer, Synthesizer]]


@pytest.fixture(autouse=True)
def data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Nothing of whoever runs the tests: no keys, no voices."""
    for name in (*KEY_VARIABLES, KEY_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / "data"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Settings that are empty are left out."""
    with ExitStack() as stack:

        def started(*answers: Answer, named: str = "", **settings: str) -> tuple[OmniServer, Synthesizer]:
            server = stack.enter_context(OmniServer(*answers))
            given = {**settings_for(server, tmp_path), **settings}
            given = {name: word for name, word in given.items() if word}
            made = engine.create(VoiceOptions(voice=named, language="en", settings=given))
            stack.callback(made.close)
            return server, made

        yield started
