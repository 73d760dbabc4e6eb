"""A model cut to two languages says what the whole one says, and learns what it has to read."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from streamtts import models
from streamtts.engine import EngineError, Ticket
from streamtts.translation import shortlist
from streamtts.translators.with_ctranslate2 import pair as ct2_pair
from streamtts.translators.with_ctranslate2.choice import tag
from streamtts.translators.with_ctranslate2.form import WEIGHTS, Form
from translators.nllb_ct2.rig import Model, loaded, said, sentences


def cuts() -> list[Path]:
    return sorted(models.derived("x").parent.glob("*/ct2-en-??-*"))


def test_what_has_its_best_tokens_in_the_list_is_the_same(
    nllb: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts, half = sentences(30), sentences(15)
    with loaded(nllb.options(shortlist="off")) as whole:
        wanted = said(whole, texts)
        written = {
            name for source in whole._read(half) for name in whole._steps(source, whole._longest(source))
        }
    names = Form.load(nllb.folder).read_names(nllb.folder)

    def listed(tokens: Sequence[str], keep: Sequence[int], languages: Sequence[str]) -> list[int]:
        rows = {place for place, name in enumerate(tokens) if name in written or languages == ["en"]}
        return sorted(rows.union(keep))

    monkeypatch.setattr(ct2_pair, "ids", listed)
    with loaded(nllb.options()) as cut:
        given = said(cut, texts)
    (place,) = cuts()
    kept = json.loads((place / "target_vocabulary.json").read_text(encoding="utf-8"))
    assert len(kept) < len(names) / 2
    assert given[:15] == wanted[:15]
    assert given != wanted


def test_marian_says_itself_what_it_reads_and_writes(model: Model) -> None:
    form = Form.load(model.folder)
    assert bool(form.source) == (model.family == "marian")
    with loaded(model.options(shortlist="off")) as whole, loaded(model.options()) as cut:
        for text in sentences(12):
            (source,) = whole._read([text])
            steps = list(whole._steps(source, whole._longest(source)))
            (place,) = cuts()
            kept = json.loads((place / "target_vocabulary.json").read_text(encoding="utf-8"))
            if set(steps) <= set(kept):
                assert said(cut, [text]) == said(whole, [text])


def test_a_token_that_is_not_read_yet_is_learned_for_ever(
    nllb: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_are_written(tokens: Sequence[str], keep: Sequence[int], languages: Sequence[str]) -> list[int]:
        return shortlist.ids(tokens, keep, languages) if languages == ["en"] else list(range(len(tokens)))

    monkeypatch.setattr(ct2_pair, "ids", all_are_written)
    monkeypatch.setattr(ct2_pair, "SOURCE_ROWS", 0)
    monkeypatch.setattr(ct2_pair, "SOURCE_ROWS_MORE", 1)
    texts = sentences(6)
    with loaded(nllb.options(compute="float32", shortlist="off")) as whole:
        wanted = said(whole, texts)
    with loaded(nllb.options(compute="float32")) as cut:
        first = cuts()
        assert said(cut, texts[:2]) == wanted[:2]
        assert cut.translate_batch(texts, Ticket()) == wanted
        assert len(first) == len(cuts()) == 1
        assert cuts() != first
    (place,) = cuts()
    made_ns = (place / WEIGHTS).stat().st_mtime_ns
    with loaded(nllb.options(compute="float32")) as again:
        assert said(again, texts) == wanted
    assert [(place / WEIGHTS).stat().st_mtime_ns for place in cuts()] == [made_ns]


def test_what_was_learned_may_get_lost(nllb: Model) -> None:
    with loaded(nllb.options()) as cut:
        wanted = said(cut, sentences(2))
    (place,) = cuts()
    (place.parent / "ct2-en-ja.learned.json").write_text('{"no": "list"}', encoding="utf-8")
    (place / "reads.json").write_text("no json", encoding="utf-8")
    (place / WEIGHTS).write_bytes(b"half")
    with loaded(nllb.options()) as again:
        assert said(again, sentences(2)) == wanted


def test_a_full_disk_is_one_sentence(nllb: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        free = 1000

    monkeypatch.setattr("streamtts.models.folder.shutil.disk_usage", lambda _: Full)
    with pytest.raises(
        EngineError, match=r"make room for .*; or set translators\.nllb-ct2\.shortlist to off"
    ):
        loaded(nllb.options()).__enter__()
    assert cuts() == []
    with loaded(nllb.options(shortlist="off")) as whole:
        assert said(whole, ["Done."])


def test_a_disk_that_is_full_in_the_middle_leaves_nothing(
    nllb: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("streamtts.translators.with_ctranslate2.weights.Weights.write", full)
    with pytest.raises(EngineError, match=r"the disk of .* is full: free some space"):
        loaded(nllb.options()).__enter__()
    assert not [path for path in models.derived("x").parent.rglob("*") if path.is_file()]


def test_a_disk_that_fills_while_it_learns_costs_one_sentence(
    nllb: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ct2_pair, "SOURCE_ROWS", 0)
    monkeypatch.setattr(ct2_pair, "SOURCE_ROWS_MORE", 0)
    known, other = sentences(1)[0], "# $ %"
    with loaded(nllb.options()) as cut:
        wanted = said(cut, [known])
        with monkeypatch.context() as while_full:
            while_full.setattr("streamtts.translators.with_ctranslate2.weights.Weights.write", full)
            with pytest.raises(EngineError, match="is full: free some space"):
                said(cut, [other])
            assert said(cut, [known]) == wanted
        assert said(cut, [other])
        cut.close()
        with pytest.raises(EngineError, match="load it again"):
            said(cut, [known])


def test_what_a_killed_process_has_begun_goes_after_a_while(nllb: Model) -> None:
    with loaded(nllb.options()) as cut:
        wanted = said(cut, ["Done."])
    (place,) = cuts()
    old, new = place.parent / ".begun-old", place.parent / ".begun-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / WEIGHTS).write_bytes(b"half")
    os.utime(old, (0, 0))
    (place / "reads.json").unlink()
    with loaded(nllb.options()) as again:
        assert said(again, ["Done."]) == wanted
    assert not old.exists()
    assert new.exists()


def test_several_at_once_make_one_cut(nllb: Model) -> None:
    def load() -> list[str]:
        with loaded(nllb.options()) as cut:
            return said(cut, sentences(2))

    with ThreadPoolExecutor(3) as pool:
        done = [each.result() for each in [pool.submit(load) for _ in range(3)]]
    assert done[0] == done[1] == done[2]
    assert len(cuts()) == 1


def test_a_model_with_several_targets_is_told_which() -> None:
    form = Form("marian", 512, {"</s>": 0}, "</s>", 1, {">>fra<<": 7, ">>pt<<": 9})
    assert tag(form, "fr", "x") == 7
    assert tag(form, "pt", "x") == 9
    with pytest.raises(EngineError, match="the model x does not know German: choose another model"):
        tag(form, "de", "x")
