"""`streamtts doctor`: looks at everything, tries it, and says what to do about what does not work."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence

from streamtts._core import __version__
from streamtts.commands import findings, gpu, preferred
from streamtts.commands.auditions import auditions
from streamtts.commands.choices import choices
from streamtts.commands.configuration import held
from streamtts.commands.findings import Finding
from streamtts.commands.interpreters import examined, interpreters
from streamtts.commands.roster import members
from streamtts.configuration.config import Config
from streamtts.configuration.config_file import load
from streamtts.environment import Environment
from streamtts.errors import ExitStatus
from streamtts.quality.machine import this_machine
from streamtts.shown.terminal import json_text, printable

_NAME_WIDTH = 14
# What people would call it; programs are told the names that they know from --json.
_PLAINLY = {
    ("program", "core"): "compiled part",
    ("program", "gpu"): "GPU",
    ("sound", "player"): "playback",
    ("controls", "ctl"): "remote control",
}


def examine(env: Environment, flags: Mapping[str, object], *, as_json: bool) -> ExitStatus:
    """Everything in turn, each shown as soon as it is known."""
    config = held(env.environ, flags)
    found: list[Finding] = []
    if not as_json:
        env.stdout.write(f"{_program()}\n")
    for finding in _findings(env, config):
        if not as_json:
            env.stdout.write(_line(finding, new=finding.about not in {each.about for each in found}))
            env.stdout.flush()
        found.append(finding)
    env.stdout.write(_as_json(found) if as_json else f"\n{verdict(found)}\n")
    return ExitStatus.FAILED if _failed(found) else ExitStatus.OK


def _findings(env: Environment, config: Config) -> Iterator[Finding]:
    yield findings.core()
    yield from gpu.finding()
    yield findings.configuration(env.environ, lambda: load(env.environ))
    yield findings.lexicon(config)
    speaking, translating = members(config), interpreters(config)
    chosen = choices(config, speaking, translating, machine=this_machine(), modes=[config.quality])
    yield preferred.finding(chosen, config.quality)
    yield from findings.sound(config)
    yield from auditions(speaking, config)
    yield from examined(translating, config)
    yield findings.control(env.environ, config)
    yield findings.keys(config)
    yield findings.screen(env)


def _program() -> str:
    uname = os.uname()
    return f"streamtts {__version__}, Python {platform.python_version()}, {uname.sysname} {uname.machine}"


def _line(finding: Finding, *, new: bool) -> str:
    heading = f"\n{finding.about}\n" if new else ""
    text = printable(finding.text)
    name = printable(_PLAINLY.get((finding.about, finding.name), finding.name))
    return f"{heading}  {finding.state:<6}  {name:<{_NAME_WIDTH}}  {text}\n"


def _failed(found: Sequence[Finding]) -> int:
    return sum(finding.state == "failed" for finding in found)


def verdict(found: Sequence[Finding]) -> str:
    """The last line: what is right of it all, and whether anything can be heard."""
    if not (failed := _failed(found)):
        if any((each.about, each.name, each.state) == ("sound", "output", "note") for each in found):
            return "What should work here works, but nothing can be heard until there is a sound device."
        return "Everything that should work here works."
    things = "One thing does" if failed == 1 else f"{failed} things do"
    return f"{things} not work: what to do stands in each line that begins with failed."


def _as_json(found: list[Finding]) -> str:
    uname = os.uname()
    report = {
        "version": __version__,
        "python": platform.python_version(),
        "system": uname.sysname,
        "machine": uname.machine,
        "ok": all(finding.state != "failed" for finding in found),
        "findings": [
            {"about": each.about, "name": each.name, "state": each.state, "text": each.text} for each in found
        ],
    }
    return json_text(report) + "\n"
