"""CosyVoice in a whole session: when it fails the next voice goes on, and nothing of it remains."""

from pathlib import Path

from engines.cosy.fake_checkout import FakeCheckout
from engines.cosy.omni_server import OmniServer, settings_for
from engines.speech_server import complaint
from session.running import Running, wait_until
from streamtts.engine import STRESS_BEGIN, STRESS_END
from worker.waiting import runs

SENTENCES = ["One is heard.", "Two is heard.", "Three is heard.", "Four is heard.", "Five is heard."]
BROKEN = complaint(200, {"error": "no such model"})


def table(settings: dict[str, str]) -> str:
    return "[engines.cosyvoice]\n" + "".join(f"{name} = {word!r}\n" for name, word in settings.items())


def test_the_next_voice_says_what_fails_and_after_three_times_all_of_it(tmp_path: Path) -> None:
    with OmniServer(BROKEN, BROKEN, BROKEN) as server:
        config = table(settings_for(server, tmp_path))
        with Running(tmp_path, voice="cosyvoice,tone", config=config) as running:
            running.say(*SENTENCES)
            assert running.finish() == 0
            assert running.heard_texts() == SENTENCES
            told = running.lines("sentence")
            assert [line["engine"] for line in told if line["outcome"] == "heard"] == ["tone"] * 5
            assert running.err.count("tone says a sentence, because") == 3
            assert "no such model" in running.err
            assert "was lost" not in running.err
            assert "cosyvoice failed 3 times in a row" in running.err
            assert "tone speaks from here on" in running.err
            assert "Traceback" not in running.err


def test_a_server_is_heard_to_the_last_word(tmp_path: Path) -> None:
    with OmniServer() as server:
        config = table(settings_for(server, tmp_path))
        with Running(tmp_path, voice="cosyvoice", config=config) as running:
            running.say(*SENTENCES)
            assert running.finish() == 0
            assert running.heard_texts() == SENTENCES
            assert [asked["input"] for asked in server.asked] == SENTENCES


def test_what_is_bold_is_stressed_and_nobody_sees_how(tmp_path: Path) -> None:
    said = "Do **not** touch `a.py`. **Note:** it is **so**!"
    with OmniServer() as server:
        config = table(settings_for(server, tmp_path))
        captions = tmp_path / "captions.srt"
        with Running(tmp_path, "--captions", captions, voice="cosyvoice", config=config) as running:
            running.say(said)
            assert running.finish() == 0
            texts = ["Do not touch a.py.", "Note: it is so!"]
            assert running.heard_texts() == texts
            assert [asked["input"] for asked in server.asked] == [
                "Do <strong>not</strong> touch a dot pie.",
                "Note: it is <strong>so</strong>!",
            ]
            shown = running.trace.read_text() + captions.read_text() + running.err + running.out.decode()
            assert not {STRESS_BEGIN, STRESS_END} & set(shown)
            assert "strong" not in shown
            assert "stress" not in shown
            assert "fff9" not in shown.casefold()


def test_killed_outright_a_session_leaves_no_child_of_another_python_behind(tmp_path: Path) -> None:
    checkout = FakeCheckout(tmp_path)
    config = table(checkout.settings)
    with Running(tmp_path, "--output", "null", voice="cosyvoice", config=config) as running:
        running.say("This is said so SLOWLY that nobody waits for its end.")
        running.wait_for("voiced")
        (pid,) = checkout.noted("pid")
        assert runs(pid)
        running.process.kill()
        wait_until("the end of the child", lambda: not runs(pid))
