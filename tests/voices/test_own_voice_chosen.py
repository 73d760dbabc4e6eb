"""--voice with the name of a voice of the user's own."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from streamtts.cloned.keeping import Given, keep
from streamtts.cloned.sample import Sample
from streamtts.engine import ANY_LANGUAGE
from streamtts.errors import UsageError
from streamtts.voices import chosen
from voices.conftest import World


@pytest.fixture(autouse=True)
def anna(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - comes first
    """A voice of the user's own, in a home with no other."""
    environ = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return keep(Given("Anna", "yes"), Sample(bytes(48_000), ()), environ).place


def test_the_first_engine_that_can_speaks_like_it(world: World) -> None:
    choice = chosen("anna")
    assert (choice.label, choice.languages, choice.named) == ("xtts:Anna", frozenset({"en", "ja"}), True)
    assert world.voices("ANNA").voice("ja").label == "xtts:Anna"
    (loaded,) = world["xtts"].loaded
    assert (loaded.options.voice, loaded.options.language) == ("Anna", "ja")
    assert world.told == []


def test_other_languages_keep_their_voices(world: World) -> None:
    assert world.voices("anna").voice("de").label == "nanotts"
    voices = world.voices("ja=anna")
    assert [voices.voice(language).label for language in ("ja", "en")] == ["xtts:Anna", "hibari"]


def test_one_that_is_ready_goes_before_a_better_one_that_is_not(world: World) -> None:
    world["xtts"].missing = "xtts needs torch: pip install 'streamtts[xtts]'"
    assert chosen("anna").engine == "cosyvoice"

    def lacks(settings: Mapping[str, str]) -> str | None:
        return None if "url" in settings else "set url in [engines.cosyvoice]"

    world["cosyvoice"].lacks = lacks
    assert chosen("anna").engine == "xtts"
    assert chosen("anna", {"cosyvoice": {"url": "http://localhost:1"}}).engine == "cosyvoice"


def test_a_voice_stays_on_this_machine_if_it_can(world: World) -> None:
    world["xtts"].cloud, world["cosyvoice"].cloud = True, False
    for name in ("xtts", "cosyvoice"):
        world[name].register()
    assert chosen("anna").engine == "cosyvoice"


def test_none_that_is_ready_makes_way_and_says_why(world: World) -> None:
    world["xtts"].missing = world["cosyvoice"].missing = "it needs torch: pip install torch"
    assert world.voices("anna").voice("en").label == "hibari"
    assert world.told == ["xtts:Anna cannot speak: it needs torch: pip install torch"]


def test_a_language_finds_the_engine_that_speaks_it() -> None:
    assert chosen("zh=anna").label == "cosyvoice:Anna"
    assert chosen("ja=anna").label == "xtts:Anna"
    with pytest.raises(UsageError, match="does not speak German"):
        chosen("de=anna")


def test_an_engine_of_ones_choice_speaks_like_it(world: World) -> None:
    world["cosyvoice"].refuses = world["hibari"].refuses = "there is no voice {}".format
    choice = chosen("cosyvoice:anna")
    assert (choice.engine, choice.languages) == ("cosyvoice", frozenset({"en", "zh"}))
    for spec in ("hibari:anna", "cosyvoice:bert"):
        with pytest.raises(UsageError, match="there is no voice"):
            chosen(spec)


def test_an_engine_goes_before_a_voice_of_its_name(anna: Path) -> None:
    anna.rename(anna.parent / "tone")
    assert chosen("tone").languages == {ANY_LANGUAGE}


def test_a_name_that_is_nearly_right_is_told() -> None:
    with pytest.raises(UsageError, match="'ana': did you mean Anna, a voice of your own"):
        chosen("ana")


def test_that_a_voice_is_damaged_is_for_its_engine_to_tell(anna: Path) -> None:
    """Who named another voice beside it hears that one."""
    (anna / "sample.wav").unlink()
    assert chosen("anna").voice == "Anna"
