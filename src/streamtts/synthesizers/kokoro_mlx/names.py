"""The voices of Kokoro v1.0, whose names begin with what they speak; those of one's own do, too."""

from collections.abc import Sequence

from streamtts.engine import EngineError, VoiceInfo, VoiceOptions
from streamtts.synthesizers import packages

_BY_LETTER = {"a": "en-us", "b": "en-gb", "e": "es", "f": "fr", "h": "hi", "i": "it", "j": "ja", "p": "pt"}
_DEFAULTS = {
    "en-us": "af_heart",
    "en-gb": "bf_emma",
    "es": "ef_dora",
    "fr": "ff_siwis",
    "hi": "hf_alpha",
    "it": "if_sara",
    "ja": "jf_alpha",
    "pt": "pf_dora",
}
LANGUAGES = tuple(dict.fromkeys(variety.partition("-")[0] for variety in _DEFAULTS))

_KINDS = {"f": "female", "m": "male"}
_V1 = """
af_heart af_alloy af_aoede af_bella af_jessica af_kore af_nicole af_nova af_river af_sarah af_sky am_adam
am_echo am_eric am_fenrir am_liam am_michael am_onyx am_puck am_santa bf_emma bf_alice bf_isabella bf_lily
bm_daniel bm_fable bm_george bm_lewis ef_dora em_alex em_santa ff_siwis hf_alpha hf_beta hm_omega hm_psi
if_sara im_nicola jf_alpha jf_gongitsune jf_nezumi jf_tebukuro jm_kumo pf_dora pm_alex pm_santa
"""
_KNOWN = tuple(_V1.split())


def chosen(options: VoiceOptions) -> tuple[str, str]:
    """The voice, and the variety of the language that it reads."""
    packages.require(refused(options.voice) if options.voice else None)
    of_voice = _BY_LETTER[options.voice[0]] if options.voice else ""
    tag = options.language.lower().replace("_", "-")
    base = tag.partition("-")[0]
    if not base:
        variety = of_voice or "en-us"
    elif base == "en":
        variety = of_voice if of_voice.startswith("en") else ("en-gb" if tag == "en-gb" else "en-us")
    else:
        variety = base
    if variety not in _DEFAULTS:
        raise EngineError(
            f"kokoro-mlx does not speak {base[:20]!r}, only {', '.join(LANGUAGES)}: choose another voice"
        )
    return options.voice or _DEFAULTS[variety], variety


def refused(voice: str) -> str | None:
    """Why no voice is called so. Which of the others lie beside a model is known when it is read."""
    if voice[:1] in _BY_LETTER and voice[1:2] in _KINDS and voice[2:3] == "_" and voice[3:].isidentifier():
        return None
    return packages.unknown_voice("kokoro-mlx", voice, _KNOWN)


def listed() -> Sequence[VoiceInfo]:
    found = []
    for name in _KNOWN:
        variety = _BY_LETTER[name[0]]
        accent = {"en-us": ", American", "en-gb": ", British"}.get(variety, "")
        language = variety.partition("-")[0]
        default = _DEFAULTS.get(language, _DEFAULTS["en-us"])
        found.append(VoiceInfo(name, language, _KINDS[name[1]] + accent, default=name == default))
    return found
