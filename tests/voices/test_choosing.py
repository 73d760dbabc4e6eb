"""What --voice means, and which voice speaks which language when nothing is in the way."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamtts.errors import UsageError
from streamtts.voices import Voices, chosen
from voices.conftest import World


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("en", "hibari"),
        ("en-GB", "hibari"),
        ("EN_us.UTF-8", "hibari"),
        ("ja", "openjtalk"),
        ("JA", "openjtalk"),
        ("de", "nanotts"),
        ("es-419", "nanotts"),
        ("fr", "nanotts"),
        ("it", "nanotts"),
        ("pl", "espeak"),
        ("zh-Hant-TW", "espeak"),
        ("xyz", "espeak"),
    ],
)
def test_each_language_has_its_default(world: World, language: str, label: str) -> None:
    voice = world.voices().voice(language)
    assert voice.label == voice.engine.name == label
    assert voice.language == language.lower().partition("-")[0].partition("_")[0]
    assert world.told == []


@pytest.mark.parametrize(
    ("specs", "language", "label"),
    [
        (["hibari:emma"], "en", "hibari:emma"),
        (["hibari:emma"], "ja", "openjtalk"),
        (["kokoro-ja"], "ja", "kokoro-ja"),
        (["kokoro-ja"], "en", "hibari"),
        (["ja=kokoro-ja:jf_alpha"], "ja", "kokoro-ja:jf_alpha"),
        (["de=espeak"], "de", "espeak"),
        (["de=espeak"], "fr", "nanotts"),
        (["DE-at=espeak"], "de", "espeak"),
        (["espeak"], "en", "espeak"),
        (["espeak"], "ja", "espeak"),
        (["nanotts"], "en", "nanotts"),
        (["nanotts:fr-FR"], "fr", "nanotts:fr-FR"),
        (["nanotts:fr-FR"], "de", "nanotts"),
        (["espeak:ru"], "ru", "espeak:ru"),
        (["espeak:ru"], "en", "hibari"),
        (["piper:/models/a=b:c.onnx"], "en", "piper:/models/a=b:c.onnx"),
        (["en=piper:x.onnx", "de=piper:y.onnx"], "de", "piper:y.onnx"),
        (["espeak", "en=hibari"], "en", "espeak"),
        (["ja=espeak", "hibari"], "en", "hibari"),
        (["cloudy"], "sw", "cloudy"),
        (["tone"], "en", "tone"),
    ],
)
def test_a_chosen_voice_goes_first_in_its_languages(
    world: World, specs: list[str], language: str, label: str
) -> None:
    assert world.voices(*specs).voice(language).label == label
    assert world.told == []


def test_what_was_asked_for_arrives_at_the_engine(world: World) -> None:
    voices = world.voices("ja=espeak:f2", threads=3, settings={"espeak": {"pitch": "40"}, "say": {"x": "y"}})
    voices.voice("ja-JP")
    (loaded,) = world["espeak"].loaded
    options = loaded.options
    assert (options.voice, options.language, options.threads) == ("f2", "ja", 3)
    assert options.settings == {"pitch": "40"}


def test_a_voice_is_loaded_when_needed_and_once(world: World) -> None:
    voices = world.voices("hibari", "ja=espeak")
    assert not any(fake.loaded for fake in world.engines.values())
    assert voices.voice("en") is voices.voice("en-US") is voices.voice("EN")
    assert [name for name, fake in world.engines.items() if fake.loaded] == ["hibari"]
    assert len(world["hibari"].loaded) == 1
    assert voices.voice("ja") is not voices.voice("pl")
    assert [loaded.options.language for loaded in world["espeak"].loaded] == ["ja", "pl"]


def test_cloud_and_test_voices_speak_only_when_named(world: World) -> None:
    for fake in world.engines.values():
        fake.missing = None if fake.name in ("cloudy", "piper") else "away"
    with pytest.raises(Exception, match="nothing here can speak English"):
        world.voices().voice("en")
    assert world.voices("cloudy").voice("en").label == "cloudy"


def test_what_is_owed_is_said_of_voices_that_spoke_alone(world: World) -> None:
    voices = world.voices()
    voices.spoke(voices.voice("en"))
    japanese = voices.voice("ja")
    assert voices.attributions() == []
    voices.spoke(japanese)
    voices.spoke(japanese)
    assert voices.attributions() == ["Mei, CC BY 3.0"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("", "'' is no voice: give ENGINE, ENGINE:VOICE or LANG=ENGINE:VOICE"),
        (":emma", "':emma' is no voice"),
        ("hibari:", "'hibari:' is no voice"),
        ("ja=", "'ja=' is no voice"),
        ("=hibari", "'' in '=hibari' is no language: give a code like en, ja or pt-BR"),
        ("english=hibari", "'english' in 'english=hibari' is no language"),
        ("en=en=hibari", "'en=en' in 'en=en=hibari' is no language"),
        ("hibary", "there is no voice engine 'hibary': did you mean hibari?"),
        ("en=hibary:emma", "did you mean hibari?"),
        ("\x1b[31m", "there is no voice engine '\\x1b[31m': `streamtts engines` lists what there is"),
        ("de=hibari", "hibari does not speak German, only English"),
        ("en-GB=kokoro-ja:jf_alpha", "kokoro-ja does not speak English, only Japanese"),
        ("ja=nanotts", "nanotts does not speak Japanese, only English, French, German, Italian, Spanish"),
        ("broken", "the engine broken failed with ModuleNotFoundError"),
        ("no-engine", "is no SynthesizerEngine"),
    ],
)
def test_a_wrong_choice_is_one_sentence_at_once(world: World, spec: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        world.voices("hibari", spec)
    assert message in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_voice_that_the_engine_does_not_have_is_one_sentence_at_once(world: World) -> None:
    world["hibari"].refuses = lambda voice: f"hibari has no voice {voice!r}: did you mean heart?"
    for spec in ("hibari:hart", "en=hibari:hart"):
        with pytest.raises(UsageError, match=r"^hibari has no voice 'hart': did you mean heart\?$"):
            world.voices("espeak", spec)
    assert world.voices("hibari").voice("en").label == "hibari"


def test_an_engine_that_cannot_say_what_it_has_is_asked_to_speak_first(world: World) -> None:
    def torn(_voice: str) -> str:
        raise OSError("torn")

    world["hibari"].refuses = torn
    assert world.voices("hibari:heart").voice("en").label == "hibari:heart"
    world["nanotts"].refuses, world["nanotts"].missing = torn, "nanotts is not installed: install it"
    assert world.voices("nanotts:fr-FR").voice("fr").label == "espeak"


@given(spec=st.text(max_size=30) | st.from_regex(r"(\w{0,3}=)?(hibari|espeak|fake)?(:.*)?", fullmatch=True))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_are_a_choice_or_one_sentence(world: World, spec: str) -> None:
    assert world.engines
    try:
        choice = chosen(spec)
    except UsageError as error:
        message = str(error)
        assert message.isprintable()
        return
    assert choice.languages
    assert choice.label in (spec, spec.partition("=")[2])


def test_a_broken_list_of_voices_harms_no_choice(world: World) -> None:
    world["nanotts"].voices = None  # type: ignore[assignment]
    assert (
        Voices(["nanotts:fr-FR"], threads=1, isolate="auto", settings={}, notice=world.told.append)
        .voice("it")
        .label
        == "nanotts:fr-FR"
    )
