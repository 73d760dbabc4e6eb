"""coqui-tts, imported without what it asks for and XTTS does not need."""

import contextlib
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from streamtts.engine import EngineError
from streamtts.synthesizers.xtts.listening import standing_in


@dataclass(frozen=True, slots=True)
class Upstream:
    """What is used of it."""

    torch: Any
    model: Any  # Xtts
    config: Any  # XttsConfig
    tokenizer: Any  # VoiceBpeTokenizer
    legacy: tuple[tuple[Any, str], ...]  # classes of its own in checkpoints, by their names there


def upstream() -> Upstream:
    """Raises EngineError if what is installed does not fit together."""
    # Else transformers has torch make a folder there for what is compiled, and nothing ever is.
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", tempfile.gettempdir())
    import torch

    try:
        with quiet(), standing_in(torch):
            from TTS.config.shared_configs import BaseDatasetConfig
            from TTS.tts.configs.xtts_config import XttsArgs, XttsAudioConfig, XttsConfig
            from TTS.tts.layers.xtts.tokenizer import VoiceBpeTokenizer
            from TTS.tts.models.xtts import Xtts
    except (ImportError, OSError, AttributeError) as error:
        said = " ".join(str(error).split())[:160]
        raise EngineError(
            f"the packages of xtts do not fit together ({said}): run pip install --upgrade 'streamtts[xtts]'"
        ) from error
    logging.getLogger("transformers").setLevel(
        logging.ERROR
    )  # it warns of a network that is no language model
    kinds = (XttsConfig, XttsArgs, XttsAudioConfig, BaseDatasetConfig)
    places = ("TTS.tts.configs.xtts_config", "TTS.tts.models.xtts", "TTS.config.shared_configs")
    legacy = tuple((kind, f"{place}.{kind.__name__}") for kind in kinds for place in places)
    return Upstream(torch, Xtts, XttsConfig, VoiceBpeTokenizer, legacy)


@contextmanager
def quiet() -> Iterator[None]:
    """What upstream prints and warns of is not for users; standard output may carry sound."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr):
        warnings.simplefilter("ignore")
        yield
