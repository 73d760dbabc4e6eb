"""Which translator is asked: what the user chose, what is good, and what is left when those fail."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from streamtts.engine import Cancelled, EngineError, Ticket
from streamtts.errors import UsageError
from streamtts.registry import TRANSLATORS
from streamtts.speech.lexicon import Lexicon
from streamtts.translation.cache import Cache
from streamtts.translation.careful import SentenceError
from streamtts.translation.translators import Choice, Translators, chosen
from translation import fakes
from translation.fakes import Fake
from translation.scripted import sentence
from worker.registering import install

TROUBLE = EngineError("it was mute")


@dataclass
class World:
    """The engines by name, and what the user was told."""

    engines: dict[str, Fake]
    told: list[str] = field(default_factory=list)
    opened: list[Translators] = field(default_factory=list)

    def __getitem__(self, name: str) -> Fake:
        return self.engines[name]

    def translators(self, *specs: str, **more: object) -> Translators:
        given: dict[str, object] = {"threads": 1, "isolate": "auto", "settings": {}, **more}
        pool = Translators(specs, notice=self.told.append, lexicon=Lexicon.load(), **given)  # type: ignore[arg-type]
        self.opened.append(pool)
        return pool


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    engines = [Fake("llama"), Fake("nllb-ct2"), Fake("nllb", ("ja",)), Fake("openai")]
    places = {fake.name: f"translation.fakes:{fake.attribute}" for fake in engines}
    places |= {name: f"streamtts.translators.{name}:engine" for name in ("identity", "mark")}
    places |= {"broken": "translation.no_such_module:engine", "no-engine": "os:path"}
    install(tmp_path, places, distribution="streamtts", group=TRANSLATORS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(fakes, "ENGINES", {})
    for fake in engines:
        fake.register()
    there = World({fake.name: fake for fake in engines})
    yield there
    for pool in there.opened:
        pool.close()


@pytest.mark.parametrize(
    ("specs", "pair", "label"),
    [
        ([], ("en", "ja"), "llama"),
        ([], ("en-GB", "ja_JP.UTF-8"), "llama"),
        ([], ("en", "en-US"), "identity"),
        (["openai"], ("en", "ja"), "openai"),
        (["openai:gpt-5:x"], ("en", "ja"), "openai:gpt-5:x"),
        (["en-ja=nllb:/m/a=b"], ("en", "ja"), "nllb:/m/a=b"),
        (["en-ja=nllb"], ("en", "fr"), "llama"),
        (["EN-zh-TW=nllb-ct2"], ("en", "zh-Hant-HK"), "nllb-ct2"),
        (["mark"], ("en", "sw"), "mark"),
        (["openai"], ("ja", "ja"), "identity"),
    ],
)
def test_each_pair_has_its_translator(
    world: World, specs: list[str], pair: tuple[str, str], label: str
) -> None:
    assert world.translators(*specs).translator(*pair).label == label
    assert world.told == []


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("lama", "no translator 'lama': did you mean llama?"),
        ("", "is no translator: give ENGINE"),
        ("llama:", "is no translator: give ENGINE"),
        ("en=llama", "is no pair of languages: give two codes, like en-ja"),
        ("en-jp=llama", r"'jp' is no language that can be translated: did you mean ja \(Japanese\)"),
        ("a-b-c-d=llama", "is no pair of languages"),
        ("en-fr=nllb", "nllb does not translate from English to French"),
        ("broken", "failed with ModuleNotFoundError"),
        ("no-engine", "is no TranslatorEngine"),
    ],
)
@pytest.mark.usefixtures("world")
def test_a_wrong_choice_is_one_sentence(spec: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        chosen(spec)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("llama:nope", r"^there is no model 'nope' for llama: `streamtts models list llama` lists what"),
        ("en-ja=llama:nope", "no model 'nope' for llama"),
        ("llama:qwen2.5-coder-1.5b", r"did you mean qwen2.5-coder-1.5b-instruct-q4\?$"),
        ("llama:opus-mt-en-fr", "no model 'opus-mt-en-fr' for llama"),
        ("nllb-ct2:OPUS-mt-en-f", r"'OPUS-mt-en-f' for nllb: did you mean opus-mt-en-fr\?$"),
        ("nllb-mlx:\x1b[31m", r"there is no model '\\x1b\[31m' for nllb"),
        ("bergamot:tiny", "bergamot takes no model: leave 'tiny' away"),
    ],
)
def test_a_model_that_cannot_be_is_one_sentence(spec: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as refused:
        chosen(spec)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    "spec", ["llama:qwen2.5-7b-instruct-q3", "llama:/nowhere/own.gguf", "nllb:opus-mt-en-fr", "openai:any"]
)
def test_a_model_that_can_be_is_taken_before_it_is_here(spec: str) -> None:
    assert chosen(spec).label == spec


def test_a_file_here_is_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.gguf").write_bytes(b"GGUF")
    monkeypatch.chdir(tmp_path)
    assert chosen("llama:own.gguf").model == "own.gguf"
    with pytest.raises(UsageError, match=r"no model 'other.gguf' for llama"):
        chosen("llama:other.gguf")


@pytest.mark.usefixtures("world")
def test_what_a_choice_means() -> None:
    assert chosen("en-ja=llama:qwen") == Choice("llama", "qwen", ("en", "ja"), named=True)


def test_what_was_asked_for_arrives_at_the_engine(world: World) -> None:
    pool = world.translators("llama:qwen", threads=3, settings={"llama": {"n": "1"}, "nllb": {"x": "y"}})
    assert pool.translator("en-GB", "ja-JP") is pool.translator("en", "ja")
    (loaded,) = world["llama"].loaded
    options = loaded.options
    assert (options.source, options.target, options.model, options.threads) == ("en", "ja", "qwen", 3)
    assert options.settings == {"n": "1"}


def test_what_is_not_installed_is_passed_over_in_silence(world: World) -> None:
    world["llama"].missing = "llama is not installed: pip install 'streamtts[llama]'"
    assert world.translators().translator("en", "ja").label == "nllb-ct2"
    assert world.told == []


def test_a_better_engine_without_its_model_is_told(world: World) -> None:
    world["llama"].error = EngineError("no model: run `streamtts models pull qwen`")
    assert world.translators().translator("en", "ja").label == "nllb-ct2"
    assert world.told == [
        "nllb-ct2 translates from English to Japanese, because no model: run `streamtts models pull qwen`"
    ]


def test_a_chosen_one_that_cannot_is_told(world: World) -> None:
    world["openai"].error = ValueError("torn")
    assert world.translators("openai").translator("en", "ja").label == "llama"
    assert world.told[0].startswith("openai cannot translate: the engine openai failed with ValueError: torn")


def test_with_none_the_first_reason_is_told(world: World) -> None:
    world["llama"].error = EngineError("no model: run `streamtts models pull qwen`")
    for name in ("nllb-ct2", "nllb"):
        world[name].missing = "pip install it"
    with pytest.raises(EngineError) as caught:
        world.translators().translator("en", "ja")
    assert str(caught.value) == (
        "nothing here can translate from English to Japanese: no model: run `streamtts models pull qwen`"
    )
    assert world.told == []


def test_an_engine_that_does_not_know_the_pair_is_passed_over(world: World) -> None:
    pool = world.translators("nllb")
    assert pool.translator("en", "fr").label == "llama"
    assert pool.translator("en", "ja").label == "nllb"
    with pytest.raises(EngineError, match="nothing here can translate from English to Swahili"):
        pool.translator("en", "sw")


def test_an_unknown_language_is_refused(world: World) -> None:
    with pytest.raises(UsageError, match="did you mean ja"):
        world.translators().translator("en", "jp")


def test_three_failures_in_a_row_bring_in_the_next(world: World) -> None:
    pool = world.translators()
    first = pool.translator("en", "ja")
    for _ in range(2):
        pool.failed(first, TROUBLE)
    pool.translated(first)
    for _ in range(2):
        pool.failed(first, TROUBLE)
    assert pool.translator("en", "ja") is first
    pool.failed(first, TROUBLE)
    assert pool.translator("en", "ja").label == "nllb-ct2"
    assert world["llama"].loaded[0].closed
    assert world.told == [
        "llama failed 3 times in a row, at last because it was mute: nllb-ct2 translates from here on"
    ]


def test_one_that_is_no_good_at_some_sentences_gets_more_of_a_chance(world: World) -> None:
    pool = world.translators()
    first = pool.translator("en", "ja")
    for _ in range(9):
        pool.failed(first, SentenceError("it is far too long"))
    assert pool.translator("en", "ja") is first
    pool.failed(first, SentenceError("it is far too long"))
    assert pool.translator("en", "ja").label == "nllb-ct2"
    assert world.told[0].startswith("llama failed 10 times in a row, at last because it is far too long")


def test_an_engine_that_lacks_only_its_model_is_nearer_than_one_that_is_not_installed(world: World) -> None:
    world["llama"].missing = world["nllb"].missing = "pip install it"
    world["nllb-ct2"].error = EngineError("no model: run `streamtts models pull nllb`")
    with pytest.raises(EngineError, match="models pull nllb"):
        world.translators().translator("en", "ja")


def test_of_several_that_were_chosen_the_first_says_why(world: World) -> None:
    world["nllb"].error = EngineError("no model: run `streamtts models pull nllb`")
    world["openai"].error = EngineError("no server")
    world["llama"].missing = world["nllb-ct2"].missing = "pip install it"
    with pytest.raises(EngineError, match="to Japanese: no server"):
        world.translators("openai", "nllb").translator("en", "ja")
    assert world.told == []


def test_sentences_go_through_with_all_care(world: World) -> None:
    cache = Cache(None, world.told.append)
    loaded = world.translators(cache=cache).translator("en", "ja")
    assert list(loaded.careful.translate(sentence("It works."), Ticket())) == ["テストです。"]
    assert cache.get(("llama", "", "en", "ja", "It works.")) == "テストです。"
    other = world.translators(cache=cache, settings={"llama": {"url": "http://b/v1"}}).translator("en", "ja")
    "".join(other.careful.translate(sentence("It works."), Ticket()))
    assert cache.get(("llama", " url=http://b/v1", "en", "ja", "It works.")) == "テストです。"
    world["llama"].loaded[0].broken = True
    assert list(loaded.careful.translate(sentence("It works."), Ticket())) == ["テストです。"]
    with pytest.raises(EngineError, match="it gave up"):
        list(loaded.careful.translate(sentence("It is new."), Ticket()))


def test_the_test_translator_is_fit_for_the_whole_way(world: World) -> None:
    pool = world.translators("mark", settings={"mark": {"fails": "never"}})
    text = "The parser calls foo_bar, then it stops."
    japanese = pool.translator("en", "ja").careful
    spoken = ["<ツハエプアラスエラクアルルスfoo_bar、>", "<ツハエノイツスツオプス。>"]
    assert list(japanese.translate(sentence(text), Ticket())) == spoken
    french = pool.translator("en", "fr").careful
    spoken = ["<Theo parsero callso foo_bar,>", "< theno ito stopso.>"]
    assert list(french.translate(sentence(text), Ticket())) == spoken
    with pytest.raises(EngineError, match="told to fail"):
        list(japanese.translate(sentence("It never ends."), Ticket()))


def test_what_is_in_the_language_already_stays_as_it_is(world: World) -> None:
    loaded = world.translators().translator("en-US", "en-GB")
    for text in ("The tests pass, all of them, at last.", "日本語 and  English"):
        assert list(loaded.careful.translate(sentence(text), Ticket())) == [text]


@pytest.mark.parametrize("isolate", ["auto", "always"])
def test_an_engine_in_a_process_of_its_own(world: World, isolate: str) -> None:
    loaded = world.translators("mark", isolate=isolate).translator("en", "fr")
    assert "".join(loaded.careful.translate(sentence("One, two."), Ticket())) == "<Oneo,>< twoo.>"


def test_closed_it_closes_all_and_loads_no_more(world: World) -> None:
    pool = world.translators()
    pool.translator("en", "ja")
    pool.translator("en", "fr")
    pool.close()
    assert all(each.closed for each in world["llama"].loaded)
    with pytest.raises(Cancelled):
        pool.translator("en", "ja")
