"""config.toml: where it is looked for, and every way in which it can be wrong."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamtts.configuration.config import SETTINGS, Config, config_of
from streamtts.configuration.config_file import config_path, load
from streamtts.configuration.settings import Setting
from streamtts.errors import UsageError
from streamtts.shown.terminal import printable


def refusal(path: Path, content: bytes | str) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError) as caught:
        load({"STREAMTTS_CONFIG": str(path)})
    message = str(caught.value)
    assert str(path) in message
    assert message == printable(message)
    return message.replace(str(path), "FILE")


def settings(path: Path, content: str) -> Config:
    path.write_text(content, encoding="utf-8")
    return load({"STREAMTTS_CONFIG": str(path)}).config


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_the_place_follows_the_variables() -> None:
    assert config_path({"HOME": "/h"}) == Path("/h/.config/streamtts/config.toml")
    assert config_path({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}) == Path("/x/streamtts/config.toml")
    assert config_path({"HOME": "/h", "XDG_CONFIG_HOME": "x"}) == Path("/h/.config/streamtts/config.toml")
    everything = {"HOME": "/h", "XDG_CONFIG_HOME": "/x", "STREAMTTS_CONFIG": "~/c.toml"}
    assert config_path(everything) == Path("/h/c.toml")
    assert config_path({"HOME": "/h", "STREAMTTS_CONFIG": ""}) == Path("/h/.config/streamtts/config.toml")


def test_the_file_in_the_home_is_read(tmp_path: Path) -> None:
    folder = tmp_path / ".config/streamtts"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("speed = 2")
    assert load({"HOME": str(tmp_path)}).config.speed == 2


@pytest.mark.parametrize("home", ["/nowhere/at/all", "/dev/null"])
def test_a_home_that_is_not_there_is_no_error(home: str) -> None:
    assert load({"HOME": home}).config == Config()


def test_a_home_that_is_closed_to_us_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "home/.config/streamtts").mkdir(parents=True)
    (tmp_path / "home/.config/streamtts/config.toml").write_text("speed = 2")
    (tmp_path / "home").chmod(0)
    assert as_nobody(tmp_path, {"HOME": str(tmp_path / "home")}) == "1.0"


def test_a_file_that_is_closed_to_us_is_told(tmp_path: Path) -> None:
    folder = tmp_path / ".config/streamtts"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("speed = 2")
    (folder / "config.toml").chmod(0)
    told = as_nobody(tmp_path, {"HOME": str(tmp_path)})
    assert told == f"cannot read the configuration '{folder}/config.toml': Permission denied"


def as_nobody(world: Path, environ: dict[str, str]) -> str:
    """The speed, or what is told, seen by a user without rights; root may read everything."""
    script = (
        "import os, sys\n"
        "from streamtts.configuration.config_file import load\n"
        "from streamtts.errors import UsageError\n"
        "if os.geteuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        f"try: print(load({environ!r}).config.speed)\n"
        "except UsageError as error: print(error)\n"
    )
    for folder in (world, *world.parents):
        if os.geteuid() == 0 and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_named_file_must_be_there(path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        load({"STREAMTTS_CONFIG": str(path)})


def test_a_folder_in_its_place_is_told(path: Path) -> None:
    path.mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        load({"STREAMTTS_CONFIG": str(path)})


def test_a_pipe_in_its_place_does_not_hold_us_up(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(UsageError, match="no ordinary file"):
        load({"STREAMTTS_CONFIG": str(path)})


def test_a_loop_of_links_is_told(path: Path) -> None:
    path.symlink_to(path)
    with pytest.raises(UsageError, match="cannot read the configuration"):
        load({"STREAMTTS_CONFIG": str(path)})


def test_a_device_without_end_is_told() -> None:
    with pytest.raises(UsageError, match="no ordinary file"):
        load({"STREAMTTS_CONFIG": "/dev/zero"})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("speed 2", "is not valid TOML: "),
        ("speed = 1\nspeed = 2", "is not valid TOML: "),
        (b"output = '\xff\xfe'", "is not UTF-8 text"),
        (b"\x00", "is not valid TOML: "),
        ("x = " + "[" * 20_000, "nests too deep"),
        ("speed = " + "9" * 10_000, "is not valid TOML: "),
        ("speed = " + "9" * 1_000, "speed cannot be '999"),
        ("#" * 100_001, "is too large: 100 kB at most"),
        ("[speed]\nx = 1", "speed cannot be "),
        ("speed = 2026-01-01", "give a number from 0.5 to 3, without quotes"),
    ],
)
def test_a_hostile_file_gets_one_sentence(path: Path, content: bytes | str, told: str) -> None:
    assert told in refusal(path, content)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("sped = 2", "has an unknown key 'sped': did you mean speed?"),
        ("on_turn = 1", "did you mean on_new_turn?"),
        ("source = 'en'", "did you mean from?"),
        ("colour = 'red'", "`streamtts config example` has all"),
        ('"a\\u001b[2Jb" = 1', "has an unknown key 'a [2Jb'"),
        ("speed = '2'", "speed cannot be '2': give a number from 0.5 to 3, without quotes"),
        ("speed = 0.4", "speed cannot be '0.4': give a number from 0.5 to 3"),
        ("speed = nan", "speed cannot be 'nan'"),
        ("speed = inf", "speed cannot be 'inf'"),
        ("speed = true", "speed cannot be true"),
        ("volume = 1.01", "give a number from 0 to 1"),
        ("threads = 0", "give a whole number from 1 to 256"),
        ("threads = 1.5", "give a whole number from 1 to 256, without quotes"),
        ("threads = true", "threads cannot be true"),
        ("quiet = 'yes'", "quiet cannot be 'yes': give true or false, without quotes"),
        ("quiet = 1", "give true or false"),
        ("code = 'loud'", "code cannot be 'loud': give skip, brief or read"),
        ("code = true", 'code cannot be true: give "skip", "brief" or "read"'),
        ("lag = 'soon'", "lag cannot be 'soon': give seconds and what to do"),
        ("lag = 20", "give a text in quotes"),
        ("to = 'japanese'", "give a language code, like en, ja or pt-BR"),
        ("from = ''", "give a language code"),
        ("voice = 3", "give a text in quotes, or a list of such"),
        ("voice = ['hibari', 3]", "give a text in quotes, or a list of such"),
        ("voice = '=x'", "give ENGINE, ENGINE:VOICE or LANG=ENGINE:VOICE"),
        ("captions = 'a.txt'", "give a file name that ends in .srt or .vtt"),
        ("captions = ''", "give the name of a file"),
        ('trace = "a\\u0000b"', "give the name of a file"),
        ('output = "a\\u0000b"', "give plain text"),
        ("output = ''", "give a name"),
        ("on_new_turn = 'finish'\non-new-turn = 'finish'", "twice, with - and with _: keep one"),
        ("engines = 3", "write [engines.NAME]"),
        ("[engines]\npiper = 3", "write [engines.NAME]"),
        ("[engines.pipper]\na = 3", "an unknown engine 'pipper': did you mean piper?"),
        ("[engines.piper]\na = [3]", "'engines.piper.a' must be one text, number, true or false"),
        ("[engines.piper.b]\na = 3", "'engines.piper.b' must be one text, number, true or false"),
        ("[engines.piper]\na = 2026-01-01", "must be one text, number, true or false"),
    ],
)
def test_a_wrong_setting_gets_one_sentence(path: Path, content: str, told: str) -> None:
    assert told in refusal(path, content)


@pytest.mark.parametrize(
    ("content", "variable"),
    [
        ("[engines.openai]\napi_key = 'sk-1'", "STREAMTTS_OPENAI_API_KEY"),
        ("[engines.openai]\nAPI-Key = 'sk-1'", "STREAMTTS_OPENAI_API_KEY"),
        ("[engines.openai]\ntoken = 'sk-1'", "STREAMTTS_OPENAI_TOKEN"),
        ("[engines.openai]\npassword = 'sk-1'", "STREAMTTS_OPENAI_PASSWORD"),
        ("openai_api_key = 'sk-1'", "STREAMTTS_OPENAI_API_KEY"),
    ],
)
def test_a_secret_is_sent_to_the_environment_and_kept_quiet(path: Path, content: str, variable: str) -> None:
    told = refusal(path, content)
    assert f"set {variable} in the environment" in told
    assert "sk-1" not in told


def test_engines_have_settings_of_their_own(path: Path) -> None:
    content = "[engines.piper]\nmodel = '/a b.onnx'\nscale = 0.5\nsteps = 3\nfast = true\n[engines.openai]\n"
    wanted = {"piper": {"model": "/a b.onnx", "scale": "0.5", "steps": "3", "fast": "true"}, "openai": {}}
    assert settings(path, content).engines == wanted


def test_hyphens_are_underscores(path: Path) -> None:
    assert settings(path, "on-new-turn = 'interrupt'").on_new_turn == "interrupt"


def test_languages_are_written_in_one_way(path: Path) -> None:
    found = settings(path, "to = 'PT_br'\nvoice = 'JA=openjtalk'")
    assert (found.to, found.voice) == ("pt-br", ("ja=openjtalk",))


def test_a_byte_order_mark_and_foreign_line_ends_do_no_harm(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbfspeed = 2\r\nvolume = 0.5\r\n")
    config = load({"STREAMTTS_CONFIG": str(path)}).config
    assert (config.speed, config.volume) == (2, 0.5)


def test_a_tilde_is_the_home(path: Path) -> None:
    path.write_text("trace = '~/t.jsonl'\nlexicon = '~/l.toml'\ncaptions = 'c.srt'\n")
    config = load({"STREAMTTS_CONFIG": str(path), "HOME": "/h"}).config
    assert (config.trace, config.lexicon) == (Path("/h/t.jsonl"), Path("/h/l.toml"))
    assert config.captions == Path("c.srt")


def test_a_lexicon_lies_beside_the_file_that_names_it(path: Path) -> None:
    assert settings(path, "lexicon = 'words.toml'").lexicon == path.parent / "words.toml"


VALUES = st.one_of(
    st.integers(),
    st.floats(),
    st.booleans(),
    st.text(),
    st.none(),
    st.lists(st.one_of(st.text(), st.integers()), max_size=3),
    st.dictionaries(st.text(), st.integers(), max_size=2),
)


@given(st.sampled_from(SETTINGS), VALUES)
def test_any_value_is_taken_or_refused_in_words(setting: Setting, value: object) -> None:
    told = None
    try:
        config_of({setting.field: value})
    except UsageError as error:
        told = str(error)
    assert told is None or (told == printable(told) and told.startswith(f"{setting.field} cannot be "))


@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused_in_words(content: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        told = None
        try:
            load({"STREAMTTS_CONFIG": file.name})
        except UsageError as error:
            told = str(error)
    assert told is None or (told == printable(told) and file.name in told)
