"""CosyVoice in a whole session: when it fails the next voice goes on, and nothing of it remains."""

from pathlib import Path

from engines.cosy.fake_checkout import FakeCheckout
from engines.cosy.omni_server import OmniServer, settings_for
from engines.speech_server import complaint
from session.running import Running, wait_until
from worker.waiting import runs

SENTENCES = ["One is lost.", "Two is lost.", "Three is lost.", "Four is heard.", "Five is heard."]
BROKEN = complaint(200, {"error": "no such model"})


def table(settings: dict[str, str]) -> str:
    return "[engines.cosyvoice]\n" + "".join(f"{name} = {word!r}\n" for name, word in settings.items())


def test_after_three_lost_sentences_the_next_voice_goes_on(tmp_path: Path) -> None:
    with OmniServer(BROKEN, BROKEN, BROKEN) as server:
        config = table(settings_for(server, tmp_path))
        with Running(tmp_path, voice="cosyvoice,tone", config=config) as running:
            running.say(*SENTENCES)
            assert running.finish() == 0
            assert running.heard_texts() == SENTENCES[3:]
            told = running.lines("sentence")
            assert [line["engine"] for line in told if line["outcome"] == "heard"] == ["tone"] * 2
            assert "no such model" in running.err
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
