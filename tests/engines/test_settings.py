"""The numbers in an engine's settings: what is none, too large, or half of one is refused, never bent."""

import pytest

from streamtts.engine import EngineError
from streamtts.synthesizers.settings import Settings


def settings(**given: str) -> Settings:
    return Settings("xtts", given)


@pytest.mark.parametrize(
    "said", ["1.5", "0.999", "true", "nan", "inf", "-inf", "1e400", "-2", "2147483649", "", "two", "9" * 5000]
)
def test_what_is_no_whole_number_in_the_range_is_refused(said: str) -> None:
    with pytest.raises(EngineError) as caught:
        settings(seed=said).count("seed", -1, -1, 2**31)
    told = str(caught.value)
    assert told.startswith("engines.xtts.seed is '")
    kind = "a whole number" if said in ("1.5", "0.999") else "a number"
    assert told.endswith(f"': give {kind} from -1 to 2147483648")
    assert len(told) < 300


@pytest.mark.parametrize("said", ["true", "nan", "inf", "-inf", "1e400", "-0.1", "2.1", "", "two"])
def test_what_is_no_number_in_the_range_is_refused(said: str) -> None:
    with pytest.raises(EngineError, match=r"^engines\.xtts\.speed is '.*': give a number from 0\.5 to 2$"):
        settings(speed=said).number("speed", 1, 0.5, 2)


def test_numbers_are_taken_as_they_are_meant() -> None:
    assert settings(seed=" 7 ").count("seed", -1, -1, 10) == 7
    assert settings(seed="7.0").count("seed", -1, -1, 10) == 7
    assert settings().count("seed", -1, -1, 10) == -1
    assert settings(speed="1.25").number("speed", 1, 0.5, 2) == 1.25
