"""STREAMTTS_* variables: all are known, each wrong one is told."""

import pytest

from streamtts.configuration.config import Config
from streamtts.configuration.config_file import load
from streamtts.errors import UsageError

PLAIN = {"STREAMTTS_CONFIG": "/dev/null"}


def refusal(**variables: str) -> str:
    with pytest.raises(UsageError) as caught:
        load({**PLAIN, **variables})
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("STREAMTTS_SPEED", "fast", "STREAMTTS_SPEED cannot be 'fast': give a number from 0.5 to 3"),
        ("STREAMTTS_SPEED", "nan", "STREAMTTS_SPEED cannot be 'nan'"),
        ("STREAMTTS_THREADS", "1.5", "give a whole number from 1 to 256"),
        ("STREAMTTS_THREADS", "9" * 5000, "give a whole number from 1 to 256"),
        ("STREAMTTS_QUIET", "perhaps", "STREAMTTS_QUIET cannot be 'perhaps': give on or off"),
        ("STREAMTTS_CODE", "Brief", "give skip, brief or read"),
        ("STREAMTTS_VOICE", "hibari,=", "give ENGINE, ENGINE:VOICE or LANG=ENGINE:VOICE"),
        ("STREAMTTS_CAPTIONS", "a.txt", "ends in .srt or .vtt"),
        ("STREAMTTS_OUTPUT", "a\udcffb", "give plain text"),
        ("STREAMTTS_SPED", "2", "did you mean STREAMTTS_SPEED?"),
        ("STREAMTTS_SOURCE", "en", "there is no setting for the variable 'STREAMTTS_SOURCE'"),
        ("STREAMTTS_ENGINES", "x", "there is no setting for the variable 'STREAMTTS_ENGINES'"),
        ("STREAMTTS_", "", "there is no setting for the variable 'STREAMTTS_'"),
    ],
)
def test_a_wrong_variable_gets_one_sentence(name: str, value: str, told: str) -> None:
    assert told in refusal(**{name: value})


@pytest.mark.parametrize(
    "name",
    [
        "STREAMTTS_OPENAI_API_KEY",
        "STREAMTTS_PLUGIN_TOKEN",
        "STREAMTTS_SOAK",
        "STREAMTTS_CLAUDE",
        "OTHER_SPED",
    ],
)
def test_what_is_no_setting_is_left_alone(name: str) -> None:
    assert load({**PLAIN, name: "x"}).config == Config()


def test_an_empty_variable_is_not_set() -> None:
    assert load({**PLAIN, "STREAMTTS_SPEED": "", "STREAMTTS_TO": ""}).config == Config()


@pytest.mark.parametrize("yes", ["1", "true", "YES", "on", " On "])
def test_a_switch_is_on_in_many_words(yes: str) -> None:
    assert load({**PLAIN, "STREAMTTS_EARCON": yes}).config.earcon


def test_a_wrong_variable_is_told_before_a_right_flag_could_hide_it() -> None:
    with pytest.raises(UsageError, match="STREAMTTS_SPEED"):
        load({**PLAIN, "STREAMTTS_SPEED": "x"}, {"speed": "2"})
