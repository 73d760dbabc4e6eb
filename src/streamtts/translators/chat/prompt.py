"""What a chat model is told and shown, so that it translates and does nothing else."""

from collections.abc import Mapping, Sequence

from streamtts.translation import codes
from streamtts.translators.gguf import prompt as llama_prompt
from streamtts.translators.gguf.glossary import Glossary

_TASK = (
    "Translate what a coding agent says from {source} to {target}, as a developer would say it aloud. "
    "File names, identifiers and commands stay as they are. Where the translation of a term stands in"
    " parentheses behind it, use that alone. Answer with the translation alone, on one line."
)


class Prompt:
    """For one pair of languages; the same beginning for every text, which servers need to read only once."""

    def __init__(self, source: str, target: str) -> None:
        self._glossary = Glossary(source, target)
        task = _TASK.format(source=codes.name(source), target=codes.name(target))
        self._before: list[Mapping[str, str]] = [{"role": "system", "content": task}]
        for said, translation in llama_prompt.pairs(source, target):
            self._before += [
                {"role": "user", "content": self._glossary.noted(said)},
                {"role": "assistant", "content": translation},
            ]

    def messages(self, text: str, *, complete: bool = True) -> Sequence[Mapping[str, str]]:
        """For a sentence, or the beginning of one: that is the beginning of what the whole will be."""
        return [*self._before, {"role": "user", "content": self._glossary.noted(text, complete=complete)}]
