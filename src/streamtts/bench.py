"""`streamtts bench`: a log at its own pace through the engines that are set; where the milliseconds go."""

from contextlib import ExitStack

from streamtts import session
from streamtts.arguments import BenchCommand, SpeakCommand
from streamtts.demo import recorded_session
from streamtts.environment import Environment
from streamtts.measured.account import Account
from streamtts.measured.memory import peak_mb
from streamtts.measured.outcome import Ear, Outcome
from streamtts.measured.reader import Reader
from streamtts.pipeline.playback import keeps_time, open_player
from streamtts.shown.terminal import json_text, printable
from streamtts.surroundings import surroundings


def run(command: BenchCommand, env: Environment) -> None:
    """Without a log, the recorded session of the demo."""
    config = command.config
    reader, account = Reader(config, env.clock), Account(keeps_time=keeps_time(config.output))
    with ExitStack() as stack:
        files = list(command.files) or [stack.enter_context(recorded_session())]
        start_s = env.clock.now()
        replayed = SpeakCommand(files, replay_speed=1.0, config=config)
        session.speak(replayed, env, [account], through=reader.overhear)
        took_s = env.clock.now() - start_s
    outcome = Outcome(reader, account, took_s, peak_mb(), surroundings(config), _ear(config.output))
    if command.as_json:
        env.stdout.write(json_text(outcome.values()) + "\n")
    else:
        env.stdout.writelines(f"{printable(line)}\n" for line in outcome.lines())


def _ear(output: str) -> Ear:
    if not keeps_time(output):
        return "file"
    is_clock = output.partition(":")[0] == "null" or (
        output == "default" and open_player(output).take_warning()
    )
    return "clock" if is_clock else "device"
