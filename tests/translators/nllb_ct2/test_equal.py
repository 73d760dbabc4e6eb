"""What a converted model says is what transformers says with the same weights."""

import json
import shutil
from pathlib import Path

import pytest

from streamtts.engine import Cancelled, EngineError, Ticket
from streamtts.translators.with_ctranslate2.conversion import convert
from streamtts.translators.with_ctranslate2.form import Form
from streamtts.translators.with_ctranslate2.tokens import tokens
from translators.nllb_ct2.rig import Model, loaded, said, sentences

ODD = [
    "a  b",
    "日本語 and English",
    "naïve café",
    "#$%",
    "x" * 200,
    "</s> jpn_Jpan <unk>",
    "tab\there",
    "1,000.5",
]


def test_texts_are_read_alike(model: Model) -> None:
    ours = tokens(model.folder, Form.load(model.folder))
    for text in [*sentences(40), *ODD]:
        if "</s>" in text:
            continue
        theirs = model.tokenizer(text, add_special_tokens=False)["input_ids"]
        assert ours.encode(text) == theirs, text


def test_texts_are_normalized_and_split_as_the_model_wants_it(nllb: Model, tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    folder = tmp_path / "as published"
    shutil.copytree(nllb.source, folder)
    file = folder / "tokenizer.json"
    read = json.loads(file.read_text(encoding="utf-8"))
    read["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Lowercase"}]}
    read["pre_tokenizer"] = {
        "type": "Sequence",
        "pretokenizers": [{"type": "WhitespaceSplit"}, read["pre_tokenizer"]],
    }
    file.write_text(json.dumps(read), encoding="utf-8")
    (tmp_path / "converted").mkdir()
    convert(folder, tmp_path / "converted", lambda _: None)
    ours = tokens(tmp_path / "converted", Form.load(tmp_path / "converted"))
    theirs = Tokenizer.from_file(str(file))
    for text in [*sentences(10), "Ｔｈｅ  ﾃｽﾄ ① passes", "\tThe\n END "]:
        assert ours.encode(text) == theirs.encode(text, add_special_tokens=False).ids, text


def test_a_text_cannot_say_what_only_we_may_say(model: Model) -> None:
    form = Form.load(model.folder)
    read = tokens(model.folder, form).encode("</s> jpn_Jpan <s> eng_Latn")
    assert not {*form.special.values(), *form.tags.values()} - {form.unknown} & set(read)


def test_every_token_is_the_same(model: Model) -> None:
    texts = sentences(12)
    with loaded(model.options(compute="float32", shortlist="off")) as ours:
        given = said(ours, texts)
        assert given == model.said_by_transformers(texts)
        assert max(len(set(text)) for text in given) > 8


def test_a_batch_says_what_each_says_alone(model: Model) -> None:
    texts = [*sentences(20), "", "Done."]
    with loaded(model.options()) as ours:
        assert ours.translate_batch(texts, Ticket()) == said(ours, texts)


def test_clauses_are_the_sentence(model: Model) -> None:
    with loaded(model.options()) as ours:
        for text in sentences(10):
            clauses = list(ours.translate(text, Ticket()))
            assert all(clauses)
            assert "".join(clauses) == ours.translate_batch([text], Ticket())[0]


def test_beams_say_one_clause(model: Model) -> None:
    with loaded(model.options(beams="4")) as ours:
        (whole,) = ours.translate(sentences(1)[0], Ticket())
        assert whole == ours.translate_batch(sentences(1), Ticket())[0]


def test_a_cancel_ends_a_sentence_in_the_middle(nllb: Model) -> None:
    with loaded(nllb.options()) as ours:
        ticket = Ticket()
        steps = ours._steps(*ours._read(sentences(1)), 200)
        next(steps)
        steps.close()
        pieces = ours.translate(sentences(1)[0], ticket)
        ticket.cancel()
        with pytest.raises(Cancelled):
            list(pieces)
        assert said(ours, sentences(2)) == ours.translate_batch(sentences(2), Ticket())


def test_a_sentence_beyond_the_model_is_refused(model: Model) -> None:
    with loaded(model.options()) as ours:
        with pytest.raises(EngineError, match=r"a sentence of \d+ tokens is longer than the \d+"):
            said(ours, ["q z " * 2000])
        assert said(ours, ["Done."])
