"""The engine, as it presents itself."""

import platform
import sys
from collections.abc import Mapping

from streamtts.engine import Synthesizer, SynthesizerEngine, VoiceOptions
from streamtts.synthesizers import packages
from streamtts.synthesizers.kokoro_mlx import names
from streamtts.synthesizers.kokoro_mlx.model import MODEL, folder_of
from streamtts.synthesizers.kokoro_mlx.upstream import INSTALL


def _create(options: VoiceOptions) -> Synthesizer:
    packages.require(_missing())
    from streamtts.synthesizers.kokoro_mlx.voice import KokoroVoice

    return KokoroVoice(options)


def _missing() -> str | None:
    of_a_mac = sys.platform == "darwin"
    if of_a_mac and platform.machine() != "arm64":
        return "kokoro-mlx needs a Mac with Apple silicon: choose another voice on this one"
    reason = packages.reason_missing("kokoro-mlx", ("mlx", "mlx_audio"), INSTALL)
    if of_a_mac or reason is None:
        return reason
    return (
        f"kokoro-mlx is for a Mac with Apple silicon: choose another voice here; only to test it, {INSTALL}"
    )


def _lacks(settings: Mapping[str, str]) -> str | None:
    return packages.objection(folder_of, settings.get("model", MODEL))


engine = SynthesizerEngine(
    name="kokoro-mlx",
    summary="7 languages, neural, on the GPU of a Mac through MLX",
    languages=names.LANGUAGES,
    licence="MIT (mlx-audio), model and voices Apache-2.0 (Kokoro-82M)",
    create=_create,
    missing=_missing,
    voices=names.listed,
    hosted=True,
    settings=("model", "speed"),
    lacks=_lacks,
    refuses=names.refused,
    start_s=180.0,  # the first start makes the GPU's programs; without a GPU it is slow
    reply_s=60.0,
)
