"""Flag before variable before file before default, for every setting."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from config.samples import SAMPLES, Sample
from streamtts.arguments import DemoCommand, parse
from streamtts.configuration.config import SETTINGS, Config
from streamtts.configuration.config_file import load

NAMES = {setting.field: setting for setting in SETTINGS}


def given(path: Path, field: str, *, file: Sample | None, variable: Sample | None) -> Mapping[str, str]:
    path.write_text(f"{NAMES[field].name} = {file.toml}\n" if file else "", encoding="utf-8")
    return {"STREAMTTS_CONFIG": str(path)} | ({NAMES[field].variable: variable.variable} if variable else {})


@pytest.mark.parametrize("field", SAMPLES)
@pytest.mark.parametrize("ways", range(8))
def test_the_nearest_way_wins(tmp_path: Path, field: str, ways: int) -> None:
    samples = SAMPLES[field]
    file, variable, flag = (sample if ways >> at & 1 else None for at, sample in enumerate(samples))
    environ = given(tmp_path / "config.toml", field, file=file, variable=variable)
    command = parse(["demo", *(flag.flags if flag else ())], environ)
    assert isinstance(command, DemoCommand)
    winner = flag or variable or file
    wanted = winner.value if winner else getattr(Config(), field)
    assert getattr(command.config, field) == wanted
    assert type(getattr(command.config, field)) is type(wanted)


@pytest.mark.parametrize("field", SAMPLES)
def test_where_it_comes_from_is_known(tmp_path: Path, field: str) -> None:
    first, second, third = SAMPLES[field]
    path = tmp_path / "config.toml"
    name = NAMES[field].name
    assert load(given(path, field, file=None, variable=None)).origins[name] == "default"
    assert load(given(path, field, file=first, variable=None)).origins[name] == str(path)
    assert load(given(path, field, file=first, variable=second)).origins[name] == NAMES[field].variable
    flags = {field: third.value if isinstance(third.value, bool) else third.variable}
    assert load(given(path, field, file=first, variable=second), flags).origins[name] == NAMES[field].flag


def test_nothing_given_is_the_default() -> None:
    assert load({"STREAMTTS_CONFIG": "/dev/null"}).config == Config()


def test_a_switch_can_be_undone_by_its_opposite(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("quiet = true\nkeys = false\n")
    command = parse(["demo", "--no-quiet", "--keys"], {"STREAMTTS_CONFIG": str(path)})
    assert isinstance(command, DemoCommand)
    assert (command.config.quiet, command.config.keys) == (False, True)


def test_the_last_of_a_repeated_flag_holds() -> None:
    command = parse(["demo", "--speed", "2", "--speed", "3"], {"STREAMTTS_CONFIG": "/dev/null"})
    assert isinstance(command, DemoCommand)
    assert command.config.speed == 3
