"""`streamtts demo`: a recorded session at its own pace, then what took how long."""

from contextlib import AbstractContextManager
from dataclasses import replace
from importlib import resources
from pathlib import Path

from streamtts import session
from streamtts.arguments import DemoCommand, SpeakCommand
from streamtts.commands.progress import report_for
from streamtts.configuration.config import Config
from streamtts.environment import Environment
from streamtts.models.amounts import amount
from streamtts.models.catalogue import find
from streamtts.models.pull import pull
from streamtts.models.report import World
from streamtts.models.trouble import ModelError
from streamtts.pipeline.playback import keeps_time, open_player
from streamtts.quality.policy import Policy
from streamtts.shown.latency import LatencyTable
from streamtts.speech.language import primary
from streamtts.translation.wanted import wanted_model

DEMO_WAV = "demo.wav"


def run(command: DemoCommand, env: Environment) -> None:
    config = command.config
    if config.output == "default" and open_player("default").take_warning():
        config = replace(config, output=f"wav:{DEMO_WAV}")
    if config.to and primary(config.to) != primary(config.source):
        _fetch_model(config, env)
    table = LatencyTable(keeps_time=keeps_time(config.output))
    with recorded_session() as log:
        session.speak(SpeakCommand([log], replay_speed=1.0, config=config), env, [table])
    lines = table.lines()
    if config.output != command.config.output:
        lines.append(f"There is no sound device here, so you can hear it in {DEMO_WAV}.")
    env.stdout.writelines(f"{line}\n" for line in lines)


def recorded_session() -> AbstractContextManager[Path]:
    """The log of a real session, a file for as long as it is used."""
    return resources.as_file(resources.files("streamtts") / "recorded" / "session.jsonl")


def _fetch_model(config: Config, env: Environment) -> None:
    """What the translation needs and this machine lacks, in plain sight; without it, the demo goes on."""
    name = wanted_model(config.translator, config.source, config.to, env.environ, Policy(config.quality))
    if not name:
        return
    model, report = find(name), report_for(env)
    report.say(
        f"to translate, the demo needs the model {name} ({amount(model.size_bytes)}), which is fetched once; "
        "Ctrl-C stops it, and --offline does without"
    )
    try:
        pull(model, World(env.environ, env.clock, report, config.offline))
    except ModelError as error:
        report.say(f"{error}; so this time you hear what was written")
    except KeyboardInterrupt:
        report.say(f"what came of {name} is kept: `{model.pull}` goes on from there")
        raise
