"""What lies in the folder that the converter to CTranslate2 fills, beside the model itself."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from streamtts.engine import EngineError

FORM = "ct2"
FILE = "streamtts-ct2.json"
WEIGHTS, CONFIG = "model.bin", "config.json"
SOURCE_NAMES, TARGET_NAMES = "source_vocabulary.json", "target_vocabulary.json"
PIECES, PIECE_NAMES = "source.spm", "source_pieces.json"  # of Marian

Family = Literal["nllb", "marian"]

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Form:
    """What a program must know to use the model; tokens by their places in the whole vocabulary."""

    family: Family
    positions: int  # the longest sentence, in tokens
    special: dict[str, int]
    end: str
    unknown: int
    tags: dict[str, int]  # of languages: "jpn_Jpan", or ">>fra<<" of a Marian model with several targets
    source: tuple[int, ...] = ()  # those that it can read, where it says so
    target: tuple[int, ...] = ()  # those that it can write
    version: int = _VERSION

    def save(self, folder: Path) -> None:
        (folder / FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Form":
        try:
            read = json.loads((folder / FILE).read_bytes())
            known = cls(**{**read, **{name: tuple(read[name]) for name in ("source", "target")}})
        except OSError:
            raise EngineError(
                f"{folder} holds no model that streamtts has converted to CTranslate2: run `streamtts models"
                f" convert NAME --to {FORM}`"
            ) from None
        except (KeyError, TypeError, ValueError) as error:
            raise EngineError(f"{folder / FILE} is damaged: convert the model again") from error
        if known.version != _VERSION or known.family not in ("nllb", "marian"):
            raise EngineError(f"{folder} was converted by another version of streamtts: convert it again")
        return known

    @property
    def special_names(self) -> dict[int, str]:
        return {place: name for name, place in self.special.items()}

    def read_names(self, folder: Path) -> list[str]:
        """The whole vocabulary. Raises EngineError."""
        try:
            names = json.loads((folder / TARGET_NAMES).read_bytes())
        except (OSError, ValueError) as error:
            raise EngineError(f"{folder / TARGET_NAMES} is damaged: convert the model again") from error
        return [str(name) for name in names]


def source_names(places: Iterable[int], special: Mapping[int, str]) -> list[str]:
    """What the model calls the tokens that it reads: their places, which need no vocabulary at hand."""
    return [special.get(place) or str(place) for place in places]
