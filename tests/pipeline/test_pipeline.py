"""The rules of a session, on a null clock: order, overlap, interruption, losses, ends."""

import threading
import time
from collections.abc import Iterator

import pytest

from pipeline.rig import Pool, Stand, TestVoice, standing
from streamtts.engine import EngineError, Pcm, Ticket
from streamtts.errors import UsageError
from streamtts.events import Asked, HeardEnd, HeardStart, Known, Spoken, Status, Translated, TurnHeard, Voiced
from streamtts.pipeline.lag import LagPolicy
from streamtts.verbs import Verb

SENTENCES = [f"Sentence number {number} of them." for number in range(12)]


def test_everything_is_heard_in_order_and_each_stage_before_the_next() -> None:
    with standing() as stand:
        stand.read(*SENTENCES)
        stand.finish()
        assert stand.error is None
        assert stand.heard() == stand.heard_to_the_end() == list(range(12))
        for index in range(12):
            told = [type(event) for event in stand.events if getattr(event, "index", None) == index]
            assert told.index(Voiced) < told.index(Spoken) < told.index(HeardEnd)
            told.remove(Spoken)  # before or after its first sample is heard
            assert told == [Known, Translated, Asked, Voiced, HeardStart, HeardEnd]


def test_the_next_sentence_is_computed_while_this_one_is_heard() -> None:
    with standing(TestVoice(think_s=0.02), output="null") as stand:
        stand.read(*(sentence[:8] for sentence in SENTENCES[:4]))
        stand.finish()
        places = {(type(event), getattr(event, "index", -1)): at for at, event in enumerate(stand.events)}
        for index in range(3):
            assert places[Voiced, index + 1] < places[HeardEnd, index]
        assert stand.player.counters().underruns == 0


def test_the_sound_of_a_sentence_has_the_length_the_voice_gave_it() -> None:
    with standing(TestVoice(seconds_per_character=0.1)) as stand:
        stand.read("0123456789", "0123456789")
        stand.finish()
        for start, end in zip(stand.of(HeardStart), stand.of(HeardEnd), strict=True):
            assert end.media_s - start.media_s == pytest.approx(1.0, abs=0.03)


def test_next_cuts_the_sentence_and_goes_on_with_the_following() -> None:
    with standing(output="null") as stand:
        stand.read(*SENTENCES[:3])
        stand.wait_until_heard(0)
        stand.remote.perform(Verb.NEXT)
        stand.wait_until_heard(1)
        cut = next(event for event in stand.of(HeardEnd) if event.index == 0)
        assert cut.cut
        assert stand.skipped() == {}


def test_previous_and_repeat_are_heard_again() -> None:
    with standing(output="null:4") as stand:
        stand.read(*SENTENCES[:4])
        stand.wait_until_heard(1)
        stand.remote.perform(Verb.PREVIOUS)
        stand.wait_for(lambda _: stand.heard()[-1:] == [0])
        stand.remote.perform(Verb.REPEAT)
        stand.wait_for(lambda _: stand.heard()[-2:] == [0, 0])
        stand.finish()
        assert stand.heard()[-4:] == [0, 1, 2, 3]


def test_stop_is_silence_for_what_is_there_and_not_for_what_comes() -> None:
    with standing(output="null") as stand:
        stand.read(*SENTENCES[:5])
        stand.wait_until_heard(0)
        stand.remote.perform(Verb.STOP)
        stand.read("Later.")
        stand.finish()
        assert stand.heard() == [0, 5]
        assert stand.skipped() == dict.fromkeys((1, 2, 3, 4), "stopped")


def test_next_turn_leaves_out_the_rest_of_this_one_even_what_is_not_yet_read() -> None:
    with standing(output="null") as stand:
        stand.read(*SENTENCES[:3], turn=1)
        stand.wait_until_heard(0)
        stand.remote.perform(Verb.TURN)
        stand.read("Still the first turn.", turn=1)
        stand.read("The second.", turn=2)
        stand.finish()
        assert stand.heard() == [0, 4]
        assert set(stand.skipped()) == {1, 2, 3}


def test_pause_holds_and_resume_goes_on_with_nothing_lost() -> None:
    with standing(output="null:4") as stand:
        stand.read(*SENTENCES[:3])
        stand.wait_until_heard(0)
        stand.remote.perform(Verb.TOGGLE)
        stand.wait_for(lambda _: any(status.state == "paused" for status in stand.of(Status)))
        played = stand.player.counters().played_frames
        time.sleep(0.2)
        assert stand.player.counters().played_frames - played < stand.player.rate_hz // 5
        assert stand.heard_to_the_end() == []
        stand.remote.perform(Verb.TOGGLE)
        stand.finish()
        assert stand.heard_to_the_end() == [0, 1, 2]


def test_what_the_listener_says_comes_before_what_waits() -> None:
    with standing(TestVoice(seconds_per_character=0.2), output="null:4") as stand:
        stand.read(*SENTENCES[:3])
        stand.wait_until_heard(0)
        stand.remote.perform(Verb.SAY, "  Hello\n there ")
        stand.finish()
        said = next(event.index for event in stand.of(Known) if event.sentence.text == "Hello there")
        assert stand.heard().index(said) < len(stand.heard()) - 1
        assert sorted(stand.heard()) == [0, 1, 2, said]


@pytest.mark.parametrize(("verb", "argument"), [(Verb.SAY, " "), (Verb.SAY, "x" * 20_000), (Verb.TO, "../x")])
def test_an_argument_without_sense_is_refused_in_one_sentence(verb: Verb, argument: str) -> None:
    with standing() as stand, pytest.raises(UsageError):
        stand.remote.perform(verb, argument)


def test_speed_and_mute() -> None:
    with standing() as stand:
        for _ in range(40):
            stand.remote.perform(Verb.FASTER)
        assert stand.remote.status()["speed"] == 3.0
        for _ in range(40):
            stand.remote.perform(Verb.SLOWER)
        assert stand.remote.status()["speed"] == 0.5
        stand.remote.perform(Verb.MUTE)
        assert stand.remote.status()["muted"] is True


def test_a_new_turn_interrupts_if_asked_to() -> None:
    with standing(output="null", on_new_turn="interrupt") as stand:
        stand.read(*SENTENCES[:3], turn=1)
        stand.wait_until_heard(0)
        stand.read("The new turn.", turn=2)
        stand.finish()
        assert stand.heard() == [0, 3]
        assert stand.skipped() == {1: "new turn", 2: "new turn"}


def test_a_new_turn_after_all_is_heard_interrupts_nothing() -> None:
    voice = TestVoice()
    with standing(voice, on_new_turn="interrupt") as stand:
        stand.read("One.", turn=1)
        stand.wait_for(lambda _: stand.heard_to_the_end() == [0])
        stand.read("Two.", turn=2)
        stand.finish()
        assert voice.spoken == ["One.", "Two."]
        assert [event.cut for event in stand.of(HeardEnd)] == [False, False]


def test_a_new_turn_waits_for_the_old_one_otherwise() -> None:
    with standing() as stand:
        stand.read(*SENTENCES[:3], turn=1)
        stand.read("The new turn.", turn=2)
        stand.finish()
        assert stand.heard() == [0, 1, 2, 3]


@pytest.mark.parametrize("earcon", [True, False])
def test_the_end_of_a_turn_is_told_and_sounds_only_if_asked_to(earcon: bool) -> None:
    with standing(earcon=earcon) as stand:
        stand.read("One.")
        stand.read("", end="turn")
        stand.finish()
        assert [event.turn for event in stand.of(TurnHeard)] == [1]
        assert stand.heard() == [0]
        sounded_s = stand.player.counters().written_frames / stand.player.rate_hz
        assert (sounded_s > 0.6) == earcon


def test_a_sentence_that_fails_is_told_and_the_rest_goes_on() -> None:
    pool = Pool(TestVoice())
    with standing(pool=pool) as stand:
        stand.read("One.", "FAIL.", "Three.")
        stand.finish()
        assert stand.error is None
        assert stand.heard() == [0, 2]
        assert stand.skipped() == {1: "failed"}
        assert any("a sentence was lost" in notice for notice in stand.notices())
        assert len(pool.failures) == 1


def test_another_voice_says_what_one_has_failed_at() -> None:
    pool = Pool(TestVoice())
    pool.spare = Bold()
    with standing(pool=pool) as stand:
        stand.read("One.", "FAIL.", "Three.")
        stand.finish()
        assert stand.heard() == [0, 1, 2]
        assert pool.spare.spoken == ["FAIL."]
        assert any("spare says a sentence, because this voice cannot" in told for told in stand.notices())
        assert len(pool.failures) == 1  # the first is asked again, and has one failure more


def test_what_no_voice_can_say_is_lost_once() -> None:
    pool = Pool(TestVoice())
    pool.spare = TestVoice()
    with standing(pool=pool) as stand:
        stand.read("One.", "FAIL.", "Three.")
        stand.finish()
        assert stand.heard() == [0, 2]
        assert pool.spare.spoken == ["FAIL."]
        assert stand.skipped() == {1: "failed"}
        assert sum("a sentence was lost" in told for told in stand.notices()) == 1


class Bold(TestVoice):
    """Says what others cannot."""

    def speak(self, text: str, ticket: Ticket) -> Iterator[Pcm]:
        self.spoken.append(text)
        yield from super().speak(text.replace("FAIL", "FINE"), ticket)
        self.spoken.pop()


def test_a_sentence_without_a_sound_does_not_stop_the_session() -> None:
    with standing() as stand:
        stand.read("SILENT", "One.", "SILENT")
        stand.finish()
        assert stand.heard_to_the_end() == [0, 1, 2]


def test_a_language_nobody_speaks_is_told_once_and_left_out() -> None:
    with standing(pool=Pool(TestVoice(), mute="ja")) as stand:
        stand.read("One.", "これは日本語です。", "これも日本語です。", "Two.")
        stand.finish()
        assert stand.heard() == [0, 3]
        assert len([notice for notice in stand.notices() if "can speak ja" in notice]) == 1


def test_without_a_voice_for_the_session_itself_there_is_no_session() -> None:
    with standing(pool=Pool(TestVoice(), mute="en")) as stand:
        stand.join()
        assert isinstance(stand.error, EngineError)


def test_a_bug_in_a_stage_reaches_the_main_thread() -> None:
    with standing() as stand:
        stand.read("BUG.")
        stand.join()
        assert isinstance(stand.error, ZeroDivisionError)


def test_speech_far_behind_hurries() -> None:
    with standing(TestVoice(0.1), output="null", policy=LagPolicy(1, "speed")) as stand:
        stand.read(*SENTENCES)
        stand.wait_for(lambda _: any(status.speed > 1.1 for status in stand.of(Status)))
        assert stand.skipped() == {}


def test_speech_too_far_behind_skips_the_oldest_and_says_so() -> None:
    with standing(TestVoice(0.1), output="null:20", policy=LagPolicy(4, "skip")) as stand:
        stand.read(*SENTENCES, "The newest of all.")
        stand.finish()
        texts = {event.index: event.sentence.text for event in stand.of(Known)}
        lost = {index for index, why in stand.skipped().items() if why == "lag"}
        heard = [texts[index] for index in stand.heard()]
        said = [text for text in heard if text.startswith("Skipping")]
        assert lost
        assert "The newest of all." in heard
        assert {texts[index] for index in lost} == {*SENTENCES} - {*heard}
        counts = [1 if word == "one" else int(word) for text in said for word in text.split()[1:2]]
        assert sum(counts) == len(lost)


def test_what_was_skipped_is_announced_even_if_the_agent_says_no_more() -> None:
    with standing(TestVoice(0.1), output="null:20", policy=LagPolicy(4, "skip")) as stand:
        for _ in range(2):
            before = len(stand.skipped())
            stand.read(*SENTENCES)
            stand.wait_for(lambda _, before=before: len(stand.skipped()) > before)  # type: ignore[misc]
        stand.wait_for(lambda _: counted(stand) == len(stand.skipped()))
        assert stand.heard_to_the_end()


def counted(stand: Stand) -> int:
    """How many the announcements speak of that were heard to the end."""
    texts = {event.index: event.sentence.text for event in stand.of(Known)}
    said = [texts[index].split() for index in stand.heard_to_the_end() if texts[index].startswith("Skipping")]
    return sum(1 if words[1] == "one" else int(words[1]) for words in said)


def test_while_the_listener_pauses_nothing_is_skipped() -> None:
    with standing(TestVoice(0.1), output="null:20", policy=LagPolicy(4, "skip")) as stand:
        stand.remote.perform(Verb.PAUSE)
        stand.read(*SENTENCES)
        stand.wait_for(lambda _: any(status.lag_s > 20 for status in stand.of(Status)))
        assert stand.skipped() == {}
        stand.remote.perform(Verb.RESUME)
        stand.finish()
        assert stand.skipped() != {}


def test_a_session_paused_in_its_last_breath_still_ends() -> None:
    with standing(output="null") as stand:
        stand.read("One.", end="block")
        stand.wait_for(lambda _: stand.heard_to_the_end() == [0])
        stand.remote.perform(Verb.PAUSE)
        stand.finish()


def test_what_is_said_is_heard_in_order() -> None:
    with standing(output="null:4") as stand:
        stand.read(*SENTENCES[:2])
        stand.wait_until_heard(0)
        stand.remote.perform(Verb.SAY, "First.")
        stand.remote.perform(Verb.SAY, "Second.")
        stand.finish()
        texts = {event.index: event.sentence.text for event in stand.of(Known)}
        heard = [texts[index] for index in stand.heard()]
        assert heard.index("First.") < heard.index("Second.")


def test_an_early_end_is_quick_and_leaves_no_thread() -> None:
    before = threading.active_count()
    with standing(TestVoice(think_s=30), output="null") as stand:
        stand.read(*SENTENCES)
        stand.remote.perform(Verb.QUIT)
        stand.join()
        assert stand.error is None
    assert threading.active_count() == before


def test_an_empty_session_ends_at_once() -> None:
    with standing() as stand:
        stand.finish()
        assert stand.of(HeardStart) == []
