"""What `streamtts engines` and the doctor tell of each mode: whom it takes, why, and what would be better."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from streamtts.commands import preferred, usual
from streamtts.commands.choices import Chosen, choices
from streamtts.commands.interpreters import Interpreter
from streamtts.commands.roster import Member
from streamtts.configuration.config import Config
from streamtts.engine import (
    Synthesizer,
    SynthesizerEngine,
    Translator,
    TranslatorEngine,
    TranslatorOptions,
    VoiceInfo,
    VoiceOptions,
)
from streamtts.quality.machine import Hardware, Machine
from streamtts.quality.policy import Policy
from streamtts.types import Quality

PACKAGED = "qwen2.5-coder-1.5b-instruct-q4"
SEVEN = "llama:qwen2.5-7b-instruct-q3"
TERMS = "xtts-v2 is under terms: accept them"
READY = None
LARGE = Machine("processor", 8, 64)

VOICES: Mapping[str, Sequence[str]] = {
    "hibari": ["en"],
    "openjtalk": ["ja"],
    "kokoro-ja": ["ja"],
    "nanotts": ["de", "en", "es", "fr", "it"],
    "xtts": ["en", "ja", "de"],
    "cosyvoice": ["en", "ja"],
    "say": ["*"],
    "espeak": ["*"],
}
TRANSLATORS = ("llama", "nllb", "nllb-ct2", "nllb-mlx", "bergamot", "openai")


def to_install(name: str) -> str:
    return f"{name} needs its packages: pip install 'streamtts[{name}]'"


def voice(name: str, *, is_here: bool, lacks: str | None = READY) -> Member:
    def create(_options: VoiceOptions) -> Synthesizer:
        raise AssertionError("nothing is loaded to be listed")

    missing = None if is_here else to_install(name)
    engine = SynthesizerEngine(
        name,
        "a stand-in",
        VOICES[name],
        "none",
        create,
        lambda: missing,
        lambda: (),
        cloud=name == "cosyvoice",
        lacks=lambda _settings: lacks,
    )
    return Member(name, engine, missing or lacks)


def translator(
    name: str, *, is_here: bool, wants: Callable[[TranslatorOptions], str | None] = lambda _: None
) -> Interpreter:
    def create(_options: TranslatorOptions) -> Translator:
        raise AssertionError("nothing is loaded to be listed")

    missing = None if is_here else to_install(name)
    engine = TranslatorEngine(
        name,
        "a stand-in",
        "none",
        create,
        lambda: missing,
        lambda source, target: name != "bergamot" or {source, target} == {"en", "pt"},
        model=lambda _source, _target: PACKAGED if name == "llama" else "",
        wants=wants,
        cloud=name == "openai",
    )
    return Interpreter(name, engine, missing)


def chosen(
    *ready: str,
    mode: Quality = "balanced",
    hardware: Hardware = "processor",
    config: Config | None = None,
    lacks: Mapping[str, str] | None = None,
) -> dict[str, Chosen]:
    """By what is done, with these engines ready."""
    lacking = lacks or {}

    def wants(options: TranslatorOptions) -> str | None:
        return lacking.get(options.model)

    found = choices(
        config or Config(),
        [voice(name, is_here=name in ready, lacks=lacking.get(name)) for name in VOICES],
        [translator(name, is_here=name in ready, wants=wants) for name in TRANSLATORS],
        modes=[mode],
        machine=replace(LARGE, hardware=hardware),
        example="ja",
    )
    return {each.what: each for each in found}


def taken(found: Chosen) -> str:
    return found.taken.label if found.taken else ""


@pytest.mark.parametrize(
    ("ready", "mode", "hardware", "labels"),
    [
        ("hibari", "fast", "processor", ["hibari", "", ""]),
        ("hibari espeak", "best", "nvidia", ["hibari", "espeak", ""]),
        ("hibari openjtalk llama", "balanced", "processor", ["hibari", "openjtalk", f"llama:{PACKAGED}"]),
        ("hibari openjtalk llama nllb", "fast", "processor", ["hibari", "openjtalk", "nllb"]),
        ("hibari openjtalk kokoro-ja nllb-ct2", "best", "apple", ["hibari", "kokoro-ja", "nllb-ct2"]),
        ("xtts hibari llama", "best", "nvidia", ["xtts", "xtts", SEVEN]),
        ("xtts hibari llama", "best", "processor", ["hibari", "", f"llama:{PACKAGED}"]),
        ("cosyvoice hibari openai", "best", "nvidia", ["hibari", "", ""]),
        ("hibari say espeak", "fast", "apple", ["hibari", "say", ""]),
        ("nllb-mlx nllb", "fast", "apple", ["", "", "nllb-mlx"]),
        ("", "best", "apple", ["", "", ""]),
    ],
)
def test_the_first_that_is_ready_is_taken(
    ready: str, mode: Quality, hardware: Hardware, labels: list[str]
) -> None:
    found = chosen(*ready.split(), mode=mode, hardware=hardware)
    assert [*found] == ["English", "Japanese", "English to Japanese"]
    assert [taken(each) for each in found.values()] == labels


@pytest.mark.parametrize(("hardware", "told"), [("apple", True), ("processor", False), ("nvidia", False)])
def test_what_only_a_mac_is_good_for_is_offered_there_alone(hardware: Hardware, told: bool) -> None:
    """Ready it is taken anywhere, before nothing at all."""
    offered = [label for label, _ in chosen(hardware=hardware)["English to Japanese"].better]
    assert ("nllb-mlx" in offered) == told
    assert {"nllb", "nllb-ct2"} <= {*offered}
    assert taken(chosen("nllb-mlx", hardware=hardware)["English to Japanese"]) == "nllb-mlx"
    named = Config(translator=("nllb-mlx",))
    found = chosen("nllb", hardware=hardware, config=named)["English to Japanese"]
    assert found.better[0] == ("nllb-mlx", to_install("nllb-mlx"))


def test_what_would_come_before_is_named_with_what_to_do() -> None:
    found = chosen("hibari", "espeak", "nllb-ct2", mode="best", lacks={"xtts": TERMS})
    assert found["English"].better == []
    assert found["Japanese"].better == [(name, to_install(name)) for name in ("kokoro-ja", "openjtalk")]
    assert found["English to Japanese"].better == [(f"llama:{PACKAGED}", to_install("llama"))]
    on_gpu = chosen("hibari", "llama", mode="best", hardware="nvidia", lacks={SEVEN[6:]: "pull it"})
    assert on_gpu["English"].better == [("xtts", to_install("xtts")), ("cosyvoice", to_install("cosyvoice"))]
    assert on_gpu["English to Japanese"].better == [(SEVEN, "pull it")]
    assert taken(on_gpu["English to Japanese"]) == f"llama:{PACKAGED}"


def test_a_package_and_a_model_that_both_lack_are_both_told() -> None:
    found = chosen("hibari", mode="best", hardware="nvidia", lacks={"xtts": TERMS, SEVEN[6:]: "pull it"})
    assert found["English"].better[0] == ("xtts", f"{to_install('xtts')}; and {TERMS}")
    assert found["English to Japanese"].better[0] == (SEVEN, f"{to_install('llama')}; and pull it")


def test_terms_that_nobody_has_accepted_keep_a_voice_from_being_taken() -> None:
    found = chosen("xtts", "hibari", mode="best", hardware="apple", lacks={"xtts": TERMS})["English"]
    assert (taken(found), found.better[0]) == ("hibari", ("xtts", TERMS))


def test_one_that_may_send_text_away_is_told_to_speak_by_name_only() -> None:
    found = chosen("cosyvoice", "hibari", mode="best", hardware="nvidia")["English"]
    assert taken(found) == "hibari"
    assert dict(found.better)["cosyvoice"].endswith("only when asked for: --voice cosyvoice")


def test_what_is_too_large_for_the_machine_is_told() -> None:
    members = [voice(name, is_here=True) for name in VOICES]
    small = Machine("nvidia", 2, 4)
    (found,) = choices(Config(), members, [], modes=["best"], machine=small)
    assert taken(found) == "hibari"
    assert ("xtts", "needs 8 GB of memory, and this machine has 4") in found.better


def test_what_is_too_large_and_does_not_know_the_languages_is_not_told() -> None:
    def told(target: str) -> dict[str, str]:
        llama = translator("llama", is_here=True)
        assert llama.engine is not None
        french = replace(llama.engine, speaks=lambda _source, target: target == "fr")
        *_, last = choices(
            Config(to=target),
            [],
            [replace(llama, engine=french)],
            modes=["best"],
            machine=Machine("apple", 8, 4),
        )
        return dict(last.better)

    assert told("fr")[SEVEN] == "needs 12 GB of memory, and this machine has 4"
    assert SEVEN not in told("sw")


def test_say_is_not_missed_where_it_cannot_be() -> None:
    found = chosen("espeak", config=Config(source="pl"))["Polish"]
    assert (taken(found), found.better) == ("espeak", [])
    assert chosen(config=Config(source="pl"))["Polish"].better == [("espeak", to_install("espeak"))]


@pytest.mark.parametrize(
    ("config", "what"),
    [
        (Config(), ["English", "Japanese", "English to Japanese"]),
        (Config(to="en-GB"), ["English"]),
        (Config(to="fr"), ["English", "French", "English to French"]),
        (Config(source="de"), ["German"]),
        (Config(source="de", to="ja"), ["German", "Japanese", "German to Japanese"]),
        (Config(to="tlh"), ["English", "tlh"]),
        (Config(to="en", voice=("it=nanotts", "DE-at=nanotts:x")), ["English", "Italian", "German"]),
    ],
)
def test_the_languages_that_are_set_are_shown(config: Config, what: list[str]) -> None:
    assert [*chosen(config=config)] == what


@pytest.mark.parametrize("mode", ["fast", "balanced", "best"])
def test_what_the_user_names_is_taken_in_every_mode(mode: Quality) -> None:
    config = Config(voice=("nanotts",), translator=("en-ja=nllb-ct2",))
    found = chosen(
        "nanotts", "hibari", "xtts", "llama", "nllb-ct2", mode=mode, hardware="apple", config=config
    )
    for what, label in (("English", "nanotts"), ("English to Japanese", "nllb-ct2")):
        assert taken(found[what]) == label
        assert found[what].taken is not None
        assert found[what].better == []
    told = "".join(preferred.listing(found.values(), mode, LARGE))
    assert told.count("you chose it") == 2


def test_what_the_user_names_and_cannot_is_told_first() -> None:
    config = Config(voice=("nanotts",), translator=("no-engine", "nllb"))
    found = chosen("hibari", "llama", config=config)
    assert found["English"].better == [("nanotts", to_install("nanotts"))]
    assert taken(found["English"]) == "hibari"
    assert found["English to Japanese"].better == [("nllb", to_install("nllb"))]


def test_a_translator_that_does_not_know_the_languages_is_not_missed() -> None:
    found = chosen(mode="fast", config=Config(to="ja"))["English to Japanese"]
    assert "bergamot" not in dict(found.better)
    portuguese = chosen(mode="fast", config=Config(to="pt"))["English to Portuguese"]
    assert portuguese.better[0][0] == "bergamot"


def test_an_engine_that_breaks_when_asked_is_passed_over_with_its_reason() -> None:
    def torn(_options: TranslatorOptions) -> str:
        raise ValueError("torn")

    broken = [translator("llama", is_here=True, wants=torn), translator("nllb", is_here=True)]
    *_, last = choices(Config(to="ja"), [], broken, modes=["balanced"], machine=LARGE)
    assert taken(last) == "nllb"
    assert "the engine llama failed with ValueError: torn" in dict(last.better)["llama"]


def test_an_engine_that_is_not_registered_is_told() -> None:
    plugin = Member("hibari", None, "the plugin hibari is torn")
    (found,) = choices(Config(), [plugin], [], modes=["fast"], machine=LARGE)
    assert taken(found) == ""
    assert found.better[0] == ("hibari", "the plugin hibari is torn")
    assert dict(found.better)["espeak"] == "there is no engine espeak"


def test_the_doctor_has_a_line_of_it() -> None:
    found = chosen("hibari", "nanotts", "nllb", mode="fast", config=Config(to="de"))
    told = preferred.finding(found.values(), "fast")
    assert (told.state, told.name) == ("ok", "quality")
    assert told.text == (
        "fast: English by hibari; German by nanotts; English to German by nllb; `streamtts engines` says why"
    )
    nobody = preferred.finding(chosen().values(), "best")
    assert nobody.text.startswith("best: nothing here speaks these languages")


@pytest.mark.parametrize(
    ("mode", "ready", "default"),
    [
        ("balanced", "hibari cosyvoice xtts", "hibari"),
        ("best", "hibari cosyvoice xtts", "xtts"),
        ("best", "hibari cosyvoice", "hibari"),
    ],
)
def test_the_voices_command_marks_what_the_mode_takes(
    monkeypatch: pytest.MonkeyPatch, mode: Quality, ready: str, default: str
) -> None:
    monkeypatch.setattr(usual, "Policy", lambda mode: Policy(mode, replace(LARGE, hardware="nvidia")))
    members = []
    for name in ready.split():
        member = voice(name, is_here=True)
        assert member.engine is not None
        engine = replace(member.engine, voices=lambda: [VoiceInfo("first", "en", default=True)])
        members.append(replace(member, engine=engine))
    found = usual.usual_voices(members, Config(quality=mode), ["en"])
    assert found == {(default, "first")}
