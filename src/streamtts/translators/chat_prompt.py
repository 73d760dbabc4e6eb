"""What a chat model is told and shown, so that it translates and does nothing else."""

from collections.abc import Mapping, Sequence

from streamtts.translation import codes
from streamtts.translators import llama_prompt

_TASK = (
    "Translate what a coding agent says from {source} to {target}, as a developer would say it aloud. "
    "File names, identifiers and commands stay as they are. Answer with the translation alone, on one line."
)


class Prompt:
    """For one pair of languages; the same beginning for every text, which servers need to read only once."""

    def __init__(self, source: str, target: str) -> None:
        task = _TASK.format(source=codes.name(source), target=codes.name(target))
        self._before: list[Mapping[str, str]] = [{"role": "system", "content": task}]
        for said, translation in llama_prompt.pairs(source, target):
            self._before += [
                {"role": "user", "content": said},
                {"role": "assistant", "content": translation},
            ]

    def messages(self, text: str) -> Sequence[Mapping[str, str]]:
        return [*self._before, {"role": "user", "content": text}]
