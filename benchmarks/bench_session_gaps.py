"""A voice that takes most of the time it speaks: how soon it is heard, and whether it is interrupted."""

import time
from pathlib import Path

import pytest

from cli.support import assistant
from session_rig import TimedSession, load, null_voice
from streamtts.speech.phrasing import phrases

SECOND_PER_CHARACTER = 0.06
HEARD_GAP_S = 0.02
LEARNT = 2  # sentences from which the pipeline learns how slow the voice is
SENTENCES = (
    "The parser keeps the beginning of the line across chunks, so that no token is lost.",
    "When the server does not answer within a second, the client asks another one, and if that is silent "
    "too, it tells the user what to do.",
    "I looked at the failing test first, then at the log of the last run, and in the end at the code, "
    "because nothing else could explain why the list was empty.",
    "It works.",
    "The function that reads the settings from the file of the user is called before the one that reads "
    "those of the system from the folder for all users.",
    "All the tests pass, and I have written down what changed.",
)


def least_gap_s(sentence: str, rtf: float) -> float:
    """The longest silence within a sentence for a voice that is given one phrase after the other."""
    ready_s, end_s, longest_s = 0.0, 0.0, 0.0
    for number, phrase in enumerate(phrases(sentence, "en")):
        seconds = len(phrase) * SECOND_PER_CHARACTER
        ready_s += rtf * seconds
        if number:
            longest_s = max(longest_s, ready_s - end_s)
        end_s = max(ready_s, end_s) + seconds
    return max(longest_s, 0.0)


@pytest.mark.parametrize("rtf", [0.5, 0.7, 0.9])
def bench_a_slow_voice(tmp_path: Path, rtf: float) -> None:
    config = f"[engines.null]\nsecond_per_character = {SECOND_PER_CHARACTER}\nrtf = {rtf}\n"
    flags = ("--output", "null", "--quiet", "--lag", "off")
    with TimedSession(
        tmp_path, *flags, voice="null", config=config, environment=null_voice(tmp_path)
    ) as session:
        for number, sentence in enumerate([*SENTENCES[:LEARNT], *SENTENCES], 1):
            session.write(assistant(sentence, uuid=str(number)))
            session.wait_for("heard_end", number)
            time.sleep(0.4)  # the pause after it
        session.write(assistant("\n\n".join(SENTENCES), uuid="all"))
        assert session.finish() == 0, session.err
        assert session.heard_texts()[LEARNT:] == [*SENTENCES, *SENTENCES]
        known, heard = session.moments("known", "t_ms"), session.moments("heard_start")
        begins, ends = session.moments("heard_start", "media_ms"), session.moments("heard_end", "media_ms")
    print(f"\n{rtf} of real time; {load()}")
    for place, sentence in enumerate(SENTENCES):
        seconds = len(sentence) * SECOND_PER_CHARACTER
        alone, queued = place + LEARNT, place + LEARNT + len(SENTENCES)
        padded_s, padded_queued_s = (ends[at] - begins[at] - seconds for at in (alone, queued))
        print(
            f"  {seconds:4.1f} s: heard after {heard[alone] - known[alone]:.2f} s"
            f" (whole: {rtf * seconds:.2f}), interrupted for {padded_s:5.2f} s"
            f" (at least {least_gap_s(sentence, rtf):.2f}), in a queue for {padded_queued_s:5.2f} s"
        )
        if least_gap_s(sentence, rtf) == 0:
            assert padded_s < HEARD_GAP_S
