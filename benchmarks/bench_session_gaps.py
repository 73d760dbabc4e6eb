"""A voice that takes most of the time it speaks: how soon it is heard, and whether it is interrupted."""

import time
from pathlib import Path

import pytest

from cli.support import assistant
from session_rig import TimedSession, null_voice
from streamtts.speech.phrasing import phrases
from suite.figures import Samples, figure
from suite.recorder import Recorder

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


@pytest.mark.parametrize("rtf", [0.5, 0.9])
def bench_a_slow_voice(tmp_path: Path, run: Recorder, rtf: float) -> None:
    config = f"[engines.null]\nsecond_per_character = {SECOND_PER_CHARACTER}\nrtf = {rtf}\n"
    flags = ("--output", "null", "--quiet", "--lag", "off")
    with TimedSession(
        tmp_path, *flags, voice="null", config=config, environment=null_voice(tmp_path)
    ) as session:
        for number, sentence in enumerate([*SENTENCES[:LEARNT], *SENTENCES], 1):
            if number == LEARNT + 1:
                before_s = session.cpu_s()
            session.write(assistant(sentence, uuid=str(number)))
            session.wait_for("heard_end", number)
            time.sleep(0.4)  # the pause after it
        spent_s = (session.cpu_s() - before_s) / len(SENTENCES)
        assert session.finish() == 0, session.err
        assert session.heard_texts()[LEARNT:] == list(SENTENCES)
        known, heard = session.moments("known", "t_ms"), session.moments("heard_start")
        begins, ends = session.moments("heard_start", "media_ms"), session.moments("heard_end", "media_ms")
    alone = range(LEARNT, LEARNT + len(SENTENCES))
    lengths_s = [len(sentence) * SECOND_PER_CHARACTER for sentence in SENTENCES]
    padded_s = [ends[at] - begins[at] - length_s for at, length_s in zip(alone, lengths_s, strict=True)]
    for sentence, silence_s in zip(SENTENCES, padded_s, strict=True):
        least_s = least_gap_s(sentence, rtf)
        print(f"\n  interrupted for {silence_s:5.2f} s (at least {least_s:.2f}): {sentence}")
        assert least_s > 0 or silence_s < HEARD_GAP_S
    run.add(
        figure(
            "session",
            f"first sound of sentences from a voice that takes {rtf:g} of the time it speaks",
            Samples([heard[at] - known[at] for at in alone], [spent_s]),
            {"its whole sentence": Samples([rtf * length_s for length_s in lengths_s])},
            unit="s",
            times=1,
            right="no silence within a sentence that can be said without one",
        )
    )
