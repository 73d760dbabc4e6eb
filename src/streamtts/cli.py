"""The `streamtts` command: arguments in, an exit status out; the only writer to the terminal."""

import io
import os
from collections.abc import Iterable, Iterator, Sequence

from streamtts import arguments, textmode
from streamtts._core import Error as CoreError
from streamtts._core import SentenceStream, return_large_blocks
from streamtts.arguments import (
    Answerable,
    BenchCommand,
    Command,
    DemoCommand,
    ReportCommand,
    ShowCommand,
    SpeakCommand,
    Spoken,
    TextCommand,
    WatchCommand,
)
from streamtts.ending import Ended, orderly_end
from streamtts.environment import Environment
from streamtts.errors import ExitStatus, StreamttsError, UsageError
from streamtts.hints import agent_notice, closing_hint
from streamtts.input import replay, source
from streamtts.shown.terminal import printable


def main(argv: Sequence[str] | None = None, environment: Environment | None = None) -> int:
    """Run the command; what a user can cause ends in one sentence and an exit status, never a traceback."""
    env = environment or Environment.of_process()
    try:
        with orderly_end():
            return _status(argv, env)
    except Ended as end:
        return end.exit_status


def _status(argv: Sequence[str] | None, env: Environment) -> int:
    try:
        status = _run(arguments.parse(argv, env.environ), env)
        env.stdout.flush()
    except StreamttsError as error:
        _tell(env, str(error))
        return error.exit_status
    except CoreError as error:
        _tell(env, str(error))
        return ExitStatus.FAILED
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        _abandon_stdout(env)
        return ExitStatus.OK
    except OSError as error:  # reading wraps its own, so this one is from writing
        _abandon_stdout(env)
        _tell(env, f"cannot write the output: {error.strerror}")
        return ExitStatus.FAILED
    return status


def _run(command: Command, env: Environment) -> ExitStatus:
    match command:
        case SpeakCommand() | DemoCommand() | BenchCommand() | WatchCommand():
            _speak(command, env)
        case TextCommand():
            _check_input(command, env)
            return _print_text(command, env)
        case ReportCommand():
            from streamtts.commands import reports  # noqa: PLC0415 - the others start sooner without it

            reports.write(command, env)
        case ShowCommand():
            env.stdout.write(command.text)
        case _:
            return _answer(command, env)
    return ExitStatus.OK


def _answer(command: Answerable, env: Environment) -> ExitStatus:
    from streamtts.commands import answers  # noqa: PLC0415 - speaking starts sooner without them

    return answers.give(command, env)


def _speak(command: Spoken, env: Environment) -> None:
    from streamtts import session  # noqa: PLC0415 - the other commands start sooner without it

    return_large_blocks()
    match command:
        case SpeakCommand():
            session.speak(command, env)
        case DemoCommand():
            from streamtts import demo  # noqa: PLC0415 - and speaking without this

            demo.run(command, env)
        case BenchCommand():
            from streamtts import bench  # noqa: PLC0415 - and without this

            bench.run(command, env)
        case WatchCommand():
            session.watch(command, env)


def _check_input(command: TextCommand, env: Environment) -> None:
    if not command.files and os.isatty(env.stdin_fd):
        raise UsageError("nothing is piped in: put `... |` in front or name a log file; see streamtts --help")
    source.check_readable(command.files, env.stdin_fd)


def _print_text(command: TextCommand, env: Environment) -> ExitStatus:
    if command.config.to and command.stage == "sentences":
        from streamtts import translatedtext  # noqa: PLC0415 - other text is printed sooner without it

        whole = translatedtext.print_translated(command, env, lambda text: _tell(env, text))
        return ExitStatus.OK if whole else ExitStatus.FAILED
    lines = _lines(command, env)
    for chunks in _inputs(command, env):
        for chunk in chunks:
            _show(lines.feed(chunk), lines, env)
        _show(lines.finish(), lines, env)
    live = not command.files and command.replay_speed is None
    if hint := closing_hint(lines.stats(), live=live):
        _tell(env, hint)
    return ExitStatus.OK


def _lines(command: TextCommand, env: Environment) -> textmode.Lines:
    if command.stage == "prose":
        return textmode.ProseLines()
    config = command.config
    stream = SentenceStream(config.code, config.tables, config.eager, tools=config.tools)
    return textmode.SentenceLines(source.SentenceSource(stream, env.clock), as_json=command.as_json)


def _inputs(command: TextCommand, env: Environment) -> Iterator[Iterable[bytes]]:
    for chunks in source.inputs(env.stdin_fd, command.files):
        if command.replay_speed is None:
            yield chunks
        else:
            yield replay.paced(chunks, env.clock, command.replay_speed)


def _show(batches: Iterable[list[str]], lines: textmode.Lines, env: Environment) -> None:
    for batch in batches:
        env.stdout.writelines(batch)
        if batch:
            env.stdout.flush()
    for notice in lines.take_notices():
        _tell(env, agent_notice(notice))


def _tell(env: Environment, message: str) -> None:
    env.stderr.write(f"streamtts: {printable(message)}\n")
    env.stderr.flush()


def _abandon_stdout(env: Environment) -> None:
    """Python flushes standard output once more at exit; what cannot be written must not complain again."""
    try:
        fd = env.stdout.fileno()
    except io.UnsupportedOperation:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, fd)
    os.close(nowhere)
