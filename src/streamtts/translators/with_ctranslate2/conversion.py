"""Makes of an NLLB or Marian model what nllb-ct2 opens: int8 for CTranslate2, and what reads its text."""

import errno
import json
import os
import pickle
import shutil
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from streamtts.engine import EngineError
from streamtts.models.converters import Converter
from streamtts.models.folder import check_space, unwritable
from streamtts.models.trouble import ModelError
from streamtts.translators.with_ctranslate2.form import (
    CONFIG,
    FORM,
    SOURCE_NAMES,
    TARGET_NAMES,
    Form,
    source_names,
)
from streamtts.translators.with_ctranslate2.reading import marian_form, nllb_form

_FAMILIES: dict[str, Callable[[Path, Path, Form], Form]] = {"m2m_100": nllb_form, "marian": marian_form}
_SHARED = "shared_vocabulary.json"
_NEEDS = ("ctranslate2", "torch", "transformers", "sentencepiece")
_PART_THAT_IS_LEFT = 0.55  # of the weights, at most: they come in 16 or 32 bits


def convert(source: Path, target: Path, say: Callable[[str], None]) -> None:
    """From a Hugging Face folder into an empty one. Raises EngineError."""
    config = _config(source)
    describe = _FAMILIES.get(str(config.get("model_type")))
    if describe is None:
        raise EngineError(
            f"{source} holds a model of the kind {str(config.get('model_type'))[:40]!r}: {FORM} is made of"
            " NLLB-200 and Marian models"
        )
    try:
        check_space(target, int(_PART_THAT_IS_LEFT * _weights_size(source)), f"the form {FORM}")
        plain = _quantized(source, target, config)
        say("the weights are int8 now")
        form = describe(source, target, plain)
        _rename_vocabulary(target, form)
        form.save(target)
    except OSError as error:
        raise EngineError(str(unwritable(target, error))) from error
    except ModelError as error:
        raise EngineError(str(error)) from error


def _config(source: Path) -> dict[str, Any]:
    try:
        config = json.loads((source / CONFIG).read_bytes())
    except (OSError, ValueError) as error:
        raise EngineError(f"{source} has no {CONFIG} that can be read: pull the model again") from error
    if not isinstance(config, dict):
        raise EngineError(f"{source / CONFIG} describes no model: pull the model again")
    return config


def _weights_size(source: Path) -> int:
    files = [*source.glob("*.safetensors"), *source.glob("pytorch_model*.bin")]
    if not files:
        raise EngineError(f"{source} has no weights: pull the model again")
    return sum(file.stat().st_size for file in files)


def _quantized(source: Path, target: Path, config: dict[str, Any]) -> Form:
    """Fills the folder with what CTranslate2 opens; what transformers says of the model."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is fetched behind the user's back
    import transformers
    from ctranslate2.converters import TransformersConverter
    from safetensors import SafetensorError

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(str(source), local_files_only=True)
        TransformersConverter(str(source), low_cpu_mem_usage=True).convert(
            str(target), quantization="int8", force=True
        )
        names = dict.fromkeys(map(str, tokenizer.all_special_tokens))
        return Form(
            family="nllb" if config["model_type"] == "m2m_100" else "marian",
            positions=int(config["max_position_embeddings"]),
            special={name: int(tokenizer.convert_tokens_to_ids(name)) for name in names},
            end=str(tokenizer.eos_token),
            unknown=int(tokenizer.unk_token_id),
            tags={},
        )
    except (ArithmeticError, AttributeError, EOFError, ImportError, LookupError, TypeError) as error:
        raise _unfit(source, error) from error
    except (RuntimeError, ValueError, OSError, SafetensorError, pickle.UnpicklingError) as error:
        if isinstance(error, OSError) and _was_writing(error, target):
            raise
        raise _unfit(source, error) from error


def _was_writing(error: OSError, target: Path) -> bool:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG)
    return full or str(error.filename or "").startswith(str(target))


def _unfit(source: Path, error: Exception) -> EngineError:
    why = " ".join(str(error).partition(". ")[0].split())[:160] or type(error).__name__
    return EngineError(f"the model in {source} cannot be converted ({why}): pull it again")


def _rename_vocabulary(target: Path, form: Form) -> None:
    """What the model reads is known by its place, what it writes by its name."""
    shutil.move(target / _SHARED, target / TARGET_NAMES)
    rows = range(len(form.read_names(target)))
    names = source_names(rows, form.special_names)
    (target / SOURCE_NAMES).write_text(json.dumps(names), encoding="utf-8")


def _missing() -> str | None:
    absent = [name for name in _NEEDS if find_spec(name) is None]
    if not absent:
        return None
    return f"converting to {FORM} needs {absent[0]}, which is not installed: pip install 'streamtts[convert]'"


converter = Converter(
    form=FORM,
    summary="int8 for CTranslate2, a quarter of the size",
    engines=("nllb",),
    missing=_missing,
    convert=convert,
)


if __name__ == "__main__":  # for a model that the catalogue does not know
    if len(sys.argv) != 3:
        sys.exit("give two folders: the model from Hugging Face, and an empty one")
    Path(sys.argv[2]).mkdir(parents=True, exist_ok=True)
    try:
        convert(Path(sys.argv[1]), Path(sys.argv[2]), lambda _: None)
    except EngineError as error:
        sys.exit(str(error))
