"""`streamtts report`: a page made of a trace, or of two."""

import io
from collections.abc import Sequence
from pathlib import Path

from streamtts.arguments import ReportCommand
from streamtts.environment import Environment
from streamtts.errors import UsageError
from streamtts.reported.page import page
from streamtts.reported.reading import read
from streamtts.shown.outfile import OutFile


def write(command: ReportCommand, env: Environment) -> None:
    """Nothing is written before the whole page is made; what is missing of a trace is said."""
    _check(command, env)
    runs = [read(path, env.stdin_fd) for path in command.traces]
    made = page(runs)
    if command.output is None:
        if isinstance(env.stdout, io.TextIOWrapper):
            env.stdout.reconfigure(encoding="utf-8")  # as the page says of itself
        env.stdout.write(made)
    else:
        file = OutFile(command.output)
        file.write(made)
        file.close()
    for flaw in (flaw for run in runs for flaw in run.flaws):
        env.stderr.write(f"streamtts: {flaw}\n")


def _check(command: ReportCommand, env: Environment) -> None:
    if command.output is None and env.stdout.isatty():
        raise UsageError("the page is no text for a terminal: add -o report.html")
    if command.output is not None and _is_one_of(command.output, command.traces):
        raise UsageError(f"{command.output} is the trace that is read: name another file with -o")
    if [str(path) for path in command.traces].count("-") > 1:
        raise UsageError("- is standard input and can be read once: name a file for the other trace")


def _is_one_of(output: Path, traces: Sequence[Path]) -> bool:
    return output.is_file() and any(path.exists() and path.samefile(output) for path in traces)
