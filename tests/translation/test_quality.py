"""Which translator each quality mode takes of those that are ready, and what goes before every mode."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from streamtts.engine import EngineError, TranslatorOptions
from streamtts.quality.machine import Hardware, Machine
from streamtts.quality.policy import Policy
from streamtts.registry import TRANSLATORS
from streamtts.speech.lexicon import Lexicon
from streamtts.translation.translators import Translators
from streamtts.translation.wanted import wanted_model
from streamtts.types import Quality
from translation import fakes
from translation.fakes import Fake
from worker.registering import install

MODES: tuple[Quality, ...] = ("fast", "balanced", "best")
SEVEN = "qwen2.5-7b-instruct-q3"
NAMES = ("llama", "nllb", "nllb-ct2", "nllb-mlx", "bergamot", "openai")

Open = Callable[..., Translators]


class World(dict[str, Fake]):
    """The engines by name, the models that are here, and what was told."""

    def __init__(self) -> None:
        super().__init__((name, Fake(name, ("ja", "fr", "pt"))) for name in NAMES)
        self["openai"].cloud = True
        self["bergamot"].targets = ("pt",)
        self.models: set[str] = {"", SEVEN, "opus-mt-en-fr", "nllb-200-3.3b"}
        self.told: list[str] = []

    def wants(self, options: TranslatorOptions) -> str | None:
        name = options.model
        return None if name in self.models else f"the model {name or 'it'} is not here: pull {name or 'it'}"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    there = World()
    places = {fake.name: f"translation.fakes:{fake.attribute}" for fake in there.values()}
    places["identity"] = "streamtts.translators.identity:engine"
    install(tmp_path, places, distribution="streamtts", group=TRANSLATORS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(fakes, "ENGINES", {})
    for fake in there.values():
        fake.wants = there.wants
        fake.register()
    return there


@pytest.fixture
def opened(world: World) -> Iterator[Open]:
    pools: list[Translators] = []

    def opener(mode: Quality, hardware: Hardware = "processor", specs: Sequence[str] = ()) -> Translators:
        pools.append(
            Translators(
                specs,
                threads=1,
                isolate="auto",
                settings={},
                notice=world.told.append,
                lexicon=Lexicon.load(),
                policy=Policy(mode, Machine(hardware, 8, 64)),
            )
        )
        return pools[-1]

    yield opener
    for pool in pools:
        pool.close()


def absent(world: World, *names: str) -> None:
    for name in names:
        world[name].missing = f"{name} is not installed: pip install it"


@pytest.mark.parametrize(
    ("hardware", "mode", "target", "without", "label"),
    [
        ("processor", "fast", "ja", [], "nllb"),
        ("processor", "fast", "ja", ["nllb"], "nllb-ct2"),
        ("processor", "fast", "ja", ["nllb", "nllb-ct2"], "llama"),
        ("processor", "balanced", "ja", [], "llama"),
        ("processor", "balanced", "ja", ["llama"], "nllb-ct2"),
        ("processor", "best", "ja", [], "llama"),
        ("nvidia", "fast", "ja", [], "nllb"),
        ("nvidia", "balanced", "ja", [], "llama"),
        ("nvidia", "best", "ja", [], f"llama:{SEVEN}"),
        ("nvidia", "best", "ja", ["llama"], "nllb:nllb-200-3.3b"),
        ("apple", "fast", "ja", [], "nllb-mlx"),
        ("apple", "fast", "ja", ["nllb-mlx"], "nllb"),
        ("apple", "balanced", "ja", ["llama"], "nllb-mlx"),
        ("apple", "best", "ja", [], f"llama:{SEVEN}"),
        ("processor", "fast", "pt", [], "bergamot"),
        ("processor", "balanced", "pt", [], "llama"),
        ("processor", "balanced", "pt", ["llama", "nllb", "nllb-ct2", "nllb-mlx"], "bergamot"),
        ("processor", "fast", "fr", [], "nllb:opus-mt-en-fr"),
        ("processor", "balanced", "fr", [], "nllb:opus-mt-en-fr"),
        ("processor", "balanced", "fr", ["nllb"], "llama"),
        ("nvidia", "best", "en-US", [], "identity"),
    ],
)
def test_the_first_that_is_ready_translates(
    world: World,
    opened: Open,
    *,
    hardware: Hardware,
    mode: Quality,
    target: str,
    without: list[str],
    label: str,
) -> None:
    absent(world, *without)
    assert opened(mode, hardware).translator("en", target).label == label
    assert world.told == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("spec", ["nllb-ct2", "en-ja=bergamot", "openai", f"llama:{SEVEN}"])
def test_what_the_user_names_goes_before_every_mode(
    world: World, opened: Open, mode: Quality, spec: str
) -> None:
    world["bergamot"].targets = ("ja",)
    assert opened(mode, "nvidia", [spec]).translator("en", "ja").label == spec.rpartition("=")[2]


def test_a_model_that_a_mode_prefers_and_is_not_here_is_told_and_nothing_is_started(
    world: World, opened: Open
) -> None:
    world.models.discard(SEVEN)
    assert opened("best", "nvidia").translator("en", "ja").label == "llama"
    assert [loaded.options.model for loaded in world["llama"].loaded] == [""]
    told = f"llama translates from English to Japanese, because the model {SEVEN} is not here: pull {SEVEN}"
    assert world.told == [told]
    assert opened("balanced", "nvidia").translator("en", "ja").label == "llama"
    assert world.told == [told]


@pytest.mark.parametrize("mode", MODES)
def test_one_that_sends_text_away_is_never_taken_by_a_mode(world: World, opened: Open, mode: Quality) -> None:
    absent(world, *(name for name in NAMES if name != "openai"))
    with pytest.raises(EngineError, match="nothing here can translate from English to Japanese"):
        opened(mode).translator("en", "ja")
    assert not world["openai"].loaded


def test_with_no_model_at_all_the_first_is_named(world: World, opened: Open) -> None:
    world.models.clear()
    with pytest.raises(EngineError, match=r"from English to Japanese: the model it is not here: pull it$"):
        opened("balanced").translator("en", "ja")
    assert world.told == []


@pytest.mark.parametrize(
    ("mode", "hardware", "here", "wanted"),
    [
        ("balanced", "processor", [], "qwen2.5-coder-1.5b-instruct-q4"),
        ("best", "nvidia", [], SEVEN),
        ("fast", "apple", [], "fugumt-en-ja"),
        ("fast", "apple", ["nllb-mlx"], ""),
        ("best", "nvidia", ["nllb-ct2"], ""),
    ],
)
def test_what_the_demo_fetches_is_what_the_mode_prefers(
    world: World, tmp_path: Path, *, mode: Quality, hardware: Hardware, here: list[str], wanted: str
) -> None:
    """An engine that only says that it wants some model is no reason to fetch none."""
    for name, model in (("llama", "qwen2.5-coder-1.5b-instruct-q4"), ("nllb", "fugumt-en-ja")):
        world[name].model = model
        world[name].register()
    for name in ("nllb-mlx", "nllb-ct2"):
        world[name].wants = lambda options: None if here else f"no model for {options.target}"
    policy = Policy(mode, Machine(hardware, 8, 64))
    environ = {"STREAMTTS_MODELS": str(tmp_path / "models")}
    assert wanted_model([], "en", "ja", environ, policy) == wanted
    assert wanted_model(["openai"], "en", "ja", environ, policy) == ""
