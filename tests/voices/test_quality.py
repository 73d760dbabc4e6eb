"""Which voice each quality mode takes of those that are ready, and what goes before every mode."""

import pytest

from streamtts.engine import EngineError
from streamtts.quality.machine import HARDWARE, Hardware, Machine
from streamtts.quality.policy import Policy
from streamtts.types import Quality
from voices.conftest import World

MODES: tuple[Quality, ...] = ("fast", "balanced", "best")
TERMS = "xtts-v2 is under terms that nobody here has accepted: accept them"


def policy(mode: Quality, hardware: Hardware = "nvidia") -> Policy:
    return Policy(mode, Machine(hardware, 8, 64))


def absent(world: World, *names: str) -> None:
    for name in names:
        world[name].missing = f"{name} is not installed: pip install it"


@pytest.mark.parametrize(
    ("hardware", "mode", "language", "without", "label"),
    [
        ("processor", "fast", "en", [], "hibari"),
        ("processor", "best", "en", [], "hibari"),
        ("nvidia", "balanced", "en", [], "hibari"),
        ("nvidia", "best", "en", [], "xtts"),
        ("nvidia", "best", "en", ["xtts"], "hibari"),
        ("processor", "fast", "ja", [], "openjtalk"),
        ("processor", "balanced", "ja", [], "openjtalk"),
        ("processor", "best", "ja", [], "kokoro-ja"),
        ("processor", "best", "ja", ["kokoro-ja"], "openjtalk"),
        ("processor", "fast", "ja", ["openjtalk"], "kokoro-ja"),
        ("apple", "best", "ja", [], "xtts"),
        ("apple", "best", "ja", ["xtts"], "kokoro-ja"),
        ("apple", "best", "ja", ["xtts", "kokoro-ja"], "openjtalk"),
        ("apple", "fast", "ja", [], "openjtalk"),
        ("nvidia", "best", "ja", ["xtts", "kokoro-ja", "openjtalk"], "espeak"),
        ("processor", "best", "de", [], "nanotts"),
        ("nvidia", "best", "de", ["xtts"], "nanotts"),
        ("nvidia", "best", "zh", ["xtts"], "espeak"),
        ("nvidia", "best", "sw", [], "espeak"),
        ("nvidia", "best", "en-GB", [], "xtts"),
    ],
)
def test_the_first_that_is_ready_speaks(
    world: World, *, hardware: Hardware, mode: Quality, language: str, without: list[str], label: str
) -> None:
    absent(world, *without)
    assert world.voices(policy=policy(mode, hardware)).voice(language).label == label


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("spec", ["openjtalk", "ja=espeak", "cloudy", "cosyvoice:x", "kokoro-ja:jf_alpha"])
def test_what_the_user_names_goes_before_every_mode(world: World, mode: Quality, spec: str) -> None:
    world["cosyvoice"].languages = ("ja",)
    world["cosyvoice"].register()
    label = spec.rpartition("=")[2]
    assert world.voices(spec, policy=policy(mode)).voice("ja").label == label
    assert world.told == []


@pytest.mark.parametrize("mode", MODES)
def test_what_the_user_names_and_is_not_here_makes_way_for_the_mode(world: World, mode: Quality) -> None:
    absent(world, "nanotts")
    first = {"fast": "hibari", "balanced": "hibari", "best": "xtts"}[mode]
    assert world.voices("nanotts", policy=policy(mode)).voice("en").label == first
    assert world.told == ["nanotts cannot speak: nanotts is not installed: pip install it"]


@pytest.mark.parametrize("mode", MODES)
def test_a_voice_that_sends_text_away_is_never_taken_by_a_mode(world: World, mode: Quality) -> None:
    everything_else = [name for name in world.engines if name not in ("cosyvoice", "cloudy", "piper")]
    absent(world, *everything_else)
    with pytest.raises(EngineError, match="nothing here can speak"):
        world.voices(policy=policy(mode)).voice("en")
    assert not world["cosyvoice"].loaded
    assert world.told == []


def test_terms_that_nobody_has_accepted_are_told_and_nothing_is_started(world: World) -> None:
    world["xtts"].lacks = lambda _settings: TERMS
    voices = world.voices(policy=policy("best"))
    assert voices.voice("ja").label == "kokoro-ja"
    assert not world["xtts"].loading.is_set()
    assert world.told == [f"xtts cannot speak: {TERMS}"]
    assert world.voices(policy=policy("balanced")).voice("ja").label == "openjtalk"
    assert len(world.told) == 1


def test_the_settings_of_an_engine_decide_what_it_lacks(world: World) -> None:
    world["xtts"].lacks = lambda settings: None if settings.get("model") == "/mine" else TERMS
    settings = {"xtts": {"model": "/mine"}}
    assert world.voices(policy=policy("best"), settings=settings).voice("ja").label == "xtts"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("hardware", HARDWARE)
def test_with_nothing_installed_the_small_voice_still_speaks(
    world: World, mode: Quality, hardware: Hardware
) -> None:
    absent(world, *(name for name in world.engines if name not in ("hibari", "espeak")))
    voices = world.voices(policy=policy(mode, hardware))
    assert voices.voice("en").label == "hibari"
    assert world.told == []
    assert voices.voice("ja").label == "espeak"


def test_a_voice_that_keeps_failing_makes_way_for_the_next_of_its_mode(world: World) -> None:
    voices = world.voices(policy=policy("best"))
    labels = []
    for _ in range(4):
        voice = voices.voice("ja")
        labels.append(voice.label)
        for _ in range(3):
            voices.failed(voice, EngineError("it was mute"))
    assert labels == ["xtts", "kokoro-ja", "openjtalk", "espeak"]


def test_a_small_machine_is_not_asked_for_a_large_voice(world: World) -> None:
    small = Policy("best", Machine("nvidia", 1, 4))
    assert world.voices(policy=small).voice("ja").label == "openjtalk"
    assert world.voices("xtts", policy=small).voice("ja").label == "xtts"
