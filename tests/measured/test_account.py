"""Where the milliseconds of a session went, of a session that is known."""

import pytest

from shown.stories import Story
from streamtts.events import Asked, Finished, HeardStart, Spoken, Translated, TranslatedClause, Voiced
from streamtts.measured.account import Account


def translated_and_heard(story: Story, *, waited_s: float = 0.0) -> None:
    """Asked after 10 ms, a clause after 90 more, all of it after 200; the voice takes 30 ms for sound."""
    index = story.read("All tests pass, and I stop.")
    story.passes(waited_s + 0.010)
    story.tell(Asked(story.now_s, index, "translator"))
    story.passes(0.090)
    story.tell(TranslatedClause(story.now_s, index, "通り、", "ja", "llama"))
    story.passes(0.020)
    story.tell(Asked(story.now_s, index, "voice"))
    story.passes(0.030)
    made_s = story.now_s
    story.tell(Voiced(story.now_s, index, "openjtalk", made_s))
    story.passes(0.060)
    story.tell(Translated(story.now_s, index, "通り、止まります。", "ja", "llama"))
    story.passes(0.040)
    story.tell(HeardStart(story.now_s, story.media_s, index, device_s=0.025))
    story.tell(Spoken(story.now_s, index, audio_s=2.0, computing_s=0.1))
    story.passes(2.0)
    story.ends(index)


def test_each_stage_has_the_time_that_it_took() -> None:
    account = Account()
    story = Story(account)
    translated_and_heard(story)
    story.tell(Finished(story.now_s, underruns=3))
    story.over()
    assert {name: list(values) for name, values in account.stages.items()} == {
        "wait to be translated": [pytest.approx(10)],
        "translate: first clause": [pytest.approx(90)],
        "translate: all of it": [pytest.approx(200)],
        "wait for the voice": [pytest.approx(20)],
        "first audio": [pytest.approx(30)],
        "ring": [pytest.approx(75)],
        "device": [pytest.approx(25)],
    }
    assert list(account.to_the_ear) == [pytest.approx(250)]
    assert account.real_time_factor == pytest.approx(0.05)
    assert (account.underruns, dict(account.outcomes)) == (3, {"heard": 1})
    assert (dict(account.voices), dict(account.translators)) == ({"openjtalk": 1}, {"llama": 1})


def test_what_a_translator_took_for_nothing_is_no_wait_for_the_voice() -> None:
    account = Account()
    story = Story(account)
    index = story.read("All tests pass.")
    story.tell(Asked(story.now_s, index, "translator"))
    story.passes(20.0)
    story.tell(Translated(story.now_s, index, "All tests pass.", "en"))
    story.passes(0.005)
    story.tell(Asked(story.now_s, index, "voice"))
    story.heard(index)
    assert list(account.stages["wait for the voice"]) == [pytest.approx(5)]
    assert list(account.stages["translate: all of it"]) == [pytest.approx(20_000)]


def test_the_stages_of_a_sentence_add_up_to_its_latency() -> None:
    account = Account()
    translated_and_heard(Story(account), waited_s=0.4)
    way = (
        "wait to be translated",
        "translate: first clause",
        "wait for the voice",
        "first audio",
        "ring",
        "device",
    )
    assert sum(account.stages[name][0] for name in way) == pytest.approx(account.to_the_ear[0])


def test_one_that_waited_counts_as_a_gap_and_not_as_a_latency() -> None:
    account = Account()
    story = Story(account)
    first, second = story.known("One."), story.known("Two.")
    story.heard(first)
    story.passes(0.3)
    story.heard(second)
    assert len(account.to_the_ear) == 1
    assert list(account.gaps) == [pytest.approx(300)]


def test_a_file_has_no_gaps() -> None:
    account = Account(keeps_time=False)
    story = Story(account)
    first, second = story.known("One."), story.known("Two.")
    story.heard(first)
    story.passes(3)
    story.heard(second)
    assert len(account.to_the_ear) == 1
    assert list(account.gaps) == []


def test_what_was_not_heard_has_no_figures_and_is_counted() -> None:
    account = Account()
    story = Story(account)
    story.skipped(story.known("Nobody hears this."))
    story.known("Nor this.")
    story.over()
    assert dict(account.outcomes) == {"skipped": 1, "unheard": 1}
    assert not any(account.stages.values())
    assert account.real_time_factor is None
