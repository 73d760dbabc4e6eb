"""Where the model lies."""

import os
from pathlib import Path

from streamtts import models
from streamtts.engine import EngineError

MODEL = "kokoro-82m"


def folder_of(model: str) -> Path:
    """EngineError for one that is not here."""
    models.check(model, "kokoro-mlx")
    folder = models.path(model, environ=os.environ)
    if not folder.is_dir():
        raise EngineError(
            f"{folder} is no folder: engines.kokoro-mlx.model is {MODEL}, or the folder of a model"
        )
    return folder
