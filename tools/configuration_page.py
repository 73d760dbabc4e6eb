"""Writes docs/configuration.md from the settings; --check tells whether the committed one is fresh."""

import sys
from collections.abc import Iterator
from pathlib import Path

from streamtts.commands.configuration import example
from streamtts.configuration.config import SETTINGS
from streamtts.configuration.settings import Group, Kind, Setting

COMMITTED = Path(__file__).resolve().parent.parent / "docs/configuration.md"

HEAD = """\
# Configuration

Every setting can be given in three ways. A flag goes before a variable, a variable before the file, the file
before the default.

    streamtts --speed 1.5
    STREAMTTS_SPEED=1.5 streamtts
    speed = 1.5                      # a line of config.toml

`streamtts config` shows what holds and where each value comes from; what it prints is a valid file itself.
`streamtts config path` says where the file is: `$STREAMTTS_CONFIG`, else
`$XDG_CONFIG_HOME/streamtts/config.toml`, else `~/.config/streamtts/config.toml`, on macOS too. To begin:

    mkdir -p ~/.config/streamtts
    streamtts config example > ~/.config/streamtts/config.toml

* In the file `on_new_turn` may also be written `on-new-turn`.
* A switch is `true` or `false` in the file, `on` or `off` in a variable. As a flag it has an opposite:
  `--earcon` and `--no-earcon`, `--keys` and `--no-keys`. An empty variable is one that is not set.
* A setting that does not exist is refused, with the nearest name that does; so is a value of the wrong kind.
* `~` is your home folder. A relative path in the file counts from where you run streamtts; only those of
  the lexicon and of the kept translations count from the file's own folder.
* Keys, tokens and passwords are refused in the file. They belong into the environment, as
  `STREAMTTS_OPENAI_API_KEY` does.
* `[engines.NAME]` holds the settings of one voice engine, [voices.md](voices.md) has them;
  `[translators.NAME]` those of one translator, which are in [translators.md](translators.md).
"""

TAIL = """\
## The whole file

```toml
{example}```
"""


def page() -> str:
    return "\n".join([HEAD, *_groups(), TAIL.format(example="".join(example()))])


def _groups() -> Iterator[str]:
    for group in Group:
        rows = [setting for setting in SETTINGS if setting.about.group is group]
        yield f"## {group.value[0].upper()}{group.value[1:]}\n"
        yield "| flag | variable | default | |\n|---|---|---|---|"
        yield "\n".join(_row(setting) for setting in rows) + "\n"


def _row(setting: Setting) -> str:
    if setting.kind is Kind.TABLES:
        return f"| only in the file: `[{setting.name}.NAME]` | | | {setting.about.help} |"
    values = f" {setting.metavar}" if setting.metavar else ""
    flag = f"{setting.flag}{values}".replace("|", "\\|")
    default = f"`{_default(setting)}`" if _default(setting) else "none"
    return f"| `{flag}` | `{setting.variable}` | {default} | {setting.about.help} |"


def _default(setting: Setting) -> str:
    if setting.kind is Kind.SWITCH:
        return "on" if setting.default else "off"
    return setting.default_text


def main() -> int:
    if "--check" not in sys.argv[1:]:
        COMMITTED.write_text(page(), encoding="utf-8")
        return 0
    if COMMITTED.read_text(encoding="utf-8") == page():
        return 0
    sys.stderr.write("docs/configuration.md is stale: run tools/configuration_page.py and commit it.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
