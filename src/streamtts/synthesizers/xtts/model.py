"""Which model speaks, once its terms are accepted."""

import os
from pathlib import Path

from streamtts import models
from streamtts.models import terms
from streamtts.synthesizers import packages

MODEL = "xtts-v2"


def folder_of(model: str) -> Path:
    """Where it lies. EngineError before the terms are accepted, also for one that was made of ours."""
    packages.require(terms.why_not(MODEL))
    models.check(model, "xtts")
    return models.path(model, environ=os.environ)
