"""The engine, as it presents itself."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

from streamtts.engine import ANY_LANGUAGE, Synthesizer, SynthesizerEngine, VoiceInfo, VoiceOptions
from streamtts.synthesizers import packages

_INSTALL = "pip install 'streamtts[xtts]'"
_LANGUAGES = "ar cs de en es fr hi hu it ja ko nl pl pt ru tr zh"
_SETTINGS = (
    "model",
    "device",
    "precision",
    "temperature",
    "top_k",
    "top_p",
    "repetition_penalty",
    "speed",
    "seed",
)
# Those of xtts-v2, in their order.
_SPEAKERS = """
Claribel Dervla, Daisy Studious, Gracie Wise, Tammie Ema, Alison Dietlinde, Ana Florence, Annmarie
Nele, Asya Anara, Brenda Stern, Gitta Nikolina, Henriette Usha, Sofia Hellen, Tammy Grit, Tanja
Adelina, Vjollca Johnnie, Andrew Chipper, Badr Odhiambo, Dionisio Schuyler, Royston Min, Viktor Eka,
Abrahan Mack, Adde Michal, Baldur Sanjin, Craig Gutsy, Damien Black, Gilberto Mathias, Ilkin Urbano,
Kazuhiko Atallah, Ludvig Milivoj, Suad Qasim, Torcull Diarmuid, Viktor Menelaos, Zacharie Aimilios,
Nova Hogarth, Maja Ruoho, Uta Obando, Lidiya Szekeres, Chandra MacFarland, Szofi Granger, Camilla
Holmström, Lilya Stainthorpe, Zofija Kendrick, Narelle Moon, Barbora MacLean, Alexandra Hisakawa,
Alma María, Rosemary Okafor, Ige Behringer, Filip Traverse, Damjan Chapman, Wulf Carlevaro, Aaron
Dreschner, Kumar Dahl, Eugenio Mataracı, Ferran Simen, Xavier Hayasaka, Luis Moray, Marcos Rudaski
"""


def _create(options: VoiceOptions) -> Synthesizer:
    packages.require(_missing())
    from streamtts.synthesizers.xtts.voice import XttsVoice

    return XttsVoice(options)


def _missing() -> str | None:
    modules = ("torch", "transformers", "TTS", "six", "soundfile")
    if reason := packages.reason_missing("xtts", modules, _INSTALL):
        return reason
    with suppress(PackageNotFoundError):
        version("coqui-tts")
        return None
    return f"xtts needs coqui-tts, and the old TTS is in its place: pip uninstall TTS, then {_INSTALL}"


def _lacks(settings: Mapping[str, str]) -> str | None:
    """Accepted terms, and a model."""
    from streamtts.synthesizers.xtts.model import MODEL, folder_of

    return packages.objection(folder_of, settings.get("model", MODEL))


def _voices() -> Sequence[VoiceInfo]:
    names = [" ".join(name.split()) for name in _SPEAKERS.split(",")]
    return [VoiceInfo(name, ANY_LANGUAGE, default=name == names[0]) for name in names]


engine = SynthesizerEngine(
    name="xtts",
    summary="17 languages, and any voice from a few seconds of it; for a GPU or a fast Mac",
    languages=tuple(_LANGUAGES.split()),
    licence="MPL-2.0, model CPML-1.0.0: not for commercial use, what it says included",
    create=_create,
    missing=_missing,
    voices=_voices,
    hosted=True,
    clones=True,
    settings=_SETTINGS,
    lacks=_lacks,
    start_s=180.0,  # two gigabytes from a slow disk
    reply_s=60.0,
)
