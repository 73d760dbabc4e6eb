"""What each mode prefers: language by language, on each kind of machine."""

import pytest

from streamtts.quality.machine import HARDWARE, Hardware, Machine
from streamtts.quality.policy import Policy, figure
from streamtts.quality.table import Need
from streamtts.types import Quality

MODES: tuple[Quality, ...] = ("fast", "balanced", "best")
LARGE = {hardware: Machine(hardware, 16, 64) for hardware in HARDWARE}

PACKAGED = "qwen2.5-coder-1.5b-instruct-q4"
SEVEN = "llama:qwen2.5-7b-instruct-q3"


@pytest.mark.parametrize("hardware", HARDWARE)
@pytest.mark.parametrize("mode", ["fast", "balanced"])
@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ["hibari"]),
        ("ja", ["openjtalk", "kokoro-ja"]),
        ("de", ["nanotts"]),
        ("it", ["nanotts"]),
        ("pl", []),
        ("ko", []),
        ("", []),
    ],
)
def test_quick_voices_are_the_same_everywhere(
    hardware: Hardware, mode: Quality, language: str, labels: list[str]
) -> None:
    assert Policy(mode, LARGE[hardware]).voices(language) == labels


@pytest.mark.parametrize(
    ("hardware", "language", "labels"),
    [
        ("processor", "en", ["hibari"]),
        ("processor", "ja", ["kokoro-ja", "openjtalk"]),
        ("processor", "de", ["nanotts"]),
        ("processor", "pl", []),
        ("nvidia", "en", ["xtts", "cosyvoice", "hibari"]),
        ("nvidia", "ja", ["xtts", "cosyvoice", "kokoro-ja", "openjtalk"]),
        ("apple", "ja", ["xtts", "cosyvoice", "kokoro-ja", "openjtalk"]),
        ("apple", "fr", ["xtts", "cosyvoice", "nanotts"]),
        ("nvidia", "pl", ["xtts"]),
        ("nvidia", "sw", []),
    ],
)
def test_the_best_voice_depends_on_what_the_machine_can_use(
    hardware: Hardware, language: str, labels: list[str]
) -> None:
    assert Policy("best", LARGE[hardware]).voices(language) == labels


@pytest.mark.parametrize(
    ("hardware", "mode", "pair", "first"),
    [
        ("processor", "fast", ("en", "ja"), ["nllb", "nllb-ct2", "llama"]),
        ("processor", "balanced", ("en", "ja"), ["llama", "nllb-ct2", "nllb"]),
        ("processor", "best", ("en", "ja"), ["llama", "nllb-ct2", "nllb"]),
        ("nvidia", "fast", ("en", "ja"), ["nllb", "nllb-ct2", "llama"]),
        ("nvidia", "balanced", ("en", "ja"), ["llama", "nllb-ct2", "nllb"]),
        ("nvidia", "best", ("en", "ja"), [SEVEN, "llama", "nllb:nllb-200-3.3b"]),
        ("apple", "fast", ("en", "ja"), ["nllb-mlx", "nllb", "nllb-ct2", "llama"]),
        ("apple", "balanced", ("en", "ja"), ["llama", "nllb-mlx", "nllb-ct2", "nllb"]),
        ("apple", "best", ("de", "ja"), [SEVEN, "llama", "nllb-mlx:nllb-200-distilled-1.3b"]),
        ("processor", "fast", ("en", "pt"), ["bergamot", "nllb"]),
        ("processor", "fast", ("pt", "en"), ["bergamot", "nllb"]),
        ("processor", "balanced", ("en", "pt"), ["llama"]),
        ("processor", "fast", ("en", "fr"), ["nllb:opus-mt-en-fr", "nllb"]),
        ("processor", "balanced", ("en", "fr"), ["nllb:opus-mt-en-fr", "llama"]),
        ("nvidia", "best", ("en", "fr"), [SEVEN, "nllb:opus-mt-en-fr", "llama"]),
        ("processor", "balanced", ("fr", "en"), ["llama"]),
    ],
)
def test_translators(hardware: Hardware, mode: Quality, pair: tuple[str, str], first: list[str]) -> None:
    found = Policy(mode, LARGE[hardware]).translators(*pair)
    assert [*found][: len(first)] == first
    assert len(set(found)) == len(found)
    assert {"llama", "nllb", "nllb-ct2", "nllb-mlx", "bergamot"} <= set(found), "all are fallen back to"


@pytest.mark.parametrize("hardware", HARDWARE)
@pytest.mark.parametrize("language", ["en", "ja", "de", "pl", "zh", "sw"])
def test_every_mode_goes_on_with_what_balanced_has(hardware: Hardware, language: str) -> None:
    usual = Policy("balanced", LARGE[hardware])
    for mode in MODES:
        policy = Policy(mode, LARGE[hardware])
        assert set(policy.voices(language)) >= set(usual.voices(language))
        assert set(policy.translators("en", language)) >= set(usual.translators("en", language))


def test_balanced_is_meant_where_nothing_is_said() -> None:
    assert Policy().mode == "balanced"


def test_a_small_machine_is_spared_what_is_too_large() -> None:
    small = Policy("best", Machine("apple", 1, 4))
    assert small.voices("ja") == ["cosyvoice", "openjtalk", "kokoro-ja"]
    assert small.too_large_voices("ja") == [
        ("xtts", "needs 8 GB of memory, and this machine has 4"),
        ("kokoro-ja", "needs 2 processor cores, and this machine has 1"),
    ]
    assert small.translators("en", "ja")[0] == "llama"
    assert [label for label, _ in small.too_large_translators("en", "ja")] == [
        SEVEN,
        "nllb-mlx:nllb-200-distilled-1.3b",
    ]


@pytest.mark.parametrize("mode", ["fast", "balanced"])
def test_other_modes_have_nothing_that_is_too_large(mode: Quality) -> None:
    tiny = Policy(mode, Machine("nvidia", 1, 0.5))
    assert tiny.too_large_voices("ja") == tiny.too_large_translators("en", "ja") == []
    assert tiny.voices("ja") == ["openjtalk", "kokoro-ja"]


@pytest.mark.parametrize(
    ("machine", "lacking"),
    [
        (Machine("processor", 4, 16), ""),
        (Machine("processor", 3, 16), "needs 4 processor cores, and this machine has 3"),
        (Machine("processor", 4, 15.9), "needs 16 GB of memory, and this machine has 15"),
        (Machine("processor", 1, 1), "needs 4 processor cores, and this machine has 1"),
    ],
)
def test_what_a_machine_lacks(machine: Machine, lacking: str) -> None:
    assert Need(cores=4, memory_gb=16).lacking(machine) == lacking


def test_figures_are_of_a_model_in_a_language() -> None:
    assert "Whisper error 0.000" in figure("hibari", "", "en")
    assert "0.093" in figure("nanotts", "", "fr")
    assert "was not measured" in figure("nanotts", "", "es")
    assert "chrF 53.0" in figure("llama", PACKAGED, "en-ja")
    assert "chrF 71.4" in figure("llama", PACKAGED, "en-fr")
    assert figure("llama", PACKAGED, "de-ja") == "not measured"
    assert figure("llama", "qwen2.5-7b-instruct-q3", "en-ja") == "not measured"
    assert figure("nllb", "opus-mt-en-fr", "en-ja") == "not measured"
    assert "random weights" in figure("nllb", "nllb-200-distilled-600m", "en-ja")
    assert figure("anybody", "", "en") == "not measured"
