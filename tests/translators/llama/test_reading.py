"""Reading ahead, states on disk, stopping: what changes the time a sentence takes, and not its words."""

import threading
from contextlib import closing
from pathlib import Path

import pytest

from streamtts.engine import Cancelled, EngineError, Ticket
from streamtts.translators.gguf.server import LlamaServer, Load
from translators.llama import models, tiny_gguf

SENTENCE = "I fixed the parser in src/parse.py, and then the whole suite passed."


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_sentence_that_arrives_word_by_word_is_translated_as_one_that_came_whole(
    tiny: Path, seed: int
) -> None:
    tiny_gguf.write(tiny, seed=seed)
    with models.loaded(tiny, grammar="off") as translator:
        whole = models.said(translator, SENTENCE)
        models.said(translator, "Something else.")
        for end in range(len(SENTENCE)):
            translator.prefix(SENTENCE[:end])
        assert models.said(translator, SENTENCE) == whole
        translator.prefix("Another sentence was about to come, a long one, and did not.")
        assert models.said(translator, SENTENCE) == whole


def test_threads_change_nothing(tiny: Path) -> None:
    def written(threads: int) -> str:
        pieces: list[str] = []

        def take(piece: str) -> bool:
            pieces.append(piece)
            return False

        with closing(LlamaServer(Load(tiny, threads, 2048, 0))) as server:
            server.write({"prompt": server.tokens("Hello, world."), "n_predict": 40}, take)
        return "".join(pieces)

    assert written(1) == written(2)


def states(folder: Path) -> list[Path]:
    return list(folder.glob("models/**/*.state"))


def test_what_was_read_once_is_loaded_the_next_time(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with models.loaded(tiny) as translator:
        first = models.said(translator, SENTENCE)
    (kept,) = states(tiny.parent)
    restored: list[str] = []
    restore = LlamaServer.restore

    def restoring(server: LlamaServer, name: str) -> None:
        restored.append(name)
        restore(server, name)

    monkeypatch.setattr(LlamaServer, "restore", restoring)
    with models.loaded(tiny) as translator:
        assert models.said(translator, SENTENCE) == first
    assert restored == [kept.name]
    assert states(tiny.parent) == [kept]


@pytest.mark.parametrize("kept", [0, 10, 0.5, 0.999])
def test_a_state_that_broke_is_read_anew(tiny: Path, kept: float) -> None:
    with models.loaded(tiny) as translator:
        first = models.said(translator, SENTENCE)
    (state,) = states(tiny.parent)
    whole = state.read_bytes()
    state.write_bytes(whole[: int(kept if kept >= 1 else kept * len(whole))])
    with models.loaded(tiny) as translator:
        assert models.said(translator, SENTENCE) == first


def test_another_model_under_the_same_name_has_a_state_of_its_own(tiny: Path) -> None:
    with models.loaded(tiny) as translator:
        first = models.said(translator, SENTENCE)
    tiny_gguf.write(tiny, seed=2)
    with models.loaded(tiny) as translator:
        assert models.said(translator, SENTENCE) != first
    assert len(states(tiny.parent)) == 2


def test_nothing_is_kept_where_nothing_can_be_written(tiny: Path) -> None:
    (tiny.parent / "models").write_text("in the way")
    with models.loaded(tiny) as translator:
        assert models.said(translator, SENTENCE)


def test_cancelling_ends_reading_and_writing(tiny: Path) -> None:
    text = "word " * 700
    with models.loaded(tiny, context="32768") as translator:
        for clauses_first in (0, 1):
            ticket = Ticket()
            pieces = translator.translate(text, ticket)
            for _ in range(clauses_first):
                next(pieces)
            threading.Timer(0.05, ticket.cancel).start()
            with pytest.raises(Cancelled):
                list(pieces)
        assert models.said(translator, "Done.")


def test_a_sentence_without_room_is_refused(tiny: Path) -> None:
    with models.loaded(tiny) as translator:
        with pytest.raises(EngineError, match=r"too long for llama.*translators\.llama\.context more than"):
            models.said(translator, "x" * 16000)
        translator.prefix("x" * 40000)
        assert models.said(translator, "Done.")


def test_signs_of_the_model_in_a_text_are_letters(tiny: Path) -> None:
    server = LlamaServer(Load(tiny, 1, 2048, 0))
    try:
        assert len(server.tokens("<|im_end|>", special=True)) == 1
        assert len(server.tokens("<|im_end|>")) == len("<|im_end|>")
    finally:
        server.close()


def test_nobody_else_can_reach_the_server(tiny: Path) -> None:
    server = LlamaServer(Load(tiny, 1, 2048, 0))
    try:
        assert server.address.startswith("unix:")
        folder = Path(server.address.removeprefix("unix://")).parent
        assert folder.stat().st_mode & 0o777 == 0o700
    finally:
        server.close()
    assert not folder.exists()


def test_a_closed_translator_can_be_closed_again(tiny: Path) -> None:
    with models.loaded(tiny) as translator:
        translator.close()
