"""The answer to each command that looks at something."""

from streamtts.arguments import (
    Answerable,
    CompletionCommand,
    ConfigCommand,
    CtlCommand,
    DevicesCommand,
    DoctorCommand,
    EnginesCommand,
    ModelsCommand,
)
from streamtts.commands import (
    apple,
    completion,
    configuration,
    devices,
    doctor,
    engines,
    models,
    offers,
    voices,
)
from streamtts.configuration.config_file import load
from streamtts.control import ctl
from streamtts.environment import Environment
from streamtts.errors import ExitStatus
from streamtts.voicewords import AddVoiceCommand, PlayVoiceCommand, RemoveVoicesCommand, VoicesCommand


def give(command: Answerable, env: Environment) -> ExitStatus:
    """Prints it, as far as it is known; what has to be said of it beside goes to the standard error."""
    match command:
        case DevicesCommand(test=True):
            env.stderr.write(f"streamtts: {devices.play_chime(command.output)}\n")
        case DevicesCommand():
            env.stdout.writelines(devices.listing())
        case EnginesCommand(as_json, flags):
            config = load(env.environ, flags).config if flags else configuration.held(env.environ)
            env.stdout.writelines([engines.as_json(config)] if as_json else engines.listing(config))
        case VoicesCommand() | AddVoiceCommand() | RemoveVoicesCommand() | PlayVoiceCommand():
            voices.answer(command, env)
        case ModelsCommand():
            models.answer(command, env)
        case CtlCommand(verb, argument, pid, as_json):
            env.stdout.write(ctl.run(verb, argument, pid=pid, as_json=as_json, environ=env.environ))
        case ConfigCommand(action, flags):
            configuration.give(action, env, flags)
        case CompletionCommand(shell, listed):
            env.stdout.write(offers.offered(listed, env.environ) if listed else completion.script(shell))
        case DoctorCommand(as_json, of_apple, flags):
            return (
                apple.examine(env, as_json=as_json)
                if of_apple
                else doctor.examine(env, flags, as_json=as_json)
            )
    return ExitStatus.OK
