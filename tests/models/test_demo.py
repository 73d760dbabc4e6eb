"""`streamtts demo --to`: the model it needs is fetched in plain sight, and not having it ends nothing."""

import subprocess

import pytest

from cli.support import DATA, Outcome, run
from models.rig import NAME, Rig
from streamtts import session
from streamtts.arguments import SpeakCommand
from streamtts.demo import DEMO_WAV

# The test translator needs no model, and so does as well with one.
TRANSLATOR = ("--to", "es", "--translator", f"mark:{NAME}", "--output", "null")


@pytest.fixture(autouse=True)
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[SpeakCommand]:
    """What was to be spoken: the recorded session takes its time."""
    commands: list[SpeakCommand] = []
    monkeypatch.setattr(session, "speak", lambda command, _env, _observers: commands.append(command))
    return commands


def demo(rig: Rig, *flags: str, **variables: str) -> Outcome:
    return run("demo", *flags, clock=rig.clock, environ={**rig.environ, **variables})


def test_the_model_is_fetched_once_and_said_to_be(rig: Rig, spoken: list[SpeakCommand]) -> None:
    outcome = demo(rig, *TRANSLATOR)
    assert outcome.status == 0
    assert outcome.err.startswith(f"streamtts: to translate, the demo needs the model {NAME} (316 MB)")
    assert rig.place.is_dir()
    assert demo(rig, *TRANSLATOR).err == ""
    assert [command.config.to for command in spoken] == ["es", "es"]


@pytest.mark.parametrize(
    ("flags", "variables", "said"),
    [
        (("--offline",), {}, "forbids the network"),
        ((), {"HF_HUB_OFFLINE": "1"}, "forbids the network"),
        ((), {"HF_ENDPOINT": "http://127.0.0.1:9"}, "127.0.0.1:9"),
    ],
)
def test_without_the_network_the_demo_goes_on(
    rig: Rig, spoken: list[SpeakCommand], flags: tuple[str, ...], variables: dict[str, str], said: str
) -> None:
    outcome = demo(rig, *TRANSLATOR, *flags, **variables)
    assert outcome.status == 0
    assert said in outcome.err
    assert outcome.err.endswith("; so this time you hear what was written\n")
    assert len(spoken) == 1
    assert not rig.place.exists()


@pytest.mark.parametrize("flags", [(), ("--to", "en"), ("--to", "es", "--translator", "mark")])
def test_nothing_is_fetched_that_is_not_needed(
    rig: Rig, spoken: list[SpeakCommand], flags: tuple[str, ...]
) -> None:
    outcome = demo(rig, "--output", "null", *flags)
    assert (outcome.status, outcome.err) == (0, "")
    assert len(spoken) == 1
    assert not rig.hub.asked


def test_ctrl_c_keeps_what_came(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("streamtts.demo.pull", interrupted)
    outcome = demo(rig, *TRANSLATOR)
    assert outcome.status == 130
    assert f"what came of {NAME} is kept: `streamtts models pull {NAME}` goes on from there" in outcome.err


def test_its_sound_file_is_no_change_in_a_checkout() -> None:
    root = DATA.parent.parent
    if not (root / ".git").exists():
        pytest.skip("no checkout")
    ignored = subprocess.run(["git", "check-ignore", "--quiet", DEMO_WAV], cwd=root, check=False)
    assert ignored.returncode == 0
